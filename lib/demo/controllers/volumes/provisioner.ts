import { parseQuantity } from '@/lib/demo/api/quantity'
import { timestamp } from '@/lib/demo/clock'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import { conditionOf, type Claim, type StorageClass } from '@/lib/demo/controllers/objects'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import { WorkQueue } from '@/lib/demo/controllers/work-queue'
import { annotations, finalizers, keyOf, zoneLabel } from './names'

/** Two drivers of the demo's own. A disk is attached to one node at a time; a share is simply mounted. */
export const diskDriver = 'disk.csi.ordinal.demo'
export const shareDriver = 'share.csi.ordinal.demo'
const isOurs = (driver: string | undefined): driver is string => driver === diskDriver || driver === shareDriver

const componentOf = (driver: string) => `${driver}_csi-provisioner`
const resizerOf = (driver: string) => `external-resizer ${driver}`
const provisionSeconds = 0.5
const deleteSeconds = 1
const resizeSeconds = 2

/**
 * Makes, grows and deletes disks as a CSI driver with its external provisioner and resizer does. With the class parameter
 * `zonal: "true"` a disk lives in one zone: that of the node that the scheduler chose, or any when the class binds at once.
 */
export class Provisioner {
  readonly #cluster: Cluster
  readonly #recorder: Recorder
  readonly #onDiskDeleted: (handle: string) => void
  readonly #claims: WorkQueue
  readonly #volumes: WorkQueue
  readonly #busy = new Map<string, () => void>()
  #disks = 0

  constructor(
    cluster: Cluster,
    recorder: Recorder,
    onDiskDeleted: (handle: string) => void,
    onError: (key: string, error: unknown) => void,
  ) {
    this.#cluster = cluster
    this.#recorder = recorder
    this.#onDiskDeleted = onDiskDeleted
    this.#claims = new WorkQueue(cluster.clock, (key) => this.#syncClaim(key), onError)
    this.#volumes = new WorkQueue(cluster.clock, (name) => this.#syncVolume(name), onError)
  }

  start(): void {
    this.#cluster.on('persistentvolumeclaims', ({ object }) => this.#claims.add(keyOf(object)))
    this.#cluster.on('persistentvolumes', ({ object }) => this.#volumes.add(object.metadata.name))
    for (const claim of this.#cluster.list('persistentvolumeclaims')) this.#claims.add(keyOf(claim))
    for (const volume of this.#cluster.list('persistentvolumes')) this.#volumes.add(volume.metadata.name)
  }

  stop(): void {
    this.#claims.stop()
    this.#volumes.stop()
    for (const cancel of this.#busy.values()) cancel()
    this.#busy.clear()
  }

  #syncClaim(key: string): void {
    const claim = this.#claim(key)
    if (!claim || claim.metadata.deletionTimestamp) return
    if (claim.spec.volumeName) {
      this.#grow(key, claim)
      return
    }
    const driver = claim.metadata.annotations?.[annotations.provisioner]
    if (!isOurs(driver)) return
    if (this.#busy.has(key) || this.#cluster.get('persistentvolumes', '', `pvc-${claim.metadata.uid}`)) return
    const message = `External provisioner is provisioning volume for claim "${key}"`
    this.#recorder.say(componentOf(driver), claim, 'Normal', 'Provisioning', message)
    this.#later(key, provisionSeconds, () => {
      const present = this.#claim(key)
      if (present?.metadata.uid === claim.metadata.uid) this.#provision(present)
    })
  }

  #provision(claim: Readonly<Claim>): void {
    const { storageClassName = '' } = claim.spec
    const storageClass = this.#cluster.get('storageclasses', '', storageClassName)
    if (!storageClass || !isOurs(storageClass.provisioner) || claim.spec.volumeName) return
    const name = `pvc-${claim.metadata.uid}`
    this.#cluster.create('persistentvolumes', '', this.#volumeFor(name, claim, storageClass))
    const message = `Successfully provisioned volume ${name}`
    this.#recorder.say(componentOf(storageClass.provisioner), claim, 'Normal', 'ProvisioningSucceeded', message)
  }

  #volumeFor(name: string, claim: Readonly<Claim>, storageClass: Readonly<StorageClass>) {
    const { namespace = '', uid, resourceVersion } = claim.metadata
    const reclaim = storageClass.reclaimPolicy ?? 'Delete'
    const zone = storageClass.parameters?.zonal === 'true' ? this.#zoneFor(claim) : null
    this.#disks += 1
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: {
        name,
        annotations: { [annotations.provisionedBy]: storageClass.provisioner },
        ...(reclaim === 'Delete' ? { finalizers: [finalizers.provisioner] } : {}),
      },
      spec: {
        capacity: { storage: claim.spec.resources?.requests?.storage ?? '1Gi' },
        accessModes: [...(claim.spec.accessModes ?? ['ReadWriteOnce'])],
        claimRef: {
          kind: 'PersistentVolumeClaim',
          namespace,
          name: claim.metadata.name,
          uid,
          apiVersion: 'v1',
          resourceVersion,
        },
        persistentVolumeReclaimPolicy: reclaim,
        storageClassName: storageClass.metadata.name,
        volumeMode: claim.spec.volumeMode ?? 'Filesystem',
        csi: {
          driver: storageClass.provisioner,
          volumeHandle: `volume-${uid.slice(0, 8)}-${this.#disks}`,
          fsType: 'ext4',
        },
        ...(zone === null
          ? {}
          : {
              nodeAffinity: {
                required: {
                  nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: [zone] }] }],
                },
              },
            }),
      },
      status: {},
    }
  }

  /** The zone of the node that was chosen; without one, zones in turn, as drivers do for classes that bind at once. */
  #zoneFor(claim: Readonly<Claim>): string | null {
    const chosen = claim.metadata.annotations?.[annotations.selectedNode]
    const node = chosen ? this.#cluster.get('nodes', '', chosen) : undefined
    if (node) return node.metadata.labels?.[zoneLabel] ?? null
    const zones = new Set<string>()
    for (const one of this.#cluster.list('nodes')) {
      const zone = one.metadata.labels?.[zoneLabel]
      if (zone) zones.add(zone)
    }
    return [...zones].sort()[this.#disks % Math.max(1, zones.size)] ?? null
  }

  #syncVolume(name: string): void {
    const volume = this.#cluster.get('persistentvolumes', '', name)
    if (!volume || !isOurs(volume.spec.csi?.driver)) return
    const released = volume.status.phase === 'Released'
    if (!released || volume.spec.persistentVolumeReclaimPolicy !== 'Delete' || this.#busy.has(name)) return
    this.#later(name, deleteSeconds, () => this.#deleteDisk(name))
  }

  #deleteDisk(name: string): void {
    const volume = this.#cluster.get('persistentvolumes', '', name)
    if (volume?.status.phase !== 'Released' || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return
    for (const attachment of this.#cluster.attachmentsOf(name)) {
      const { nodeName } = attachment.spec
      const message = `persistentvolume ${name} is still attached to node ${nodeName}`
      this.#recorder.say(
        componentOf(volume.spec.csi?.driver ?? diskDriver),
        volume,
        'Warning',
        'VolumeFailedDelete',
        message,
      )
      this.#later(name, 10, () => this.#deleteDisk(name))
      return
    }
    this.#onDiskDeleted(volume.spec.csi?.volumeHandle ?? name)
    if (!volume.metadata.deletionTimestamp) this.#cluster.delete('persistentvolumes', '', name)
    const left = this.#cluster.get('persistentvolumes', '', name)
    if (!left) return
    this.#cluster.mutate('persistentvolumes', '', name, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one) => one !== finalizers.provisioner)
    })
  }

  /** Growth in two steps, volume then claim, with the conditions that the resizer and the kubelet write. */
  #grow(key: string, claim: Readonly<Claim>): void {
    const wanted = claim.spec.resources?.requests?.storage
    const has = claim.status.capacity?.storage
    if (!wanted || !has || claim.status.phase !== 'Bound' || !isLess(has, wanted)) return
    const volume = this.#cluster.get('persistentvolumes', '', claim.spec.volumeName ?? '')
    const driver = volume?.spec.csi?.driver
    if (!volume || !isOurs(driver) || this.#busy.has(key)) return
    const resizer = resizerOf(driver)
    const { namespace = '', name } = claim.metadata
    const setCondition = (type: string | null, message = '') =>
      this.#cluster.mutateStatus('persistentvolumeclaims', namespace, name, ({ status }) => {
        const others = (status.conditions ?? []).filter((one) => !/^(Resizing|FileSystemResizePending)$/.test(one.type))
        const lastTransitionTime = timestamp(this.#cluster.clock.now())
        status.conditions = type
          ? [
              ...others,
              { type, status: 'True', lastProbeTime: null, lastTransitionTime, ...(message ? { message } : {}) },
            ]
          : others
        if (type === null) {
          status.capacity = { ...status.capacity, storage: wanted }
          delete status.allocatedResourceStatuses
        } else {
          const phase = type === 'Resizing' ? 'ControllerResizeInProgress' : 'NodeResizePending'
          status.allocatedResources = { ...status.allocatedResources, storage: wanted }
          status.allocatedResourceStatuses = { ...status.allocatedResourceStatuses, storage: phase }
        }
      })
    if (!conditionOf(claim.status.conditions, 'FileSystemResizePending')) {
      this.#recorder.say(
        resizer,
        claim,
        'Normal',
        'Resizing',
        `External resizer is resizing volume ${volume.metadata.name}`,
      )
      setCondition('Resizing')
      this.#later(key, resizeSeconds, () => {
        this.#cluster.mutate('persistentvolumes', '', volume.metadata.name, (draft) => {
          draft.spec.capacity = { ...draft.spec.capacity, storage: wanted }
        })
        const message = 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.'
        setCondition('FileSystemResizePending', message)
        this.#recorder.say(
          resizer,
          claim,
          'Normal',
          'FileSystemResizeRequired',
          'Require file system resize of volume on node',
        )
        this.#claims.add(key)
      })
      return
    }
    const mounted = this.#cluster.podsOfClaim(namespace, name).some(({ status }) => status.phase === 'Running')
    if (!mounted) return
    this.#later(key, resizeSeconds, () => {
      setCondition(null)
      const message = 'MountVolume.NodeExpandVolume succeeded for volume "' + volume.metadata.name + '"'
      this.#recorder.say('kubelet', claim, 'Normal', 'FileSystemResizeSuccessful', message)
    })
  }

  #claim(key: string): Readonly<Claim> | undefined {
    const slash = key.indexOf('/')
    return this.#cluster.get('persistentvolumeclaims', key.slice(0, slash), key.slice(slash + 1))
  }

  /** One thing at a time per key; what is thrown while nobody waits for it is tried again with the next change. */
  #later(key: string, seconds: number, run: () => void): void {
    this.#busy.get(key)?.()
    const cancel = this.#cluster.clock.after(seconds, () => {
      this.#busy.delete(key)
      run()
    })
    this.#busy.set(key, cancel)
  }
}

const isLess = (a: string, b: string) => (parseQuantity(a)?.nano ?? 0n) < (parseQuantity(b)?.nano ?? 0n)
