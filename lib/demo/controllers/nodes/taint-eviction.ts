import type { Cluster } from '@/lib/demo/controllers/cluster'
import { isNotFound } from '@/lib/demo/controllers/failures'
import type { Pod, Taint } from '@/lib/demo/controllers/objects'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import { tolerates } from '@/lib/demo/controllers/scheduler/fit'
import { keyOf } from '@/lib/demo/controllers/volumes/names'
import { setPodCondition } from './pod-conditions'

const component = 'taint-eviction-controller'

/**
 * Sends pods away from nodes with a NoExecute taint: at once without a toleration, after its seconds with one, never
 * with one that has none (k8s pkg/controller/tainteviction/taint_eviction.go).
 */
export class TaintEviction {
  readonly #cluster: Cluster
  readonly #recorder: Recorder
  readonly #onError: (key: string, error: unknown) => void
  readonly #planned = new Map<string, { createdAt: number; cancel: () => void }>()

  constructor(cluster: Cluster, recorder: Recorder, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#recorder = recorder
    this.#onError = onError
  }

  start(): void {
    this.#cluster.on('nodes', ({ type, object, previous }) => {
      const taints = type === 'DELETED' ? [] : executing(object.spec.taints)
      if (type === 'MODIFIED' && JSON.stringify(executing(previous?.spec.taints)) === JSON.stringify(taints)) return
      if (type === 'DELETED') return
      for (const pod of this.#cluster.podsOnNode(object.metadata.name)) this.#weigh(pod, taints)
    })
    this.#cluster.on('pods', ({ type, object, previous }) => {
      if (type === 'DELETED') {
        this.#cancel(object)
        return
      }
      const same =
        previous?.spec.nodeName === object.spec.nodeName &&
        JSON.stringify(previous?.spec.tolerations) === JSON.stringify(object.spec.tolerations)
      if (same || !object.spec.nodeName) return
      const taints = executing(this.#cluster.get('nodes', '', object.spec.nodeName)?.spec.taints)
      if (taints.length > 0) this.#weigh(object, taints)
    })
    for (const node of this.#cluster.list('nodes')) {
      const taints = executing(node.spec.taints)
      if (taints.length > 0) for (const pod of this.#cluster.podsOnNode(node.metadata.name)) this.#weigh(pod, taints)
    }
  }

  stop(): void {
    for (const { cancel } of this.#planned.values()) cancel()
    this.#planned.clear()
  }

  #weigh(pod: Readonly<Pod>, taints: Taint[]): void {
    if (taints.length === 0) {
      this.#cancel(pod)
      return
    }
    const tolerations = pod.spec.tolerations ?? []
    const used = taints.map((taint) => tolerations.filter((one) => tolerates([one], taint)))
    if (used.some((matching) => matching.length === 0)) {
      this.#cancel(pod)
      this.#plan(pod, 0)
      return
    }
    // Of the tolerations that match a taint the first counts (GetMatchingTolerations), of several taints the least.
    const seconds = used.map(([first]) => first?.tolerationSeconds).filter((one) => one !== undefined)
    if (seconds.length === 0) {
      this.#cancel(pod)
      return
    }
    const wait = Math.max(0, Math.min(...seconds))
    const planned = this.#planned.get(keyOf(pod))
    const now = this.#cluster.clock.now().getTime()
    if (planned && planned.createdAt + wait * 1000 < now + wait * 1000) return
    if (planned) this.#cancel(pod)
    this.#plan(pod, wait)
  }

  #plan(pod: Readonly<Pod>, seconds: number): void {
    const key = keyOf(pod)
    const cancel = this.#cluster.clock.after(seconds, () => {
      this.#planned.delete(key)
      try {
        this.#evict(pod)
      } catch (error) {
        if (!isNotFound(error)) this.#onError(key, error)
      }
    })
    this.#planned.set(key, { createdAt: this.#cluster.clock.now().getTime(), cancel })
  }

  #cancel(pod: Readonly<Pod>): void {
    const key = keyOf(pod)
    const planned = this.#planned.get(key)
    if (!planned) return
    planned.cancel()
    this.#planned.delete(key)
    this.#say(pod, `Cancelling deletion of Pod ${key}`)
  }

  #evict(pod: Readonly<Pod>): void {
    const { namespace = '', name } = pod.metadata
    this.#say(pod, `Marking for deletion Pod ${keyOf(pod)}`)
    const now = this.#cluster.clock.now()
    this.#cluster.mutateStatus('pods', namespace, name, (draft) =>
      setPodCondition(draft, now, {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
      }),
    )
    this.#cluster.delete('pods', namespace, name)
  }

  /** The original names the pod without its uid, so `kubectl describe` does not find these events. */
  #say({ metadata }: Readonly<Pod>, message: string): void {
    const { namespace = '', name } = metadata
    this.#recorder.sayAbout(
      component,
      { kind: 'Pod', namespace, name, apiVersion: 'v1' },
      'Normal',
      'TaintManagerEviction',
      message,
    )
  }
}

const executing = (taints: Taint[] | undefined): Taint[] =>
  (taints ?? []).filter(({ effect }) => effect === 'NoExecute')
