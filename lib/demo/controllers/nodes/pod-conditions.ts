import { timestamp } from '@/lib/demo/clock'
import type { Condition, Pod } from '@/lib/demo/controllers/objects'

/** Sets a condition of a pod; its time moves only when its status does (k8s pkg/api/v1/pod/util.go, UpdatePodCondition). */
export function setPodCondition(
  pod: Pod,
  now: Date,
  { type, status, reason, message }: { type: string; status: string; reason?: string; message?: string },
): void {
  const conditions = (pod.status.conditions ??= [])
  const before = conditions.find((condition) => condition.type === type)
  const next: Condition = {
    type,
    observedGeneration: pod.metadata.generation ?? 1,
    status,
    lastProbeTime: null,
    lastTransitionTime:
      before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : timestamp(now),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
  }
  if (before) conditions[conditions.indexOf(before)] = next
  else conditions.push(next)
}
