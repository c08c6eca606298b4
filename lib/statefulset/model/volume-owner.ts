import type { Claim, Volume } from './objects'

/**
 * True where the volume that a claim names belongs to an earlier claim of the same name: it bears that one's uid, and
 * the claim never binds to it (k8s pkg/controller/volume/persistentvolume/pv_controller.go, `IsVolumeBoundToClaim`).
 */
export function isOfEarlierClaim({ metadata }: Claim, { spec }: Volume): boolean {
  const owner = spec.claimRef
  if (owner === null || owner.uid === null || owner.uid === metadata.uid) return false
  return owner.name === metadata.name && owner.namespace === metadata.namespace
}
