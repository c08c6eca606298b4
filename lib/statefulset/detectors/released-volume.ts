import { proof } from '@/lib/statefulset/explain/proof'
import { isOfEarlierClaim } from '@/lib/statefulset/model/volume-owner'
import type { Detection, DetectorInput, Runbook } from './detector'

/** A claim names a volume that an earlier claim of its name left Released, and will never bind to it. */
function detect({ objects, setIndex, explained }: DetectorInput): Detection {
  for (const { ordinal, name } of explained.pass.replicas)
    for (const { claim } of setIndex.claims.get(ordinal)?.values() ?? []) {
      const volume = objects.volumes.get(claim.spec.volumeName ?? '')
      if (claim.status.phase !== 'Pending' || volume === undefined || !isOfEarlierClaim(claim, volume)) continue
      return {
        params: { claim: claim.metadata.name, volume: volume.metadata.name, pod: name },
        ordinals: [ordinal],
        since: claim.metadata.creationTimestamp,
        proof: [
          proof('PersistentVolumeClaim', claim.metadata, 'spec.volumeName', claim.spec.volumeName),
          proof('PersistentVolumeClaim', claim.metadata, 'metadata.uid', claim.metadata.uid),
          proof('PersistentVolume', volume.metadata, 'spec.claimRef.uid', volume.spec.claimRef?.uid ?? ''),
          proof('PersistentVolume', volume.metadata, 'status.phase', volume.status.phase),
        ],
      }
    }
  return null
}

export const releasedVolume: Runbook = {
  id: 'released-volume',
  alias: 'R30',
  severity: 'warning',
  explains: ['claim-released'],
  detect,
}
