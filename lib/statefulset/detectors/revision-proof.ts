import type { Slot } from '@/lib/statefulset/controller/reconcile'
import { proof } from '@/lib/statefulset/explain/proof'
import { podRevision } from '@/lib/statefulset/model/pod-status'
import type { Proof } from '@/lib/statefulset/model/view'
import type { DetectorInput } from './detector'

/** That a pod is of another revision than the wanted one. */
export function revisionProof(slot: Slot, found: DetectorInput): Proof[] {
  if (slot.pod === null) return []
  return [
    proof('Pod', slot.pod.metadata, 'metadata.labels["controller-revision-hash"]', podRevision(slot.pod)),
    proof('StatefulSet', found.objects.set.metadata, 'status.updateRevision', found.explained.pass.updateRevision),
  ]
}
