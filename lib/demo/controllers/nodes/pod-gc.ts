import type { Cluster } from '@/lib/demo/controllers/cluster'
import { isNotFound } from '@/lib/demo/controllers/failures'
import { conditionOf, type Pod } from '@/lib/demo/controllers/objects'
import { setPodCondition } from './pod-conditions'

const everySeconds = 20
const quarantineSeconds = 40
const mostTerminated = 12_500
const outOfService = 'node.kubernetes.io/out-of-service'

/**
 * Takes away pods that nobody else will: those of nodes that are gone or declared out of service, those deleted before
 * they had a node, and the oldest of very many ended ones (k8s pkg/controller/podgc/gc_controller.go).
 */
export class PodGarbage {
  readonly #cluster: Cluster
  readonly #onError: (key: string, error: unknown) => void
  /** Names of missing nodes, and when they will have been missing long enough. */
  readonly #quarantine = new Map<string, number>()
  #cancel: (() => void) | null = null

  constructor(cluster: Cluster, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#onError = onError
  }

  start(): void {
    this.#round()
  }

  stop(): void {
    this.#cancel?.()
  }

  #round(): void {
    const pods = [...this.#cluster.list('pods')]
    const now = this.#cluster.clock.now().getTime()
    this.#capEnded(pods)
    const missing = new Set<string>()
    for (const pod of pods) {
      const { nodeName } = pod.spec
      const node = nodeName ? this.#cluster.get('nodes', '', nodeName) : undefined
      if (nodeName && !node) missing.add(nodeName)
      const ready = conditionOf(node?.status.conditions, 'Ready')?.status === 'True'
      const declared = node?.spec.taints?.some(({ key }) => key === outOfService) ?? false
      if (pod.metadata.deletionTimestamp && node && !ready && declared) this.#remove(pod)
    }
    for (const name of missing)
      if (!this.#quarantine.has(name)) this.#quarantine.set(name, now + quarantineSeconds * 1000)
    for (const [name, due] of this.#quarantine) {
      if (now < due) continue
      this.#quarantine.delete(name)
      if (this.#cluster.get('nodes', '', name)) continue
      for (const pod of pods) if (pod.spec.nodeName === name) this.#remove(pod, 'PodGC: node no longer exists')
    }
    for (const pod of pods) if (pod.metadata.deletionTimestamp && !pod.spec.nodeName) this.#remove(pod)
    this.#cancel = this.#cluster.clock.after(everySeconds, () => this.#round())
  }

  #capEnded(pods: Readonly<Pod>[]): void {
    const ended = pods.filter(({ status }) => status.phase === 'Succeeded' || status.phase === 'Failed')
    if (ended.length <= mostTerminated) return
    const evicted = ({ status }: Readonly<Pod>) => (status.phase === 'Failed' && status.reason === 'Evicted' ? 0 : 1)
    ended.sort(
      (a, b) => evicted(a) - evicted(b) || a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp),
    )
    for (const pod of ended.slice(0, ended.length - mostTerminated)) this.#remove(pod)
  }

  /** Marks the pod Failed unless it has ended, then deletes it without grace. */
  #remove({ metadata }: Readonly<Pod>, disruption?: string): void {
    const { namespace = '', name, uid } = metadata
    try {
      const present = this.#cluster.get('pods', namespace, name)
      if (present?.metadata.uid !== uid) return
      if (present.status.phase !== 'Succeeded' && present.status.phase !== 'Failed') {
        const now = this.#cluster.clock.now()
        this.#cluster.mutateStatus('pods', namespace, name, (draft) => {
          draft.status.phase = 'Failed'
          draft.status.observedGeneration = draft.metadata.generation ?? 1
          if (!disruption) return
          setPodCondition(draft, now, {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'DeletionByPodGC',
            message: disruption,
          })
        })
      }
      this.#cluster.delete('pods', namespace, name, { gracePeriodSeconds: 0 })
    } catch (error) {
      if (!isNotFound(error)) this.#onError(`${namespace}/${name}`, error)
    }
  }
}
