import { timestamp } from '@/lib/demo/clock'
import { parseQuantity } from '@/lib/demo/api/quantity'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import { selectorMatches, type Claim, type StorageClass, type Volume } from '@/lib/demo/controllers/objects'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import { WorkQueue } from '@/lib/demo/controllers/work-queue'
import { annotations, isBoundTo, keyOf } from './names'

const component = 'persistentvolume-controller'
/** The controller looks at every claim that waits again this often (--pvclaimbinder-sync-period). */
const resyncSeconds = 15

/**
 * Binds claims to volumes and gives volumes back (k8s pkg/controller/volume/persistentvolume/pv_controller.go).
 * Making and removing the disks is the provisioner's part.
 */
export class VolumeBinder {
  readonly #cluster: Cluster
  readonly #recorder: Recorder
  readonly #claims: WorkQueue
  readonly #volumes: WorkQueue
  #cancelResync: (() => void) | null = null

  constructor(cluster: Cluster, recorder: Recorder, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#recorder = recorder
    this.#claims = new WorkQueue(cluster.clock, (key) => this.#syncClaim(key), onError)
    this.#volumes = new WorkQueue(cluster.clock, (key) => this.#syncVolume(key), onError)
  }

  start(): void {
    this.#cluster.on('persistentvolumeclaims', ({ type, object }) => {
      if (type !== 'DELETED') this.#claims.add(keyOf(object))
      if (object.spec.volumeName) this.#volumes.add(object.spec.volumeName)
    })
    this.#cluster.on('persistentvolumes', ({ object }) => {
      this.#volumes.add(object.metadata.name)
      const claim = object.spec.claimRef
      if (claim) this.#claims.add(`${claim.namespace}/${claim.name}`)
    })
    for (const claim of this.#cluster.list('persistentvolumeclaims')) this.#claims.add(keyOf(claim))
    for (const volume of this.#cluster.list('persistentvolumes')) this.#volumes.add(volume.metadata.name)
    this.#resyncLater()
  }

  stop(): void {
    this.#claims.stop()
    this.#volumes.stop()
    this.#cancelResync?.()
  }

  #resyncLater(): void {
    this.#cancelResync = this.#cluster.clock.after(resyncSeconds, () => {
      for (const claim of this.#cluster.list('persistentvolumeclaims')) {
        if (claim.status.phase !== 'Bound') this.#claims.add(keyOf(claim))
      }
      this.#resyncLater()
    })
  }

  #syncClaim(key: string): void {
    const slash = key.indexOf('/')
    const claim = this.#cluster.get('persistentvolumeclaims', key.slice(0, slash), key.slice(slash + 1))
    if (!claim) return
    if (claim.metadata.annotations?.[annotations.bindCompleted]) this.#syncBound(claim)
    else if (claim.spec.volumeName) this.#syncRequested(claim, claim.spec.volumeName)
    else this.#syncUnbound(claim)
  }

  #syncUnbound(claim: Readonly<Claim>): void {
    const storageClass = this.#classOf(claim)
    const delayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer'
    const volume = this.#bestMatch(claim, delayed)
    if (volume) {
      this.#bind(volume, claim)
      return
    }
    if (delayed && !claim.metadata.annotations?.[annotations.selectedNode]) this.#sayWaiting(claim)
    else if (claim.spec.storageClassName) {
      this.#requestProvisioning(claim, storageClass)
      return
    } else {
      const message = 'no persistent volumes available for this claim and no storage class is set'
      this.#recorder.say(component, claim, 'Normal', 'FailedBinding', message)
    }
    this.#setClaimPhase(claim, 'Pending', null)
  }

  #sayWaiting(claim: Readonly<Claim>): void {
    const waiting = this.#cluster
      .podsOfClaim(claim.metadata.namespace ?? '', claim.metadata.name)
      .filter((pod) => !pod.spec.nodeName)
      .map((pod) => pod.metadata.name)
    if (waiting.length === 0) {
      const message = 'waiting for first consumer to be created before binding'
      this.#recorder.say(component, claim, 'Normal', 'WaitForFirstConsumer', message)
      return
    }
    const pods = waiting.length === 1 ? `pod ${waiting[0]}` : `pods ${waiting.join(',')}`
    this.#recorder.say(component, claim, 'Normal', 'WaitForPodScheduled', `waiting for ${pods} to be scheduled`)
  }

  #requestProvisioning(claim: Readonly<Claim>, storageClass: Readonly<StorageClass> | undefined): void {
    const { storageClassName = '' } = claim.spec
    if (!storageClass) {
      const message = `storageclass.storage.k8s.io "${storageClassName}" not found`
      this.#recorder.say(component, claim, 'Warning', 'ProvisioningFailed', message)
      return
    }
    const { provisioner } = storageClass
    if (provisioner === 'kubernetes.io/no-provisioner') return
    const { namespace = '', name } = claim.metadata
    this.#cluster.mutate('persistentvolumeclaims', namespace, name, (draft) => {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        [annotations.betaProvisioner]: provisioner,
        [annotations.provisioner]: provisioner,
      }
    })
    const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`
    this.#recorder.say(component, claim, 'Normal', 'ExternalProvisioning', message)
  }

  /** A claim that names its volume: bound when that is free or already its own, waiting otherwise. */
  #syncRequested(claim: Readonly<Claim>, volumeName: string): void {
    const volume = this.#cluster.get('persistentvolumes', '', volumeName)
    if (!volume) {
      this.#setClaimPhase(claim, 'Pending', null)
      return
    }
    if (!volume.spec.claimRef) {
      const mismatch = this.#mismatch(volume, claim)
      if (mismatch) {
        const message = `Cannot bind to requested volume "${volumeName}": ${mismatch}`
        this.#recorder.say(component, claim, 'Warning', 'VolumeMismatch', message)
        this.#setClaimPhase(claim, 'Pending', null)
      } else this.#bind(volume, claim)
      return
    }
    if (isBoundTo(volume, claim)) {
      this.#bind(volume, claim)
      return
    }
    const message = `volume "${volumeName}" already bound to a different claim.`
    this.#recorder.say(component, claim, 'Warning', 'FailedBinding', message)
    this.#setClaimPhase(claim, 'Pending', null)
  }

  #syncBound(claim: Readonly<Claim>): void {
    const { volumeName } = claim.spec
    const volume = volumeName ? this.#cluster.get('persistentvolumes', '', volumeName) : undefined
    if (!volume) {
      const what = volumeName ? 'its PersistentVolume' : 'reference to PersistentVolume'
      this.#lose(claim, 'ClaimLost', `Bound claim has lost ${what}. Data on the volume is lost!`)
    } else if (!volume.spec.claimRef || volume.spec.claimRef.uid === claim.metadata.uid) {
      this.#bind(volume, claim)
    } else {
      const message = 'Two claims are bound to the same volume, this one is bound incorrectly'
      this.#lose(claim, 'ClaimMisbound', message)
    }
  }

  #lose(claim: Readonly<Claim>, reason: string, message: string): void {
    if (claim.status.phase === 'Lost') return
    this.#setClaimPhase(claim, 'Lost', null)
    this.#recorder.say(component, claim, 'Warning', reason, message)
  }

  #syncVolume(name: string): void {
    const volume = this.#cluster.get('persistentvolumes', '', name)
    if (!volume) return
    const reference = volume.spec.claimRef
    if (!reference?.uid) {
      this.#setVolumePhase(volume, 'Available')
      return
    }
    const found = this.#cluster.get('persistentvolumeclaims', reference.namespace ?? '', reference.name ?? '')
    const claim = found?.metadata.uid === reference.uid ? found : undefined
    if (!claim) {
      const { phase } = volume.status
      if (phase !== 'Released' && phase !== 'Failed') this.#setVolumePhase(volume, 'Released')
    } else if (!claim.spec.volumeName) this.#claims.add(keyOf(claim))
    else if (claim.spec.volumeName === name) this.#setVolumePhase(volume, 'Bound')
    else if (volume.metadata.annotations?.[annotations.provisionedBy]) this.#setVolumePhase(volume, 'Released')
    else {
      this.#cluster.mutate('persistentvolumes', '', name, (draft) => {
        const { uid: _uid, resourceVersion: _version, ...rest } = draft.spec.claimRef ?? {}
        if (draft.metadata.annotations?.[annotations.boundByController]) delete draft.spec.claimRef
        else draft.spec.claimRef = rest
        if (draft.metadata.annotations) delete draft.metadata.annotations[annotations.boundByController]
      })
    }
  }

  /** Four writes, each only where it is due: the volume's claim, the volume's phase, the claim's volume, the claim's status. */
  #bind(volume: Readonly<Volume>, claim: Readonly<Claim>): void {
    const { namespace = '', name } = claim.metadata
    let bound = volume
    if (!volume.spec.claimRef?.uid) {
      bound = this.#cluster.mutate('persistentvolumes', '', volume.metadata.name, (draft) => {
        if (!draft.spec.claimRef) {
          draft.metadata.annotations = { ...draft.metadata.annotations, [annotations.boundByController]: 'yes' }
        }
        const { uid, resourceVersion } = claim.metadata
        draft.spec.claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion }
      })
    }
    this.#setVolumePhase(bound, 'Bound')
    const updated = this.#cluster.mutate('persistentvolumeclaims', namespace, name, (draft) => {
      const marks = { ...draft.metadata.annotations }
      if (draft.spec.volumeName !== volume.metadata.name) {
        draft.spec.volumeName = volume.metadata.name
        marks[annotations.boundByController] ??= 'yes'
      }
      marks[annotations.bindCompleted] ??= 'yes'
      draft.metadata.annotations = marks
    })
    this.#setClaimPhase(updated, 'Bound', bound)
  }

  #setClaimPhase(claim: Readonly<Claim>, phase: string, volume: Readonly<Volume> | null): void {
    const { namespace = '', name } = claim.metadata
    this.#cluster.mutateStatus('persistentvolumeclaims', namespace, name, ({ status }) => {
      if (volume) {
        status.accessModes = [...(volume.spec.accessModes ?? [])]
        if (status.phase !== phase) status.capacity = { ...volume.spec.capacity }
      } else {
        delete status.accessModes
        delete status.capacity
      }
      status.phase = phase
    })
  }

  #setVolumePhase({ metadata, status }: Readonly<Volume>, phase: string): void {
    if (status.phase === phase) return
    this.#cluster.mutateStatus('persistentvolumes', '', metadata.name, (draft) => {
      draft.status.phase = phase
      draft.status.lastPhaseTransitionTime = timestamp(this.#cluster.clock.now())
    })
  }

  #classOf(claim: Readonly<Claim>): Readonly<StorageClass> | undefined {
    const name = claim.spec.storageClassName
    return name ? this.#cluster.get('storageclasses', '', name) : undefined
  }

  /** A volume made for this claim, else the smallest free one that fits; a delayed claim only takes what is made for it. */
  #bestMatch(claim: Readonly<Claim>, delayed: boolean): Readonly<Volume> | undefined {
    let best: Readonly<Volume> | undefined
    for (const volume of this.#cluster.volumesFor(claim)) {
      if (volume.metadata.deletionTimestamp) continue
      if (isBoundTo(volume, claim)) {
        if (!this.#mismatch(volume, claim)) return volume
        continue
      }
      if (delayed || volume.spec.claimRef || volume.status.phase !== 'Available') continue
      if (claim.spec.selector && !selectorMatches(claim.spec.selector, volume.metadata.labels)) continue
      if (this.#mismatch(volume, claim)) continue
      if (!best || bytes(volume.spec.capacity) < bytes(best.spec.capacity)) best = volume
    }
    return best
  }

  #mismatch(volume: Readonly<Volume>, claim: Readonly<Claim>): string | null {
    if (volume.metadata.deletionTimestamp) return `the volume is marked for deletion "${volume.metadata.name}"`
    if (bytes(volume.spec.capacity) < bytes(claim.spec.resources?.requests)) return 'requested PV is too small'
    if ((volume.spec.storageClassName ?? '') !== (claim.spec.storageClassName ?? '')) {
      return 'storageClassName does not match'
    }
    if ((volume.spec.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) {
      return 'incompatible volumeMode'
    }
    const modes = volume.spec.accessModes ?? []
    return (claim.spec.accessModes ?? []).every((mode) => modes.includes(mode)) ? null : 'incompatible accessMode'
  }
}

/** The storage of a resource list in billionths of a byte; nothing counts as zero. */
const bytes = (resources: Record<string, string> | undefined): bigint =>
  parseQuantity(resources?.storage ?? '0')?.nano ?? 0n
