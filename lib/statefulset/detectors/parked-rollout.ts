import { proof } from '@/lib/statefulset/explain/proof'
import { latest, millis } from '@/lib/statefulset/model/time'
import type { Detection, DetectorInput, Runbook } from './detector'
import { revisionProof } from './revision-proof'

/** A partition that has not moved for a day counts as forgotten. */
const parkedSeconds = 24 * 3600

/** Everything is ready, and a partition has kept the rest at the old revision for a day. */
function detect(scene: DetectorInput): Detection {
  const { objects, explained, now } = scene
  const { pass } = explained
  const { set } = objects
  if (pass.updateFrom === null || pass.updateFrom === 0 || pass.updateRevision === '') return null
  const old = pass.replicas.filter((slot) => slot.pod !== null && slot.revision !== pass.updateRevision)
  const healthy = pass.replicas.every((slot) => slot.available && !slot.terminating)
  const due = old.some((slot) => slot.ordinal - set.spec.ordinalsStart >= (pass.updateFrom ?? 0))
  if (old.length === 0 || !healthy || due) return null
  const updated = pass.replicas.filter((slot) => slot.revision === pass.updateRevision)
  const revision = objects.revisions.find((each) => each.metadata.name === pass.updateRevision)
  const since = latest([
    revision?.metadata.creationTimestamp,
    ...updated.map((slot) => slot.pod?.metadata.creationTimestamp),
  ])
  const at = (millis(since) ?? now) + parkedSeconds * 1000
  if (now < at) return { until: at }
  return {
    params: { partition: pass.updateFrom, updated: updated.length, total: pass.replicas.length },
    ordinals: old.map((slot) => slot.ordinal),
    since,
    proof: [
      proof('StatefulSet', set.metadata, 'spec.updateStrategy.rollingUpdate.partition', pass.updateFrom),
      ...old.slice(0, 1).flatMap((slot) => revisionProof(slot, scene)),
    ],
  }
}

export const parkedRollout: Runbook = { id: 'parked-rollout', alias: 'R14', severity: 'info', detect }
