import { compareNames } from '@/lib/statefulset/model/natural-order'
import { compareStates } from '@/lib/statefulset/model/ordinal-state'
import { millis } from '@/lib/statefulset/model/time'
import type { StatefulSetSummary } from '@/lib/statefulset/model/view'

/**
 * The overview's order: the worst ordinal first, then sets that wait for something, the longest waiting first, then
 * by namespace and name.
 */
export function compareSummaries(a: StatefulSetSummary, b: StatefulSetSummary): number {
  const byState = compareStates(a.worst, b.worst)
  if (byState !== 0) return byState
  if ((a.waitingFor === null) !== (b.waitingFor === null)) return a.waitingFor === null ? 1 : -1
  const since = (millis(a.waitingFor?.since) ?? Infinity) - (millis(b.waitingFor?.since) ?? Infinity)
  if (since !== 0 && !Number.isNaN(since)) return since
  return compareNames(a.namespace, b.namespace) || compareNames(a.name, b.name)
}
