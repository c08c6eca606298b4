import { proof } from '@/lib/statefulset/explain/proof'
import { passingSeconds } from '@/lib/statefulset/model/ordinal-state'
import { millis } from '@/lib/statefulset/model/time'
import type { Detection, DetectorInput, Runbook } from './detector'

const claimsKnown = ({ objects }: DetectorInput) => objects.unknown.persistentvolumeclaims === undefined

/** A claim is being deleted under its pod or has lost its volume, or a pod waits for a claim that is gone. */
function detect(scene: DetectorInput): Detection {
  const { objects, setIndex, explained, now } = scene
  if (!claimsKnown(scene)) return null
  let until: number | null = null
  for (const slot of explained.pass.replicas) {
    for (const { claim } of setIndex.claims.get(slot.ordinal)?.values() ?? [])
      if (claim.metadata.deletionTimestamp !== null)
        return {
          params: { claim: claim.metadata.name, pod: slot.name, kind: slot.pod === null ? 'waits' : 'inUse' },
          ordinals: [slot.ordinal],
          since: claim.metadata.deletionTimestamp,
          proof: [
            proof(
              'PersistentVolumeClaim',
              claim.metadata,
              'metadata.deletionTimestamp',
              claim.metadata.deletionTimestamp,
            ),
            proof('PersistentVolumeClaim', claim.metadata, 'metadata.finalizers', claim.metadata.finalizers),
          ],
        }
    for (const { claim } of setIndex.claims.get(slot.ordinal)?.values() ?? [])
      if (claim.status.phase === 'Lost')
        return {
          params: { claim: claim.metadata.name, pod: slot.name, kind: 'lost' },
          ordinals: [slot.ordinal],
          since: null,
          proof: [
            proof('PersistentVolumeClaim', claim.metadata, 'status.phase', 'Lost'),
            proof('PersistentVolumeClaim', claim.metadata, 'spec.volumeName', claim.spec.volumeName ?? ''),
          ],
        }
    const { pod } = slot
    if (pod === null || slot.terminating || pod.status.phase !== 'Pending') continue
    const missing = pod.spec.claims.find(
      (each) =>
        objects.set.spec.claimTemplates.some((template) => template.name === each.volume) &&
        !setIndex.claimByName.has(each.claim),
    )
    if (missing === undefined) continue
    // The claim is made before the pod; what tells of it may come after.
    const lasts = (millis(pod.metadata.creationTimestamp) ?? 0) + passingSeconds * 1000
    if (now < lasts) until = until === null ? lasts : Math.min(until, lasts)
    else
      return {
        params: { claim: missing.claim, pod: slot.name, kind: 'missing' },
        ordinals: [slot.ordinal],
        since: pod.metadata.creationTimestamp,
        proof: explained.causes.get(slot.ordinal)?.proof ?? [],
      }
  }
  return until === null ? null : { until }
}

export const missingClaim: Runbook = {
  id: 'missing-claim',
  alias: 'R22',
  severity: 'critical',
  explains: ['claim-missing', 'claim-deleting', 'claim-lost'],
  detect,
}
