import { proof } from '@/lib/statefulset/explain/proof'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'
import { revisionProof } from './revision-proof'

/** With OnDelete pods keep the old revision until somebody deletes them. Told by the pods, never by the status. */
function detect(scene: DetectorInput): Detection {
  const { objects, explained } = scene
  const { set } = objects
  const { pass } = explained
  if (set.spec.updateStrategy.type !== 'OnDelete' || pass.updateRevision === '') return null
  const old = pass.replicas.filter(
    (slot) => slot.pod !== null && !slot.terminating && slot.revision !== pass.updateRevision,
  )
  if (old.length === 0) return null
  return {
    params: { pods: listed(old.map((slot) => slot.name)), count: old.length, total: pass.replicas.length },
    ordinals: old.map((slot) => slot.ordinal),
    since:
      objects.revisions.find((each) => each.metadata.name === pass.updateRevision)?.metadata.creationTimestamp ?? null,
    proof: [
      proof('StatefulSet', set.metadata, 'spec.updateStrategy.type', 'OnDelete'),
      ...old.slice(0, 5).flatMap((slot) => revisionProof(slot, scene).slice(0, 1)),
      proof('StatefulSet', set.metadata, 'status.updateRevision', pass.updateRevision),
    ],
  }
}

export const onDelete: Runbook = { id: 'on-delete', alias: 'R15', severity: 'info', detect }
