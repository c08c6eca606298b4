import type { Claim, Volume } from '@/lib/demo/controllers/objects'

/** Annotations and finalizers of claims and volumes (component-helpers storage/volume/pv_helpers.go, k8s pkg/volume/util/finalizer.go). */
export const annotations = {
  bindCompleted: 'pv.kubernetes.io/bind-completed',
  boundByController: 'pv.kubernetes.io/bound-by-controller',
  provisionedBy: 'pv.kubernetes.io/provisioned-by',
  provisioner: 'volume.kubernetes.io/storage-provisioner',
  betaProvisioner: 'volume.beta.kubernetes.io/storage-provisioner',
  selectedNode: 'volume.kubernetes.io/selected-node',
} as const

export const finalizers = {
  claim: 'kubernetes.io/pvc-protection',
  volume: 'kubernetes.io/pv-protection',
  provisioner: 'external-provisioner.volume.kubernetes.io/finalizer',
} as const

export const zoneLabel = 'topology.kubernetes.io/zone'

export const keyOf = ({ metadata }: { metadata: { namespace?: string; name: string } }): string =>
  `${metadata.namespace ?? ''}/${metadata.name}`

/** Whether a volume is pre-bound or bound to this very claim. */
export function isBoundTo(volume: Readonly<Volume>, claim: Readonly<Claim>): boolean {
  const reference = volume.spec.claimRef
  return (
    reference?.name === claim.metadata.name &&
    reference.namespace === claim.metadata.namespace &&
    (!reference.uid || reference.uid === claim.metadata.uid)
  )
}
