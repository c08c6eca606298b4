import { proof } from '@/lib/statefulset/explain/proof'
import { listed, type Detection, type DetectorInput } from './detector'
import type { Slot } from '@/lib/statefulset/controller/reconcile'
import { brokenContainer, wedgedSeconds } from '@/lib/statefulset/model/ordinal-state'
import { availableAt, condition, podRevision } from '@/lib/statefulset/model/pod-status'
import { latest, millis, rfc3339 } from '@/lib/statefulset/model/time'

/** Findings about revisions and availability: R01, R14, R15, R36. */

/** A partition that has not moved for a day counts as forgotten. */
const parkedSeconds = 24 * 3600
/** Waits for minReadySeconds shorter than this are no news. */
const settlingSeconds = 60

function revisionProof(slot: Slot, found: DetectorInput): ReturnType<typeof proof>[] {
  if (slot.pod === null) return []
  return [
    proof('Pod', slot.pod.metadata, 'metadata.labels["controller-revision-hash"]', podRevision(slot.pod)),
    proof('StatefulSet', found.objects.set.metadata, 'status.updateRevision', found.explained.pass.updateRevision),
  ]
}

/**
 * R01: an ordered rolling update that stands at a pod which will not become ready. `stage` is `wedged` when the pod
 * is of another revision than the wanted one, so that mending the template does not help, and `broken` when the new
 * revision itself is broken.
 */
export function detectBrokenRollout(scene: DetectorInput): Detection {
  const { objects, explained, now } = scene
  const { pass } = explained
  const { set } = objects
  if (!pass.ordered || pass.updateFrom === null || set.metadata.deletionTimestamp !== null) return null
  if (set.status.observedGeneration < (set.metadata.generation ?? 0)) return null
  let until: number | null = null
  for (const [index, slot] of pass.replicas.entries()) {
    const { pod } = slot
    if (pod === null || slot.ready || slot.terminating || index < pass.updateFrom) continue
    const outdated = slot.revision !== pass.updateRevision
    const others = pass.replicas.some(
      (each, i) => i >= (pass.updateFrom ?? 0) && each.pod !== null && each.revision !== pass.updateRevision,
    )
    const broken = brokenContainer(pod)
    const cause = explained.causes.get(slot.ordinal)
    const since = condition(pod.status.conditions, 'Ready')?.lastTransitionTime ?? pod.metadata.creationTimestamp
    if (broken === null) {
      // An old pod that is merely restarting gets ready again by itself.
      if (!outdated || cause?.reason === 'node-silent' || cause?.reason === 'node-gone') continue
      const at = (millis(since) ?? now) + wedgedSeconds * 1000
      if (now < at) {
        until = until === null ? at : Math.min(until, at)
        continue
      }
    } else if (!outdated && !others) continue
    return {
      runbook: 'R01',
      params: {
        pod: slot.name,
        stage: outdated ? 'wedged' : 'broken',
        reason: broken?.reason ?? cause?.reason ?? 'not-ready',
      },
      ordinals: [slot.ordinal],
      since,
      proof: [...revisionProof(slot, scene), ...(cause?.proof ?? [])],
    }
  }
  return until === null ? null : { until }
}

/** R14: everything is ready, and a partition has kept the rest at the old revision for a day. */
export function detectParkedRollout(scene: DetectorInput): Detection {
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
    runbook: 'R14',
    params: { partition: pass.updateFrom, updated: updated.length, total: pass.replicas.length },
    ordinals: old.map((slot) => slot.ordinal),
    since,
    proof: [
      proof('StatefulSet', set.metadata, 'spec.updateStrategy.rollingUpdate.partition', pass.updateFrom),
      ...old.slice(0, 1).flatMap((slot) => revisionProof(slot, scene)),
    ],
  }
}

/** R15: with OnDelete pods keep the old revision until somebody deletes them. Told by the pods, never by the status. */
export function detectOnDelete(scene: DetectorInput): Detection {
  const { objects, explained } = scene
  const { set } = objects
  const { pass } = explained
  if (set.spec.updateStrategy.type !== 'OnDelete' || pass.updateRevision === '') return null
  const old = pass.replicas.filter(
    (slot) => slot.pod !== null && !slot.terminating && slot.revision !== pass.updateRevision,
  )
  if (old.length === 0) return null
  return {
    runbook: 'R15',
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

/**
 * R36: a pod is ready and holds everything else up until minReadySeconds are over; or all are available and a control
 * plane before 1.36 has not counted them again.
 */
export function detectLateAvailability({ objects, explained, now }: DetectorInput): Detection {
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
      runbook: 'R36',
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
    runbook: 'R36',
    params: { pod: available.at(-1)?.name ?? '', seconds: minReadySeconds, until: rfc3339(last), counted: 'no' },
    ordinals: available.map((slot) => slot.ordinal),
    since: rfc3339(last),
    proof: [proof('StatefulSet', set.metadata, 'status.availableReplicas', set.status.availableReplicas)],
  }
}
