import { setTimeout as sleep } from 'node:timers/promises'
import { deletePod } from '@/lib/actions/delete-pod'
import { forceDeletePod } from '@/lib/actions/force-delete-pod'
import { journalTo } from '@/lib/actions/journal'
import { runnable } from '@/lib/actions/run-action'
import type { ActionContext } from '@/lib/actions/context'
import { connect } from '@/lib/cluster/connect'
import { serverVersion } from '@/lib/cluster/version'
import { seededRandom } from '@/lib/demo/random'
import { LiveCluster } from '@/lib/live/live-cluster'
import { readSettings } from '@/lib/settings'
import { FaultProxy } from '@/test/fixtures/fault-proxy'
import type { ControlPlane } from '@/tools/control-plane/control-plane'

/**
 * Forced deletions against somebody who makes the same pod again: before the click, at any moment of it, and between
 * Ordinal's reading and its DELETE. Many pods of many sets at once, on a real API server, from a seed.
 */

const moments = ['before', 'during', 'between'] as const
type Moment = (typeof moments)[number]

export type RaceResult = {
  races: number
  /** New pods that were deleted in place of the one that was looked at. Never one. */
  hits: string[]
  /** Deletions that Ordinal sent without the uid of the pod that was looked at. Never one. */
  unguarded: number
  /** How often each action ended how, by moment. */
  outcomes: Record<string, number>
  seconds: number
}

type Pod = { metadata: { uid: string; deletionTimestamp?: string } }
export type RaceOptions = {
  races: number
  seed: number
  /** Sets whose ordinals are raced at the same time. */
  sets: number
  progress?: (done: number) => void
}

export async function race(controlPlane: ControlPlane, options: RaceOptions): Promise<RaceResult> {
  const { url, ca, adminToken } = controlPlane
  const bearer = { ca, headers: { authorization: `Bearer ${adminToken}` } }
  const wire = await new FaultProxy(url, bearer).start()
  const direct = await new FaultProxy(url, bearer).start()
  const live = new LiveCluster(connect(new URL(wire.url).host, readSettings({ ORDINAL_SERVER: wire.url })), {
    namespaces: [],
    askVersion: (to, signal) => serverVersion(to, { signal }),
  })
  const restoreJournal = journalTo(() => {})
  const namespace = `races-${process.pid}-${options.seed}`
  // A node without a kubelet: its pods never start, nobody hears from it, and a force delete is offered for them.
  const node = `silent-${process.pid}-${options.seed}`
  try {
    await controlPlane.kubectl(['create', 'namespace', namespace])
    await controlPlane.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: node } })
    await live.ready
    const connection = connect(new URL(wire.url).host, readSettings({ ORDINAL_SERVER: wire.url }))
    const context: ActionContext = { live, connection, settings: { readOnly: false, maxReplicas: 1000 } }
    return await new Races({ context, wire, direct, namespace, node }, options).run()
  } finally {
    restoreJournal()
    live.stop()
    await controlPlane.kubectl(['delete', 'namespace', namespace, '--wait=false'])
    await controlPlane.kubectl(['delete', 'node', node, '--wait=false'])
    await wire.stop()
    await direct.stop()
  }
}

type Place = { context: ActionContext; wire: FaultProxy; direct: FaultProxy; namespace: string; node: string }

class Races {
  readonly #place: Place
  readonly #options: RaceOptions
  readonly #hits: string[] = []
  readonly #outcomes: Record<string, number> = {}
  #unguarded = 0
  #begun = 0

  constructor(place: Place, options: RaceOptions) {
    this.#place = place
    this.#options = options
  }

  async run(): Promise<RaceResult> {
    const { races, seed, sets } = this.#options
    const start = performance.now()
    await Promise.all(Array.from({ length: sets }, (_, set) => this.#raceSet(set, seededRandom(seed * 1000 + set))))
    return {
      races: Math.min(this.#begun, races),
      hits: this.#hits,
      unguarded: this.#unguarded,
      outcomes: Object.fromEntries(Object.entries(this.#outcomes).sort()),
      seconds: Math.round((performance.now() - start) / 1000),
    }
  }

  async #raceSet(set: number, random: () => number): Promise<void> {
    const uids = new Map<string, string>()
    while (this.#begun < this.#options.races) {
      this.#begun += 1
      if (this.#begun % 500 === 0) this.#options.progress?.(this.#begun)
      const name = `race-${set}-${Math.floor(random() * 3)}`
      const uid = uids.get(name) ?? (await this.#remake(name))
      const moment = moments[Math.floor(random() * moments.length)] ?? 'between'
      const action = random() < 0.8 ? 'force-delete-pod' : 'delete-pod'
      const made = await this.#raceOnce(name, uid, action, moment, Math.floor(random() ** 2 * 400))
      if (made === null) uids.delete(name)
      else uids.set(name, made)
    }
  }

  /** One race; the uid of the pod that is there afterwards, null when there is none to go on with. */
  async #raceOnce(
    name: string,
    uid: string,
    action: 'force-delete-pod' | 'delete-pod',
    moment: Moment,
    delayMs: number,
  ): Promise<string | null> {
    const { context, wire, namespace } = this.#place
    let remade: Promise<string> | null = null
    let over = false
    const again = () => (remade ??= this.#remake(name))
    if (moment === 'before') await again()
    if (moment === 'between') {
      wire.on({
        times: 1,
        when: ({ method, url, body }) => {
          // An action that was refused before its DELETE leaves its rule behind: it is not for the next race.
          if (over || method !== 'DELETE' || !url.endsWith(`/pods/${name}`)) return false
          if (!body.includes(`"preconditions":{"uid":"${uid}"`)) this.#unguarded += 1
          return true
        },
        fault: { kind: 'meanwhile', act: again },
      })
    }
    const target = { namespace, name, uid, confirm: name }
    const attempt = (
      action === 'delete-pod'
        ? runnable(deletePod).perform(context, target)
        : runnable(forceDeletePod).perform(context, { ...target, contradictions: ['many-nodes-silent'] })
    ).then(
      () => 'done',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
    )
    if (moment === 'during') {
      await sleep(delayMs)
      await again()
    }
    const outcome = await attempt
    over = true
    const count = `${action} ${moment}: ${outcome}`
    this.#outcomes[count] = (this.#outcomes[count] ?? 0) + 1
    const made = await (remade ?? again())
    const now = await this.#find(name)
    if (now?.metadata.uid !== made || now.metadata.deletionTimestamp !== undefined) {
      this.#hits.push(`${name}: ${count}, looked at ${uid}, made ${made}, now ${now?.metadata.uid ?? 'none'}`)
      return null
    }
    return made
  }

  /** Somebody else deletes the pod by force and makes it again. */
  async #remake(name: string): Promise<string> {
    const { namespace, node } = this.#place
    const pods = `/api/v1/namespaces/${namespace}/pods`
    await this.#api('DELETE', `${pods}/${name}`, { gracePeriodSeconds: 0 })
    const { status, json } = await this.#api('POST', pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, annotations: { 'ordinal.local/behaviour': 'manual' } },
      spec: {
        nodeName: node,
        terminationGracePeriodSeconds: 30,
        automountServiceAccountToken: false,
        containers: [{ name: 'c', image: 'c' }],
      },
    })
    if (status !== 201) throw new Error(`${name} could not be made: ${status} ${JSON.stringify(json)}`)
    return json.metadata.uid
  }

  async #find(name: string): Promise<Pod | null> {
    const { status, json } = await this.#api('GET', `/api/v1/namespaces/${this.#place.namespace}/pods/${name}`)
    return status === 200 ? json : null
  }

  /** Past Ordinal and past the faults. */
  async #api(method: string, path: string, body?: object): Promise<{ status: number; json: Pod }> {
    const response = await fetch(`${this.#place.direct.url}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    })
    return { status: response.status, json: (await response.json()) as Pod }
  }
}
