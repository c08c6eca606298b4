import { brokenContainer, wedgedSeconds, toldForGoodAt } from '@/lib/statefulset/model/ordinal-state'
import { condition } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'
import type { Detection, DetectorInput, Runbook } from './detector'
import { revisionProof } from './revision-proof'

/**
 * An ordered rolling update that stands at a pod which will not become ready. `stage` is `wedged` when the pod
 * is of another revision than the wanted one, so that mending the template does not help, and `broken` when the new
 * revision itself is broken.
 */
function detect(scene: DetectorInput): Detection {
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
    } else {
      if (!outdated && !others) continue
      const at = toldForGoodAt(pod, broken)
      if (now < at) {
        until = until === null ? at : Math.min(until, at)
        continue
      }
    }
    return {
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

export const wedgedRollout: Runbook = {
  id: 'wedged-rollout',
  alias: 'R01',
  severity: 'critical',
  explains: 'any',
  detect,
}
