import type { Claim, Volume } from './objects'

/**
 * Another claim that owns the volume which this one names: the volume bears its uid, and this claim never binds to it.
 * `isEarlier` where it was a claim of the same name, which left the volume Released. Null for a volume that is free or
 * the claim's own. Source: k8s pkg/controller/volume/persistentvolume/pv_controller.go (syncUnboundClaim,
 * `IsVolumeBoundToClaim`).
 */
export function otherOwner(
  { metadata }: Claim,
  { spec }: Volume,
): { namespace: string; name: string; uid: string; isEarlier: boolean } | null {
  const owner = spec.claimRef
  if (owner === null || owner.uid === null || owner.uid === metadata.uid) return null
  const { namespace, name, uid } = owner
  return { namespace, name, uid, isEarlier: name === metadata.name && namespace === metadata.namespace }
}
