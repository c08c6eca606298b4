import { proof } from '@/lib/statefulset/explain/proof'
import { millis } from '@/lib/statefulset/model/time'
import type { Detection, DetectorInput, Runbook } from './detector'

/** Scaling that stands this long is frozen. */
const frozenSeconds = 60

/**
 * Pods are to be removed or created, and an unhealthy pod that stays freezes that. In a Parallel set only a
 * creation that fails does.
 */
function detect({ objects, explained, now }: DetectorInput): Detection {
  const { pass, waitingFor } = explained
  if (waitingFor === null || waitingFor.ordinal === null || objects.set.metadata.deletionTimestamp !== null) return null
  const frozen = waitingFor.blocks.includes('remove') || (pass.ordered && waitingFor.blocks.includes('create'))
  const moving = ['creating', 'ended', 'removing', 'updating', 'starting', 'terminating', 'not-available']
  if (!frozen || moving.includes(waitingFor.reason)) return null
  // A set that has never been complete is starting, not scaling.
  const surplus = pass.condemned.length > 0
  const above = pass.replicas.some((slot) => slot.pod !== null && slot.ordinal > (waitingFor.ordinal ?? 0))
  if (!surplus && !above) return null
  const since = millis(waitingFor.since)
  if (since !== null && now < since + frozenSeconds * 1000) return { until: since + frozenSeconds * 1000 }
  const slot = [...pass.replicas, ...pass.condemned].find((each) => each.ordinal === waitingFor.ordinal)
  return {
    params: {
      pod: slot?.name ?? '',
      removeCount: Number(waitingFor.params.removeCount ?? 0),
      createCount: Number(waitingFor.params.createCount ?? 0),
    },
    ordinals: [waitingFor.ordinal],
    since: waitingFor.since,
    proof: [
      proof('StatefulSet', objects.set.metadata, 'spec.replicas', objects.set.spec.replicas),
      ...(surplus ? [proof('StatefulSet', objects.set.metadata, 'status.replicas', objects.set.status.replicas)] : []),
      ...(waitingFor.proof ?? []),
    ],
  }
}

export const frozenScaling: Runbook = {
  id: 'frozen-scaling',
  alias: 'R12',
  severity: 'warning',
  explains: 'any',
  detect,
}
