import type { Slot } from '@/lib/statefulset/controller/reconcile'
import { proof } from '@/lib/statefulset/explain/proof'
import { claimName } from '@/lib/statefulset/model/identity'
import type { Volume } from '@/lib/statefulset/model/objects'
import { otherOwner } from '@/lib/statefulset/model/volume-owner'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** A claim names a volume that an earlier claim of its name left Released, or the earlier one's data is there unused. */
function detect(input: DetectorInput): Detection {
  return named(input) ?? left(input)
}

/** A claim that will never bind. */
function named({ objects, setIndex, explained }: DetectorInput): Detection {
  for (const { ordinal, name } of explained.pass.replicas)
    for (const { claim } of setIndex.claims.get(ordinal)?.values() ?? []) {
      if (claim.status.phase !== 'Pending') continue
      const volume = objects.volumes.get(claim.spec.volumeName ?? '')
      if (volume === undefined || !otherOwner(claim, volume)?.isEarlier) continue
      return {
        params: { kind: 'named', claim: claim.metadata.name, volume: volume.metadata.name, pod: name, count: 1 },
        ordinals: [ordinal],
        since: claim.metadata.creationTimestamp,
        proof: [
          proof('PersistentVolumeClaim', claim.metadata, 'spec.volumeName', claim.spec.volumeName),
          proof('PersistentVolumeClaim', claim.metadata, 'metadata.uid', claim.metadata.uid),
          ...proofOf(volume),
        ],
      }
    }
  return null
}

/** Volumes that were kept when the claim of an ordinal was deleted, and that no claim names since. */
function left({ objects, setIndex, explained }: DetectorInput): Detection {
  const { set, unknown } = objects
  if (unknown.persistentvolumeclaims !== undefined) return null
  const kept = [...objects.volumes.values()].filter(
    ({ metadata, status }) => status.phase === 'Released' && metadata.deletionTimestamp === null,
  )
  if (kept.length === 0) return null
  const slots = new Map(
    explained.pass.replicas.flatMap((slot) =>
      set.spec.claimTemplates.map(
        (template) => [claimName(template.name, set.metadata.name, slot.ordinal), slot] as const,
      ),
    ),
  )
  const found = kept.flatMap((volume): { volume: Volume; claim: string; slot: Slot }[] => {
    const claim = volume.spec.claimRef?.name ?? ''
    const slot = slots.get(claim)
    if (slot === undefined || volume.spec.claimRef?.namespace !== set.metadata.namespace) return []
    const isNamed = setIndex.claimByName.get(claim)?.spec.volumeName === volume.metadata.name
    return isNamed || volume.spec.reclaimPolicy === 'Delete' ? [] : [{ volume, claim, slot }]
  })
  const ordered = found.toSorted(
    (a, b) => a.slot.ordinal - b.slot.ordinal || (a.volume.metadata.name < b.volume.metadata.name ? -1 : 1),
  )
  const [first] = ordered
  if (first === undefined) return null
  return {
    // Nothing is broken: what a person may look for is there.
    severity: 'info',
    params: {
      kind: 'left',
      claim: first.claim,
      volume: listed(ordered.map(({ volume }) => volume.metadata.name)),
      pod: first.slot.name,
      count: ordered.length,
    },
    ordinals: [...new Set(ordered.map(({ slot }) => slot.ordinal))],
    since: null,
    proof: ordered.slice(0, 5).flatMap(({ volume }) => proofOf(volume)),
  }
}

function proofOf({ metadata, spec, status }: Volume) {
  return [
    proof('PersistentVolume', metadata, 'spec.claimRef.uid', spec.claimRef?.uid ?? ''),
    proof('PersistentVolume', metadata, 'status.phase', status.phase),
  ]
}

export const releasedVolume: Runbook = {
  id: 'released-volume',
  alias: 'R30',
  severity: 'warning',
  explains: ['claim-released'],
  detect,
}
