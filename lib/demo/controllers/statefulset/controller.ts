import type { Cluster, TypedChange } from '@/lib/demo/controllers/cluster'
import { isInvalid, isNotFound } from '@/lib/demo/controllers/failures'
import {
  controllerOf,
  controllerReference,
  selectorMatches,
  type OwnerReference,
  type Pod,
  type StatefulSet,
} from '@/lib/demo/controllers/objects'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import { WorkQueue } from '@/lib/demo/controllers/work-queue'
import { MemberControl } from './member-control'
import { pass } from './pass'
import { isMember, isReady, revisionOf, secondsToAvailable } from './pods'
import { adoptRevisions, currentAndUpdate, listRevisions, truncateHistory } from './revisions'
import { statusToWrite } from './status'

/**
 * The StatefulSet controller: which changes wake it, which pods it claims, and one pass per wake
 * (k8s pkg/controller/statefulset/stateful_set.go). Claims and revisions wake nothing, as in the original.
 */
export class StatefulSetController {
  readonly #cluster: Cluster
  readonly #recorder: Recorder
  readonly #control: MemberControl
  readonly #queue: WorkQueue

  constructor(cluster: Cluster, recorder: Recorder, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#recorder = recorder
    this.#control = new MemberControl(cluster, recorder)
    this.#queue = new WorkQueue(cluster.clock, (key) => this.#sync(key), onError)
  }

  start(): void {
    this.#cluster.on('statefulsets', ({ object }) => this.#enqueue(object))
    this.#cluster.on('pods', (change) => this.#onPod(change))
    for (const set of this.#cluster.list('statefulsets')) this.#enqueue(set)
  }

  stop(): void {
    this.#queue.stop()
  }

  #enqueue({ metadata }: Readonly<StatefulSet>): void {
    this.#queue.add(`${metadata.namespace}/${metadata.name}`)
  }

  #onPod({ type, object: pod, previous }: TypedChange<'pods'>): void {
    const owner = controllerOf(pod)
    const before = previous ? controllerOf(previous) : undefined
    if (type === 'MODIFIED' && before && before.uid !== owner?.uid) {
      const set = this.#resolve(pod, before)
      if (set) this.#enqueue(set)
    }
    if (owner) {
      const set = this.#resolve(pod, owner)
      if (!set) return
      this.#enqueue(set)
      const minReadySeconds = set.spec.minReadySeconds ?? 0
      if (minReadySeconds > 0 && previous && !isReady(previous) && isReady(pod)) {
        this.#queue.addAfter(`${set.metadata.namespace}/${set.metadata.name}`, minReadySeconds)
      }
      return
    }
    if (type === 'DELETED') return
    const relabelled = JSON.stringify(previous?.metadata.labels) !== JSON.stringify(pod.metadata.labels)
    if (!relabelled && before === undefined) return
    for (const set of this.#cluster.list('statefulsets', pod.metadata.namespace)) {
      if (selectorMatches(set.spec.selector, pod.metadata.labels)) this.#enqueue(set)
    }
  }

  #resolve(pod: Readonly<Pod>, { kind, name, uid }: OwnerReference): Readonly<StatefulSet> | undefined {
    if (kind !== 'StatefulSet') return undefined
    const set = this.#cluster.get('statefulsets', pod.metadata.namespace ?? '', name)
    return set?.metadata.uid === uid ? set : undefined
  }

  #sync(key: string): void {
    const slash = key.indexOf('/')
    const set = this.#cluster.get('statefulsets', key.slice(0, slash), key.slice(slash + 1))
    if (!set) return
    adoptRevisions(this.#cluster, set)
    const pods = this.#claimPods(set)
    const now = this.#cluster.clock.now()
    const revisions = listRevisions(this.#cluster, set)
    const { current, update, collisionCount } = currentAndUpdate(this.#cluster, set, revisions)
    if (set.spec.updateStrategy.type === 'Recreate') {
      const message = `statefulset ${key} uses Recreate strategy but feature gate StatefulSetRecreateStrategy is disabled`
      this.#recorder.say('statefulset-controller', set, 'Warning', 'UnknownStrategy', message)
      throw new Error(message)
    }

    const { counts, failure } = pass({
      cluster: this.#cluster,
      control: this.#control,
      set,
      pods,
      current,
      update,
      now,
    })
    const status = statusToWrite(set, counts, current.metadata.name, update.metadata.name, collisionCount)
    if (status) {
      this.#cluster.mutateStatus('statefulsets', set.metadata.namespace ?? '', set.metadata.name, (draft) => {
        draft.status = status
      })
    }
    const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)])
    truncateHistory(this.#cluster, set, revisions, live)
    if (failure) throw failure

    const minReadySeconds = set.spec.minReadySeconds ?? 0
    if (minReadySeconds > 0 && counts.readyReplicas !== counts.availableReplicas) {
      const waits = pods.map((pod) => secondsToAvailable(pod, minReadySeconds, now)).filter((wait) => wait !== null)
      this.#queue.addAfter(key, Math.max(0.001, Math.min(minReadySeconds, ...waits)))
    }
  }

  /**
   * The pods of the set: its own that still match, and matching ones without a controller, which it adopts. Its own that
   * no longer match it lets go (k8s pkg/controller/controller_ref_manager.go).
   */
  #claimPods(set: Readonly<StatefulSet>): Readonly<Pod>[] {
    const claimed: Readonly<Pod>[] = []
    const matches = (pod: Readonly<Pod>) =>
      selectorMatches(set.spec.selector, pod.metadata.labels) && isMember(set, pod)
    for (const dependent of this.#cluster.dependents(set.metadata.uid)) {
      if (dependent.kind !== 'Pod') continue
      const pod = dependent as Readonly<Pod>
      if (controllerOf(pod)?.uid !== set.metadata.uid) continue
      if (matches(pod)) claimed.push(pod)
      else if (!set.metadata.deletionTimestamp) this.#release(set, pod)
    }
    if (set.metadata.deletionTimestamp) return claimed
    for (const pod of this.#cluster.orphanPods(set.metadata.namespace ?? '')) {
      if (!matches(pod) || pod.metadata.deletionTimestamp) continue
      const adopted = this.#adopt(set, pod)
      if (adopted) claimed.push(adopted)
    }
    return claimed
  }

  #adopt(set: Readonly<StatefulSet>, { metadata }: Readonly<Pod>): Readonly<Pod> | undefined {
    try {
      return this.#cluster.mutate('pods', metadata.namespace ?? '', metadata.name, (draft) => {
        draft.metadata.ownerReferences = [...(draft.metadata.ownerReferences ?? []), controllerReference(set)]
      })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  #release(set: Readonly<StatefulSet>, { metadata }: Readonly<Pod>): void {
    try {
      this.#cluster.mutate('pods', metadata.namespace ?? '', metadata.name, (draft) => {
        draft.metadata.ownerReferences = (draft.metadata.ownerReferences ?? []).filter(
          ({ uid }) => uid !== set.metadata.uid,
        )
      })
    } catch (error) {
      if (!isNotFound(error) && !isInvalid(error)) throw error
    }
  }
}
