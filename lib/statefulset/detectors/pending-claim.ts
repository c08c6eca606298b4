import { whyClaimPending } from '@/lib/statefulset/explain/claim-causes'
import { claimTrouble } from '@/lib/statefulset/model/ordinal-state'
import { millis } from '@/lib/statefulset/model/time'
import { otherOwner } from '@/lib/statefulset/model/volume-owner'
import type { Detection, DetectorInput, Runbook } from './detector'

/** A claim that waits this long for a volume though its pod is placed is not just being provided. */
const pendingSeconds = 300

/** As the catalogue selects its sentence. */
const pendingWords = new Map<string, string>([
  ['claim-no-class', 'noClass'],
  ['claim-class-missing', 'classMissing'],
  ['claim-provisioning-failed', 'provisioningFailed'],
  ['claim-by-hand', 'byHand'],
  ['claim-volume-missing', 'volumeMissing'],
  ['claim-volume-taken', 'volumeTaken'],
  ['claim-provisioner-silent', 'silent'],
])

/** A claim that nobody will ever give a volume, or that has waited for one too long. */
function detect(scene: DetectorInput): Detection {
  const { objects, setIndex, explained, now } = scene
  let until: number | null = null
  for (const slot of explained.pass.replicas)
    for (const { claim } of setIndex.claims.get(slot.ordinal)?.values() ?? []) {
      if (claimTrouble(claim) !== 'pending') continue
      // A pod that does not mount it does not wait for it.
      const isMounted = slot.pod?.spec.claims.some((each) => each.claim === claim.metadata.name)
      if (isMounted === false) continue
      // A volume of an earlier claim is a situation of its own.
      const volume = objects.volumes.get(claim.spec.volumeName ?? '')
      if (volume !== undefined && otherOwner(claim, volume)?.isEarlier) continue
      const why = whyClaimPending(objects, setIndex, slot, claim, now)
      const storageClass = objects.storageClasses.get(claim.spec.storageClassName ?? '')
      if (why.reason === 'claim-pending') {
        const isPlaced = (slot.pod?.spec.nodeName ?? '') !== ''
        // A class that waits for the pod to be placed is in no hurry, and one that cannot be seen may be such a class.
        const mayWait =
          storageClass === undefined
            ? objects.unknown.storageclasses !== undefined
            : storageClass.volumeBindingMode === 'WaitForFirstConsumer'
        if (mayWait && !isPlaced) continue
        const at = (millis(claim.metadata.creationTimestamp) ?? now) + pendingSeconds * 1000
        if (now < at) {
          until = until === null ? at : Math.min(until, at)
          continue
        }
      }
      return {
        params: {
          claim: claim.metadata.name,
          pod: slot.name,
          reason: pendingWords.get(why.reason) ?? 'pending',
          class: claim.spec.storageClassName ?? '',
        },
        ordinals: [slot.ordinal],
        since: why.since,
        proof: why.proof,
      }
    }
  return until === null ? null : { until }
}

export const pendingClaim: Runbook = {
  id: 'pending-claim',
  alias: 'R21',
  severity: 'warning',
  explains: [
    'claim-missing',
    'claim-no-class',
    'claim-class-missing',
    'claim-provisioning-failed',
    'claim-provisioner-silent',
    'claim-by-hand',
    'claim-volume-missing',
    'claim-volume-taken',
    'claim-pending',
  ],
  detect,
}
