import { createHash } from 'node:crypto'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import { isAlreadyExists, isNotFound } from '@/lib/demo/controllers/failures'
import { conditionOf, type Attachment, type Node, type Pod, type Volume } from '@/lib/demo/controllers/objects'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import { WorkQueue } from '@/lib/demo/controllers/work-queue'
import { diskDriver } from './provisioner'

const component = 'attachdetach-controller'
const finalizer = `external-attacher/${diskDriver.replace(/[^a-z0-9]/g, '-')}`
const attachSeconds = 0.4
const detachSeconds = 0.4
/** How long a silent node is given to let go of a volume (maxWaitForUnmountDuration). */
const forceDetachSeconds = 360
const outOfService = 'node.kubernetes.io/out-of-service'

/**
 * Attaches disks to the nodes whose pods want them and detaches them when nobody does
 * (k8s pkg/controller/volume/attachdetach). A volume that one node may write is never on two.
 */
export class Attacher {
  readonly #cluster: Cluster
  readonly #recorder: Recorder
  readonly #queue: WorkQueue
  /** When detaching was first wanted, by volume and node. */
  readonly #wantedSince = new Map<string, number>()

  constructor(cluster: Cluster, recorder: Recorder, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#recorder = recorder
    this.#queue = new WorkQueue(cluster.clock, (name) => this.#sync(name), onError)
  }

  start(): void {
    this.#cluster.on('pods', ({ object, previous }) => {
      if (previous?.spec.nodeName || object.spec.nodeName)
        for (const name of this.#volumesOf(object)) this.#queue.add(name)
    })
    this.#cluster.on('persistentvolumeclaims', ({ object }) => {
      if (object.spec.volumeName) this.#queue.add(object.spec.volumeName)
    })
    this.#cluster.on('persistentvolumes', ({ object }) => this.#queue.add(object.metadata.name))
    this.#cluster.on('volumeattachments', ({ object }) => {
      if (object.spec.source.persistentVolumeName) this.#queue.add(object.spec.source.persistentVolumeName)
    })
    this.#cluster.on('nodes', ({ type, object, previous }) => {
      const same = type === 'MODIFIED' && previous && state(previous) === state(object)
      if (same) return
      for (const { spec } of this.#cluster.list('volumeattachments')) {
        if (spec.nodeName === object.metadata.name) this.#queue.add(spec.source.persistentVolumeName ?? '')
      }
    })
    for (const volume of this.#cluster.list('persistentvolumes')) this.#queue.add(volume.metadata.name)
  }

  stop(): void {
    this.#queue.stop()
  }

  #volumesOf(pod: Readonly<Pod>): string[] {
    return (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: reference }) => {
      if (!reference) return []
      const claim = this.#cluster.get('persistentvolumeclaims', pod.metadata.namespace ?? '', reference.claimName)
      return claim?.spec.volumeName ? [claim.spec.volumeName] : []
    })
  }

  #sync(name: string): void {
    const volume = this.#cluster.get('persistentvolumes', '', name)
    const attachments = this.#cluster.attachmentsOf(name).filter(({ spec }) => spec.attacher === diskDriver)
    const pods = volume?.spec.csi?.driver === diskDriver ? this.#users(volume) : []
    const wanted = new Set(pods.map(({ spec }) => spec.nodeName ?? ''))
    for (const attachment of attachments) {
      if (!wanted.has(attachment.spec.nodeName)) this.#detach(attachment)
      else if (attachment.metadata.deletionTimestamp) this.#removeLater(attachment)
      else {
        this.#wantedSince.delete(attachment.metadata.name)
        if (!attachment.status?.attached) this.#attachedLater(attachment)
      }
    }
    if (!volume) return
    const shared = (volume.spec.accessModes ?? []).some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany')
    for (const pod of pods) {
      const node = pod.spec.nodeName ?? ''
      if (attachments.some(({ spec }) => spec.nodeName === node)) continue
      const elsewhere = attachments.filter(({ spec }) => spec.nodeName !== node)
      if (elsewhere.length > 0 && !shared) {
        this.#refuse(volume, pod, pods, elsewhere)
        continue
      }
      this.#attach(volume, node)
      return
    }
  }

  /** Pods that want the volume where they are: not those that have ended, nor those that go and run nothing any more. */
  #users({ spec }: Readonly<Volume>): Readonly<Pod>[] {
    const { namespace = '', name = '' } = spec.claimRef ?? {}
    return this.#cluster.podsOfClaim(namespace, name).filter(({ spec: pod, status, metadata }) => {
      if (!pod.nodeName || status.phase === 'Succeeded' || status.phase === 'Failed') return false
      return !metadata.deletionTimestamp || (status.containerStatuses ?? []).some(({ state: one }) => one.running)
    })
  }

  #attach(volume: Readonly<Volume>, node: string): void {
    const handle = volume.spec.csi?.volumeHandle ?? ''
    const name = `csi-${createHash('sha256').update(`${handle}${diskDriver}${node}`).digest('hex')}`
    try {
      this.#cluster.create('volumeattachments', '', {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'VolumeAttachment',
        metadata: { name, annotations: { 'csi.alpha.kubernetes.io/node-id': node }, finalizers: [finalizer] },
        spec: { attacher: diskDriver, nodeName: node, source: { persistentVolumeName: volume.metadata.name } },
        status: { attached: false },
      })
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
  }

  #attachedLater({ metadata, spec }: Readonly<Attachment>): void {
    this.#cluster.clock.after(attachSeconds, () => {
      const present = this.#cluster.get('volumeattachments', '', metadata.name)
      if (present?.metadata.uid !== metadata.uid || present.status?.attached || present.metadata.deletionTimestamp)
        return
      this.#cluster.mutateStatus('volumeattachments', '', metadata.name, (draft) => {
        draft.status = { attached: true }
      })
      const volumeName = spec.source.persistentVolumeName ?? ''
      const volume = this.#cluster.get('persistentvolumes', '', volumeName)
      for (const pod of volume ? this.#users(volume) : []) {
        if (pod.spec.nodeName !== spec.nodeName) continue
        const message = `AttachVolume.Attach succeeded for volume "${volumeName}"`
        this.#recorder.say(component, pod, 'Normal', 'SuccessfulAttachVolume', message)
      }
    })
  }

  /** The other node first has to let go: at once when it is well, after six minutes when it is silent. */
  #detach(attachment: Readonly<Attachment>): void {
    const { name } = attachment.metadata
    if (attachment.metadata.deletionTimestamp) {
      this.#removeLater(attachment)
      return
    }
    const now = this.#cluster.clock.now().getTime()
    const since = this.#wantedSince.get(name) ?? now
    this.#wantedSince.set(name, since)
    const node = this.#cluster.get('nodes', '', attachment.spec.nodeName)
    const wait = since + forceDetachSeconds * 1000 - now
    if (node && !isReady(node) && !isOutOfService(node) && wait > 0) {
      this.#queue.addAfter(attachment.spec.source.persistentVolumeName ?? '', wait / 1000)
      return
    }
    this.#wantedSince.delete(name)
    this.#cluster.delete('volumeattachments', '', name)
  }

  #removeLater({ metadata }: Readonly<Attachment>): void {
    this.#cluster.clock.after(detachSeconds, () => {
      const present = this.#cluster.get('volumeattachments', '', metadata.name)
      if (present?.metadata.uid !== metadata.uid || !present.metadata.finalizers?.includes(finalizer)) return
      try {
        this.#cluster.mutate('volumeattachments', '', metadata.name, (draft) => {
          draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one) => one !== finalizer)
        })
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    })
  }

  #refuse(
    volume: Readonly<Volume>,
    pod: Readonly<Pod>,
    users: Readonly<Pod>[],
    elsewhere: Readonly<Attachment>[],
  ): void {
    const others = users.filter(({ spec }) => elsewhere.some((one) => one.spec.nodeName === spec.nodeName))
    const same = others.filter(({ metadata }) => metadata.namespace === pod.metadata.namespace)
    const start = `Waiting for detach for volume "${volume.metadata.name}"`
    const why =
      same.length > 0
        ? `Volume is already used by pod(s) ${same.map(({ metadata }) => metadata.name).join(', ')}`
        : 'Volume is already exclusively attached to one node, waiting on detach before it can be attached to another node'
    // Said once for each pod and volume: the original remembers it until the volume is free.
    const key = `${pod.metadata.uid}/${volume.metadata.name}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    if (this.#told.size > 1000) this.#told.clear()
    this.#recorder.say(component, pod, 'Warning', 'FailedAttachVolume', `${start} ${why}`)
  }

  readonly #told = new Set<string>()
}

const isReady = (node: Readonly<Node>) => conditionOf(node.status.conditions, 'Ready')?.status === 'True'
const isOutOfService = (node: Readonly<Node>) => (node.spec.taints ?? []).some(({ key }) => key === outOfService)
const state = (node: Readonly<Node>) => `${isReady(node)}/${isOutOfService(node)}`
