import { conditionProof } from '@/lib/statefulset/explain/proof'
import type { Claim } from '@/lib/statefulset/model/objects'
import { condition } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** A claim that no pod has used for this long has old data. */
const idleSeconds = 300

/** An ordinal about to be created will mount a claim that nothing has used for a while. Told by `Unused` (1.37). */
function detect({ setIndex, explained, now }: DetectorInput): Detection {
  const waking: { claim: Claim; ordinal: number; since: string }[] = []
  for (const slot of explained.pass.replicas) {
    if (slot.pod !== null) continue
    for (const { claim } of setIndex.claims.get(slot.ordinal)?.values() ?? []) {
      const unused = condition(claim.status.conditions, 'Unused')
      const at = millis(unused?.lastTransitionTime)
      if (unused?.status !== 'True' || at === null || unused.lastTransitionTime === null) continue
      if (claim.metadata.deletionTimestamp === null && now >= at + idleSeconds * 1000)
        waking.push({ claim, ordinal: slot.ordinal, since: unused.lastTransitionTime })
    }
  }
  const [first] = waking
  if (first === undefined) return null
  return {
    params: {
      claims: listed(waking.map(({ claim }) => claim.metadata.name)),
      count: waking.length,
      unusedSince: first.since,
    },
    ordinals: [...new Set(waking.map(({ ordinal }) => ordinal))],
    since: first.since,
    proof: waking
      .slice(0, 5)
      .flatMap(({ claim }) =>
        conditionProof('PersistentVolumeClaim', claim.metadata, claim.status.conditions, 'Unused'),
      ),
  }
}

export const oldClaim: Runbook = { id: 'old-claim', alias: 'R23', severity: 'warning', detect }
