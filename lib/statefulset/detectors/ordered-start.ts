import { conditionProof, proof } from '@/lib/statefulset/explain/proof'
import { millis } from '@/lib/statefulset/model/time'
import type { Detection, DetectorInput, Runbook } from './detector'
import { neverReady } from './never-ready'

/** An ordered start that stands this long is not just slow. */
const startSeconds = 120

/** The first ordinal of an ordered set has never been ready, and the others are not made before it is. */
function detect({ objects, explained, now }: DetectorInput): Detection {
  const { pass } = explained
  const [first, ...others] = pass.replicas
  if (!pass.ordered || first === undefined || first.pod === null || others.length === 0 || first.terminating)
    return null
  if (others.some((slot) => slot.pod !== null) || !neverReady(first)) return null
  const cause = explained.causes.get(first.ordinal)
  if (cause === undefined || !['init-running', 'probe', 'not-ready', 'starting'].includes(cause.reason)) return null
  const started = millis(first.pod.status.startTime) ?? millis(first.pod.metadata.creationTimestamp) ?? now
  if (now < started + startSeconds * 1000) return { until: started + startSeconds * 1000 }
  return {
    params: { pod: first.name, count: others.length, reason: cause.reason },
    ordinals: [first.ordinal],
    since: first.pod.status.startTime ?? first.pod.metadata.creationTimestamp,
    proof: [
      proof('StatefulSet', objects.set.metadata, 'spec.podManagementPolicy', objects.set.spec.podManagementPolicy),
      ...conditionProof('Pod', first.pod.metadata, first.pod.status.conditions, 'Ready'),
      ...cause.proof,
    ],
  }
}

export const orderedStart: Runbook = {
  id: 'ordered-start',
  alias: 'R08',
  severity: 'critical',
  explains: 'any',
  detect,
}
