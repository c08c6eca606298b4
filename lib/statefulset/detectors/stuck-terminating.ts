import type { Slot } from '@/lib/statefulset/controller/reconcile'
import { conditionProof, proof } from '@/lib/statefulset/explain/proof'
import { isUnheard, nodeHealth, nodeOf } from '@/lib/statefulset/model/node-health'
import { overdueSlackSeconds } from '@/lib/statefulset/model/ordinal-state'
import { containersEnded } from '@/lib/statefulset/model/pod-status'
import { deletionRequested, millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** Terminating beyond the grace period on a node that is not heard or gone, and not seen to have ended before. */
function detect({ objects, explained, now }: DetectorInput): Detection {
  if (objects.unknown.nodes !== undefined) return null
  const stuck: Slot[] = []
  const proofs: Proof[] = []
  let node = ''
  let until: number | null = null
  for (const slot of [...explained.pass.replicas, ...explained.pass.condemned]) {
    const { pod } = slot
    if (pod === null || !slot.terminating || pod.spec.nodeName === null) continue
    const found = nodeOf(objects, pod)
    if (!isUnheard(nodeHealth(objects, pod)) || containersEnded(pod) !== null) continue
    const at = (millis(pod.metadata.deletionTimestamp) ?? now) + overdueSlackSeconds * 1000
    if (now < at) {
      until = until === null ? at : Math.min(until, at)
      continue
    }
    stuck.push(slot)
    node = pod.spec.nodeName
    proofs.push(
      proof(
        'Pod',
        pod.metadata,
        'metadata.deletionTimestamp',
        pod.metadata.deletionTimestamp ?? '',
        deletionRequested(pod.metadata),
      ),
      ...(found === undefined
        ? [proof('Pod', pod.metadata, 'spec.nodeName', pod.spec.nodeName)]
        : conditionProof('Node', found.metadata, found.status.conditions, 'Ready')),
      ...conditionProof('Pod', pod.metadata, pod.status.conditions, 'DisruptionTarget'),
    )
  }
  if (stuck.length === 0) return until === null ? null : { until }
  return {
    params: { pods: listed(stuck.map((slot) => slot.name)), count: stuck.length, node },
    ordinals: stuck.map((slot) => slot.ordinal),
    since: stuck[0]?.pod === null || stuck[0] === undefined ? null : deletionRequested(stuck[0].pod.metadata),
    proof: proofs,
  }
}

export const stuckTerminating: Runbook = {
  id: 'stuck-terminating',
  alias: 'R02',
  severity: 'critical',
  explains: ['terminating-silent', 'terminating-node-gone'],
  detect,
}
