import { proof } from '@/lib/statefulset/explain/proof'
import { availableAt, condition } from '@/lib/statefulset/model/pod-status'
import { rfc3339 } from '@/lib/statefulset/model/time'
import type { Detection, DetectorInput, Runbook } from './detector'

/** Waits for minReadySeconds shorter than this are no news. */
const settlingSeconds = 60

/**
 * A pod is ready and holds everything else up until minReadySeconds are over; or all are available and a control
 * plane before 1.36 has not counted them again.
 */
function detect({ objects, explained, now }: DetectorInput): Detection {
  const { set } = objects
  const { pass } = explained
  const { minReadySeconds } = set.spec
  if (minReadySeconds === 0) return null
  const settling = pass.replicas.find((slot) => slot.ready && !slot.available && !slot.terminating)
  if (settling?.pod !== null && settling !== undefined) {
    const at = availableAt(settling.pod, minReadySeconds)
    const blocks = explained.waitingFor?.ordinal === settling.ordinal && explained.waitingFor.blocks.length > 0
    if (!blocks || minReadySeconds < settlingSeconds || at === null) return null
    return {
      params: { pod: settling.name, seconds: minReadySeconds, until: rfc3339(at), counted: 'yes' },
      ordinals: [settling.ordinal],
      since: condition(settling.pod.status.conditions, 'Ready')?.lastTransitionTime ?? null,
      proof: explained.causes.get(settling.ordinal)?.proof ?? [],
    }
  }
  const fixed = objects.serverVersion !== null && objects.serverVersion.minor >= 36
  const available = pass.replicas.filter((slot) => slot.available && slot.ready)
  if (fixed || available.length <= set.status.availableReplicas) return null
  const last = Math.max(
    ...available.map((slot) => (slot.pod === null ? 0 : (availableAt(slot.pod, minReadySeconds) ?? 0))),
  )
  // The controller looks again on its own within moments; after half a minute it did not.
  if (now < last + 30_000) return { until: last + 30_000 }
  return {
    params: { pod: available.at(-1)?.name ?? '', seconds: minReadySeconds, until: rfc3339(last), counted: 'no' },
    ordinals: available.map((slot) => slot.ordinal),
    since: rfc3339(last),
    proof: [proof('StatefulSet', set.metadata, 'status.availableReplicas', set.status.availableReplicas)],
  }
}

export const lateAvailability: Runbook = { id: 'late-availability', alias: 'R36', severity: 'info', detect }
