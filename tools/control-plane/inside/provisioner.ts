import { type KubeObject, type Kubernetes, RequestError } from './kubernetes'
import type { Pod } from './pod'

/** The name that storage classes give as their provisioner, and volumes as their CSI driver. */
export const provisionerName = 'volumes.ordinal.local'
const provisionerAnnotation = 'volume.kubernetes.io/storage-provisioner'
const provisionedBy = 'pv.kubernetes.io/provisioned-by'

type Claim = KubeObject & {
  spec: {
    storageClassName?: string
    volumeName?: string
    accessModes?: string[]
    volumeMode?: string
    resources?: { requests?: { storage?: string } }
  }
  status?: { phase?: string; capacity?: { storage?: string } }
}
type Volume = KubeObject & {
  spec: { persistentVolumeReclaimPolicy?: string; capacity?: { storage?: string } }
  status?: { phase?: string }
}
type StorageClass = KubeObject & { provisioner: string; reclaimPolicy?: string; parameters?: Record<string, string> }
type Node = KubeObject

/**
 * An external provisioner as CSI drivers have one: it makes a volume for a claim that the volume controller has
 * handed to it, under the class's reclaim policy; the controller binds. A released volume of policy Delete is removed.
 * With the class parameter `zonal: "true"` the volume belongs to the zone of the node that the scheduler chose.
 * A claim that asks for more than it has is expanded.
 */
export class Provisioner {
  private readonly claims: ReadonlyMap<string, Claim>
  private readonly classes: ReadonlyMap<string, StorageClass>
  private readonly nodes: ReadonlyMap<string, Node>
  private readonly data = new Map<string, Map<string, string>>()
  private readonly busy = new Set<string>()

  private readonly kubernetes: Kubernetes

  constructor(kubernetes: Kubernetes) {
    this.kubernetes = kubernetes
    this.classes = kubernetes.follow<StorageClass>('/apis/storage.k8s.io/v1/storageclasses', () => {
      for (const claim of this.claims?.values() ?? []) this.serve(claim)
    })
    this.nodes = kubernetes.follow<Node>('/api/v1/nodes', () => {})
    this.claims = kubernetes.follow<Claim>('/api/v1/persistentvolumeclaims', (claim) => {
      if (claim) this.serve(claim)
    })
    kubernetes.follow<Volume>('/api/v1/persistentvolumes', (volume, last) => {
      if (volume) this.reclaim(volume)
      else if (last) this.data.delete(last.metadata.name)
    })
  }

  /** The files of the pod's first claim, kept by volume; a pod without a claim has files of its own. */
  dataOf(pod: Pod): Map<string, string> {
    const name = pod.spec.volumes?.find((it) => it.persistentVolumeClaim)?.persistentVolumeClaim?.claimName
    const claim = name ? this.claims.get(`${pod.metadata.namespace}/${name}`) : undefined
    const key = claim?.spec.volumeName ?? pod.metadata.uid
    const known = this.data.get(key)
    if (known) return known
    const files = new Map<string, string>()
    this.data.set(key, files)
    return files
  }

  private serve(claim: Claim): void {
    if (claim.metadata.deletionTimestamp || claim.metadata.annotations?.[provisionerAnnotation] !== provisionerName)
      return
    if (!claim.spec.volumeName) this.once(`provision ${claim.metadata.uid}`, () => this.provision(claim))
    else if (this.wantsMore(claim)) this.once(`expand ${claim.metadata.uid}`, () => this.expand(claim))
  }

  private wantsMore(claim: Claim): boolean {
    const [asked, has] = [claim.spec.resources?.requests?.storage, claim.status?.capacity?.storage]
    return claim.status?.phase === 'Bound' && asked !== undefined && has !== undefined && asked !== has
  }

  private async provision(claim: Claim): Promise<void> {
    const storageClass = this.classes.get(`/${claim.spec.storageClassName}`)
    if (storageClass?.provisioner !== provisionerName) return
    const name = `pvc-${claim.metadata.uid}`
    const chosen = claim.metadata.annotations?.['volume.kubernetes.io/selected-node']
    const zone = this.nodes.get(`/${chosen}`)?.metadata.labels?.['topology.kubernetes.io/zone']
    const inZone = { key: 'topology.kubernetes.io/zone', operator: 'In', values: [zone] }
    await this.kubernetes.ensure('/api/v1/persistentvolumes', {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name, annotations: { [provisionedBy]: provisionerName } },
      spec: {
        accessModes: claim.spec.accessModes,
        capacity: { storage: claim.spec.resources?.requests?.storage },
        persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
        storageClassName: claim.spec.storageClassName,
        volumeMode: claim.spec.volumeMode ?? 'Filesystem',
        claimRef: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          namespace: claim.metadata.namespace,
          name: claim.metadata.name,
          uid: claim.metadata.uid,
        },
        csi: { driver: provisionerName, volumeHandle: name, fsType: 'ext4' },
        ...(storageClass.parameters?.['zonal'] === 'true' && zone
          ? { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [inZone] }] } } }
          : {}),
      },
    })
  }

  private async expand(claim: Claim): Promise<void> {
    const storage = claim.spec.resources?.requests?.storage
    await this.kubernetes.patch(`/api/v1/persistentvolumes/${claim.spec.volumeName}`, {
      spec: { capacity: { storage } },
    })
    const path = `/api/v1/namespaces/${claim.metadata.namespace}/persistentvolumeclaims/${claim.metadata.name}/status`
    await this.kubernetes.patch(path, { metadata: { uid: claim.metadata.uid }, status: { capacity: { storage } } })
  }

  private reclaim(volume: Volume): void {
    const ours = volume.metadata.annotations?.[provisionedBy] === provisionerName
    if (!ours || volume.metadata.deletionTimestamp || volume.status?.phase !== 'Released') return
    if (volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return
    this.once(`reclaim ${volume.metadata.uid}`, () =>
      this.kubernetes.request('DELETE', `/api/v1/persistentvolumes/${volume.metadata.name}`, {
        preconditions: { uid: volume.metadata.uid },
      }),
    )
  }

  /** One try at a time for each thing to do; after a fault again in a second, unless it has become pointless. */
  private once(what: string, work: () => Promise<unknown>): void {
    if (this.busy.has(what)) return
    this.busy.add(what)
    work()
      .catch((error: unknown) => {
        if (error instanceof RequestError && (error.status === 404 || error.status === 409 || error.status === 422))
          return
        setTimeout(() => this.once(what, work), 1000)
      })
      .finally(() => this.busy.delete(what))
  }
}
