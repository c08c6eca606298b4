import 'server-only'
import { type LostPod, keptClosedMs, twinRisk, withBootOf } from '@/lib/statefulset/explain/duplicate-pod'
import { type SeenPod, unwatchedEnd } from '@/lib/statefulset/explain/unwatched-pod'
import { containersHaveEnded } from '@/lib/statefulset/explain/ended-containers'
import type { Node, ObjectsByResource, Pod, Resource, SetObjects } from '@/lib/statefulset/model/objects'
import { ordinalOwnerOf } from '@/lib/statefulset/model/ownership'
import { condition } from '@/lib/statefulset/model/pod-status'
import { keyOf } from './indexes'
import type { LostPods } from './lost-pods'
import type { Store } from './store'

type Options = {
  store: Pick<Store, 'get' | 'has' | 'objects' | 'unreadable' | 'rememberNode' | 'forgetNode'>
  lostPods: LostPods
  /** Whether absence of such an object in this namespace is knowledge. */
  isKnown: (resource: Resource, namespace: string) => boolean
  onChange: (setKey: string) => void
  /** When a node's kubelet last renewed its lease; null when there is none or it cannot be read. */
  askRenewTime: (node: string) => Promise<string | null>
  /** Two readings this far apart show whether a kubelet renews. */
  leaseGapMs?: number
  /** A kubelet that fell silent is Ready for this long yet. */
  unnoticedMs?: number
}

/** Kubernetes hears from a kubelet every 10 s and takes it for silent after 40 s (50 s since 1.32). */
const unnoticedMs = 60_000
const leaseGapMs = 12_000

/**
 * Which ordinals of a cluster may have two pods. Besides what is remembered of forced deletions made here it sees those
 * that anybody else made: a bound pod whose object goes while nobody hears from its node, and whose containers the
 * kubelet did not tell to have ended. Those that went while nobody looked it finds when somebody looks again; see
 * `unwatched-pod.ts`.
 */
export class DuplicateMarks {
  readonly #options: Options
  readonly #timers = new Set<NodeJS.Timeout>()
  /** What the nodes told when their objects went. */
  readonly #nodesOfBefore = new Map<string, { uid: string; bootID: string | null; goneMs: number }>()
  readonly #stopListening: () => void
  #stopped = false

  constructor(options: Options) {
    this.#options = options
    this.#stopListening = options.lostPods.listen((record) => this.#follow(record))
  }

  /** Takes up what was remembered before. */
  start(): void {
    const { lostPods } = this.#options
    for (const record of lostPods.list()) {
      const { closedAt } = record
      if (closedAt !== null && Date.now() - Date.parse(closedAt) > keptClosedMs) lostPods.remove(record.uid)
      else this.#follow(record)
    }
  }

  /** The ordinals of a set that have to be marked. What is proved to be over is forgotten on the way. */
  ordinalsOf(objects: SetObjects, now: Date): Set<number> {
    const { namespace, name } = objects.set.metadata
    const known = objects.unknown.nodes === undefined
    const open = new Set<number>()
    for (const record of this.#recordsOf(keyOf(namespace, name))) {
      const node = record.node === null ? undefined : objects.nodes.get(record.node)
      const { state } = twinRisk(record, node, known)
      if (state === 'open') open.add(record.ordinal)
      if (state === 'over') this.#options.lostPods.remove(record.uid)
      else if (known) this.#set(withBootOf(record, node), state === 'closed', now)
    }
    return open
  }

  /** An object is no longer there, as a watch or a list told. */
  gone<K extends Resource>(resource: K, object: ObjectsByResource[K]): void {
    const entry = { resource, object } as { [R in Resource]: { resource: R; object: ObjectsByResource[R] } }[Resource]
    if (entry.resource === 'nodes') this.#nodeGone(entry.object)
    if (entry.resource === 'pods') this.#podGone(entry.object)
  }

  /** A set changed or went. The record of one that is gone is closed: made again, its pods have the same names. */
  touched(setKey: string): void {
    if (this.#recordsOf(setKey).length === 0) return
    this.#later(0, () => {
      const records = this.#recordsOf(setKey)
      const namespace = records[0]?.namespace ?? ''
      if (this.#options.store.has(setKey) || !this.#options.isKnown('statefulsets', namespace)) return
      for (const record of records) this.#set(record, true, new Date())
    })
  }

  /** Nobody looks from now on: the bound pods are remembered as they are. */
  leave(): void {
    const { store, lostPods, isKnown } = this.#options
    const nodesKnown = isKnown('nodes', '')
    const leftMs = Date.now()
    const seen: SeenPod[] = []
    for (const pod of store.objects('pods')) {
      const { namespace, name, uid } = pod.metadata
      const owner = ordinalOwnerOf(pod)
      const { nodeName } = pod.spec
      if (owner === null || nodeName === null || nodeName === '' || containersHaveEnded(pod, false)) continue
      const node = store.get('nodes', '', nodeName)
      seen.push({
        namespace,
        set: owner.set,
        ordinal: owner.ordinal,
        pod: name,
        uid,
        node: nodeName,
        nodeUid: node?.metadata.uid ?? null,
        bootID: node?.status.bootID ?? null,
        silent: nodesKnown && this.#readyOf(nodeName) !== 'True',
        leftMs,
      })
    }
    lostPods.leave(seen)
  }

  /** More is known than before: what became of the pods that were last seen before nobody looked. */
  lookAgain(): void {
    const { store, lostPods, isKnown } = this.#options
    if (!isKnown('nodes', '')) return
    const judged: string[] = []
    for (const seen of lostPods.lastSeen()) {
      const { uid } = seen
      const { namespace, pod: name, set: setName, ordinal } = seen
      if (!isKnown('pods', namespace) || !isKnown('statefulsets', namespace)) continue
      if (store.unreadable('pods', keyOf(namespace, name)) !== null) continue
      judged.push(uid)
      const successor = store.get('pods', namespace, name)
      if (successor?.metadata.uid === uid || Date.now() - seen.leftMs > keptClosedMs) continue
      const set = store.get('statefulsets', namespace, setName)
      const index = ordinal - (set?.spec.ordinalsStart ?? 0)
      const end = unwatchedEnd(seen, {
        node: store.get('nodes', '', seen.node),
        successorAt: successor?.metadata.creationTimestamp ?? null,
        wanted: set !== undefined && index >= 0 && index < set.spec.replicas,
      })
      const owner = { set: setName, ordinal }
      const at = successor?.metadata.creationTimestamp ?? new Date().toISOString()
      const pod = { namespace, name, uid, seen }
      if (end === 'lost') this.#remember(pod, owner, seen.node, at)
      else if (end === 'lease') void this.#rememberIfSilent(pod, owner, seen.node, at)
    }
    lostPods.known(judged)
  }

  stop(): void {
    this.#stopped = true
    this.#stopListening()
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #recordsOf(setKey: string): LostPod[] {
    return this.#options.lostPods.list().filter(({ namespace, set }) => keyOf(namespace, set) === setKey)
  }

  #set(record: LostPod, closed: boolean, now: Date): void {
    const { lostPods } = this.#options
    if (!closed) lostPods.put(record.closedAt === null ? record : { ...record, closedAt: null })
    else if (record.closedAt === null) lostPods.put({ ...record, closedAt: now.toISOString() })
    else if (now.getTime() - Date.parse(record.closedAt) > keptClosedMs) lostPods.remove(record.uid)
    else lostPods.put(record)
  }

  /** The node of a record is among the objects of its set, although no pod names it any more. */
  #follow(changed: LostPod): void {
    const { store, lostPods, onChange } = this.#options
    const setKey = keyOf(changed.namespace, changed.set)
    const { node } = changed
    if (node !== null) {
      if (this.#recordsOf(setKey).some((record) => record.node === node)) store.rememberNode(setKey, node)
      else if (lostPods.get(changed.uid) === undefined) store.forgetNode(setKey, node)
    }
    onChange(setKey)
  }

  #nodeGone({ metadata, status }: Node): void {
    const nowMs = performance.now()
    for (const [name, { goneMs }] of this.#nodesOfBefore)
      if (nowMs - goneMs > keptClosedMs) this.#nodesOfBefore.delete(name)
    this.#nodesOfBefore.set(metadata.name, { uid: metadata.uid, bootID: status.bootID, goneMs: nowMs })
  }

  #podGone(pod: Pod): void {
    // Seen by this view: no other one has to find out.
    this.#options.lostPods.known([pod.metadata.uid])
    const owner = ordinalOwnerOf(pod)
    const { nodeName } = pod.spec
    if (owner === null || nodeName === null || nodeName === '' || containersHaveEnded(pod, false)) return
    const at = new Date().toISOString()
    // A list that replaces another takes objects away one by one: what is known of it is known when it is through.
    this.#later(0, () => {
      const { namespace } = pod.metadata
      if (!this.#options.isKnown('pods', namespace) || !this.#options.isKnown('nodes', '')) return
      const ready = this.#readyOf(nodeName)
      if (ready === 'True' && !containersHaveEnded(pod, true)) {
        this.#later(this.#options.unnoticedMs ?? unnoticedMs, () => {
          if (!['True', 'False'].includes(this.#readyOf(nodeName))) this.#remember(pod.metadata, owner, nodeName, at)
        })
      } else if (ready === 'False') void this.#rememberIfSilent(pod.metadata, owner, nodeName, at)
      else if (ready !== 'True') this.#remember(pod.metadata, owner, nodeName, at)
    })
  }

  /** A kubelet that says it is not ready speaks, or has just fallen silent: its lease tells which. */
  async #rememberIfSilent(pod: Lost, owner: Owner, node: string, at: string): Promise<void> {
    const { askRenewTime } = this.#options
    const first = await askRenewTime(node)
    this.#later(this.#options.leaseGapMs ?? leaseGapMs, () => {
      void askRenewTime(node).then((second) => {
        if (first === null || second === null || first === second) this.#remember(pod, owner, node, at)
      })
    })
  }

  /** `absent` when the object does not exist. */
  #readyOf(name: string): string {
    const node = this.#options.store.get('nodes', '', name)
    return node === undefined ? 'absent' : (condition(node.status.conditions, 'Ready')?.status ?? 'Unknown')
  }

  #remember({ namespace, name, uid, seen }: Lost, { set, ordinal }: Owner, node: string, at: string): void {
    const { store, lostPods } = this.#options
    // Whoever forced it here has remembered it with what was read then.
    if (this.#stopped || lostPods.get(uid) !== undefined) return
    const now = store.get('nodes', '', node)
    const before = this.#nodesOfBefore.get(node)
    lostPods.put({
      namespace,
      set,
      ordinal,
      pod: name,
      uid,
      node,
      nodeUid: seen?.nodeUid ?? now?.metadata.uid ?? before?.uid ?? null,
      bootID: seen?.bootID ?? now?.status.bootID ?? before?.bootID ?? null,
      at,
      closedAt: now === undefined ? at : null,
    })
  }

  #later(afterMs: number, act: () => void): void {
    if (this.#stopped) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, afterMs)
    timer.unref()
    this.#timers.add(timer)
  }
}

type Owner = { set: string; ordinal: number }
/** A pod whose object is gone; `seen` when nobody saw it go. */
type Lost = { namespace: string; name: string; uid: string; seen?: SeenPod }
