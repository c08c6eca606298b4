import { proof } from '@/lib/statefulset/explain/proof'
import type { Volume } from '@/lib/statefulset/model/objects'
import { latest } from '@/lib/statefulset/model/time'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/**
 * Volumes were deleted under claims that are bound to them. They are kept until the claims go, and then go too, by
 * their reclaim policy with the data (k8s pkg/controller/volume/pvprotection, pv_controller.go `reclaimVolume`).
 */
function detect({ objects, setIndex }: DetectorInput): Detection {
  const going: { volume: Volume; ordinal: number }[] = []
  for (const [ordinal, claims] of setIndex.claims)
    for (const { claim } of claims.values()) {
      const volume = objects.volumes.get(claim.spec.volumeName ?? '')
      const isItsOwn = volume?.spec.claimRef?.uid === claim.metadata.uid
      if (volume !== undefined && isItsOwn && volume.metadata.deletionTimestamp !== null)
        going.push({ volume, ordinal })
    }
  if (going.length === 0) return null
  going.sort((a, b) => a.ordinal - b.ordinal)
  const volumes = going.map(({ volume }) => volume)
  return {
    params: {
      volumes: listed(volumes.map((volume) => volume.metadata.name)),
      count: volumes.length,
      reclaim: volumes.some((volume) => volume.spec.reclaimPolicy === 'Delete') ? 'Delete' : 'Retain',
    },
    ordinals: [...new Set(going.map(({ ordinal }) => ordinal))],
    since: latest(volumes.map((volume) => volume.metadata.deletionTimestamp)),
    proof: volumes.slice(0, 5).flatMap((volume) => {
      const { deletionTimestamp, finalizers } = volume.metadata
      return [
        proof('PersistentVolume', volume.metadata, 'metadata.deletionTimestamp', deletionTimestamp, deletionTimestamp),
        proof('PersistentVolume', volume.metadata, 'metadata.finalizers', finalizers),
        proof('PersistentVolume', volume.metadata, 'spec.persistentVolumeReclaimPolicy', volume.spec.reclaimPolicy),
      ]
    }),
  }
}

export const goingVolume: Runbook = { id: 'going-volume', alias: 'R31', severity: 'warning', detect }
