import { timestamp } from '@/lib/demo/clock'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import { conditionOf, type Claim, type Pod } from '@/lib/demo/controllers/objects'
import { WorkQueue } from '@/lib/demo/controllers/work-queue'
import { finalizers, keyOf } from './names'

/**
 * Keeps claims and volumes that are in use, and says of each bound claim whether any pod uses it
 * (k8s pkg/controller/volume/pvcprotection, pvprotection). The finalizers are added at admission.
 */
export class VolumeProtection {
  readonly #cluster: Cluster
  readonly #claims: WorkQueue
  readonly #volumes: WorkQueue

  constructor(cluster: Cluster, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#claims = new WorkQueue(cluster.clock, (key) => this.#syncClaim(key), onError)
    this.#volumes = new WorkQueue(cluster.clock, (name) => this.#syncVolume(name), onError)
  }

  start(): void {
    this.#cluster.on('persistentvolumeclaims', ({ type, object }) => {
      if (type !== 'DELETED') this.#claims.add(keyOf(object))
    })
    this.#cluster.on('persistentvolumes', ({ object }) => this.#volumes.add(object.metadata.name))
    this.#cluster.on('pods', ({ object }) => {
      for (const { persistentVolumeClaim: claim } of object.spec.volumes ?? []) {
        if (claim) this.#claims.add(`${object.metadata.namespace}/${claim.claimName}`)
      }
    })
    for (const claim of this.#cluster.list('persistentvolumeclaims')) this.#claims.add(keyOf(claim))
    for (const volume of this.#cluster.list('persistentvolumes')) this.#volumes.add(volume.metadata.name)
  }

  stop(): void {
    this.#claims.stop()
    this.#volumes.stop()
  }

  #syncClaim(key: string): void {
    const slash = key.indexOf('/')
    const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)]
    const claim = this.#cluster.get('persistentvolumeclaims', namespace, name)
    if (!claim) return
    const pods = this.#cluster.podsOfClaim(namespace, name)
    const { deletionTimestamp } = claim.metadata
    if (!deletionTimestamp && claim.status.phase === 'Bound') this.#sayUse(claim, pods.some(keepsInUse))
    const guarded = claim.metadata.finalizers?.includes(finalizers.claim) ?? false
    if (deletionTimestamp) {
      // Only a scheduled pod holds a claim, but that in any phase, and even when it has ended.
      if (!guarded || pods.some((pod) => pod.spec.nodeName)) return
      this.#cluster.mutate('persistentvolumeclaims', namespace, name, (draft) => {
        draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one) => one !== finalizers.claim)
      })
    } else if (!guarded) {
      this.#cluster.mutate('persistentvolumeclaims', namespace, name, (draft) => {
        draft.metadata.finalizers = [...(draft.metadata.finalizers ?? []), finalizers.claim]
      })
    }
  }

  /** The condition Unused, new in 1.37: its transition time is the moment of the flip. */
  #sayUse(claim: Readonly<Claim>, used: boolean): void {
    const condition = conditionOf(claim.status.conditions, 'Unused')
    if (condition?.status === (used ? 'False' : 'True')) return
    const lastTransitionTime = timestamp(this.#cluster.clock.now())
    const { namespace = '', name } = claim.metadata
    this.#cluster.mutateStatus('persistentvolumeclaims', namespace, name, ({ status }) => {
      const others = (status.conditions ?? []).filter(({ type }) => type !== 'Unused')
      status.conditions = [
        ...others,
        used
          ? {
              type: 'Unused',
              status: 'False',
              lastProbeTime: null,
              lastTransitionTime,
              reason: 'PodUsingPVC',
              message: 'A pod is currently referencing this PVC',
            }
          : {
              type: 'Unused',
              status: 'True',
              lastProbeTime: null,
              lastTransitionTime,
              reason: 'NoPodsUsingPVC',
              message: 'No pods are currently referencing this PVC',
            },
      ]
    })
  }

  #syncVolume(name: string): void {
    const volume = this.#cluster.get('persistentvolumes', '', name)
    if (!volume) return
    const guarded = volume.metadata.finalizers?.includes(finalizers.volume) ?? false
    if (volume.metadata.deletionTimestamp) {
      if (!guarded || volume.status.phase === 'Bound') return
      this.#cluster.mutate('persistentvolumes', '', name, (draft) => {
        draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one) => one !== finalizers.volume)
      })
    } else if (!guarded) {
      this.#cluster.mutate('persistentvolumes', '', name, (draft) => {
        draft.metadata.finalizers = [...(draft.metadata.finalizers ?? []), finalizers.volume]
      })
    }
  }
}

/** Whether a pod counts as a user: not when it has ended, nor when it is going and nothing in it runs any more. */
function keepsInUse({ metadata, status }: Readonly<Pod>): boolean {
  if (status.phase === 'Failed' || status.phase === 'Succeeded') return false
  if (!metadata.deletionTimestamp) return true
  return (status.containerStatuses ?? []).some(({ state }) => !state.terminated && !state.waiting)
}
