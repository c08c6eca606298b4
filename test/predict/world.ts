import { parse } from '@/lib/cluster/parse'
import { Store } from '@/lib/live/store'
import {
  allResources,
  type Claim,
  type ControllerRevision,
  type Pod,
  type SetObjects,
  type StatefulSet,
} from '@/lib/statefulset/model/objects'
import type { KubernetesClient, WatchEvent } from '@/test/fixtures/kubernetes-client'
import { collectionPath } from '@/test/fixtures/resource-paths'

/**
 * One namespace as the watches tell it, in the one order of its writes: every kind has the same counter of versions,
 * so events of all kinds are held back for a moment and then taken by their resourceVersion.
 */

const followed = ['statefulsets', 'pods', 'persistentvolumeclaims', 'controllerrevisions'] as const
type Followed = (typeof followed)[number]
type ObjectOf = {
  statefulsets: StatefulSet
  pods: Pod
  persistentvolumeclaims: Claim
  controllerrevisions: ControllerRevision
}

const unknown: SetObjects['unknown'] = Object.fromEntries(
  allResources.filter((each) => !followed.some((name) => name === each)).map((each) => [each, 'not followed']),
)

/** One write, taken in order. `arrived` is when the watch told it, in milliseconds. */
export type Happening = {
  kind: Followed
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  version: number
  arrived: number
  object: ObjectOf[Followed]
  before: ObjectOf[Followed] | null
}

/** Events are put in order among those that arrive within this many milliseconds. */
const heldMilliseconds = 1500

export class World {
  readonly #api: KubernetesClient
  readonly #namespace: string
  readonly #serverVersion: { major: number; minor: number }
  readonly #store = new Store(() => {})
  readonly #watches = new AbortController()
  #held: { kind: Followed; event: WatchEvent; version: number; arrived: number }[] = []
  #timer: NodeJS.Timeout | null = null
  #taken = 0
  /** Events that came too late to be put in order. */
  late = 0
  failure: unknown = null

  constructor(api: KubernetesClient, namespace: string, serverVersion: { major: number; minor: number }) {
    this.#api = api
    this.#namespace = namespace
    this.#serverVersion = serverVersion
  }

  /** Follows the namespace; every write is handed over once, in order, with the tables as they are after it. */
  async start(happened: (event: Happening) => void): Promise<void> {
    await Promise.all(
      followed.map(async (of) => {
        const path = collectionPath(of, this.#namespace)
        const { items, resourceVersion } = await this.#api.list(path)
        for (const item of items) this.#store.put(of, parse(of, item))
        this.#api
          .follow(path, resourceVersion, this.#watches.signal, (event) => {
            const version = Number((event.object.metadata as { resourceVersion: string }).resourceVersion)
            this.#held.push({ kind: of, event, version, arrived: Date.now() })
          })
          .catch((error: unknown) => (this.failure ??= error))
      }),
    )
    this.#timer = setInterval(() => this.#take(happened), 100)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#watches.abort()
  }

  get sets(): StatefulSet[] {
    return [...this.#store.setKeys()].flatMap((key) => {
      const [namespace = '', name = ''] = key.split('/')
      return this.#store.get('statefulsets', namespace, name) ?? []
    })
  }

  #take(happened: (event: Happening) => void): void {
    const ripe = Date.now() - heldMilliseconds
    const due = this.#held.filter((each) => each.arrived <= ripe)
    if (due.length === 0) return
    // What arrived later but was written before the last ripe one goes with it.
    const last = Math.max(...due.map((each) => each.version))
    const now = this.#held.filter((each) => each.version <= last).toSorted((a, b) => a.version - b.version)
    this.#held = this.#held.filter((each) => each.version > last)
    for (const { kind, event, version, arrived } of now) {
      if (version < this.#taken) this.late += 1
      this.#taken = Math.max(this.#taken, version)
      const object = parse(kind, event.object)
      const before = this.#store.get(kind, this.#namespace, object.metadata.name) ?? null
      if (event.type === 'DELETED') this.#store.remove(kind, object)
      else this.#store.put(kind, object)
      happened({ kind, type: event.type as Happening['type'], version, arrived, object, before })
    }
  }

  /** The objects of one set as they are at the point of order that has been reached; undefined when it is gone. */
  objectsOf(name: string): SetObjects | undefined {
    return this.#store.objectsOf(`${this.#namespace}/${name}`, {
      unknown,
      serverVersion: this.#serverVersion,
    })
  }
}
