import type { Slot } from '@/lib/statefulset/controller/reconcile'
import { condition } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'

/** True when the pod has not been Ready since its containers began to run. */
export function neverReady(slot: Slot): boolean {
  const { pod } = slot
  if (pod === null || slot.ready) return false
  const turned = millis(condition(pod.status.conditions, 'Ready')?.lastTransitionTime)
  const started = pod.status.containers.map((each) =>
    each.state?.kind === 'running' ? millis(each.state.startedAt) : null,
  )
  const first = Math.max(...started.map((each) => each ?? 0), millis(pod.status.startTime) ?? 0)
  return turned === null || turned <= first + 2000
}
