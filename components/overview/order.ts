import { compareNames } from '@/lib/statefulset/model/natural-order'
import { compareSummaries } from '@/lib/statefulset/view/compare-summaries'
import type { StatefulSetSummary } from '@/lib/statefulset/model/view'

export const sortKeys = ['attention', 'name', 'ready', 'changed'] as const
export type SortKey = (typeof sortKeys)[number]

const byName = (a: StatefulSetSummary, b: StatefulSetSummary) =>
  compareNames(a.name, b.name) || compareNames(a.namespace, b.namespace)
/** Ready of desired; a set of nothing lacks nothing. */
const share = (summary: StatefulSetSummary) => (summary.desired === 0 ? 1 : summary.ready / summary.desired)

const orders: Readonly<Record<SortKey, (a: StatefulSetSummary, b: StatefulSetSummary) => number>> = {
  attention: compareSummaries,
  name: byName,
  ready: (a, b) => share(a) - share(b) || byName(a, b),
  changed: (a, b) => Date.parse(b.changedAt) - Date.parse(a.changedAt) || byName(a, b),
}

export const keyOf = (summary: Pick<StatefulSetSummary, 'namespace' | 'name'>) => `${summary.namespace}/${summary.name}`

/** A sorted copy: worst first, by name, least ready first, or last changed first; `reversed` turns it round. */
export function ordered(
  summaries: readonly StatefulSetSummary[],
  key: SortKey,
  reversed: boolean,
): StatefulSetSummary[] {
  const sorted = [...summaries].sort(orders[key])
  return reversed ? sorted.reverse() : sorted
}

/**
 * The rows in an order that was seen before: rows that are still there keep their places, new ones come at the end.
 * `moved` counts the rows that stand elsewhere than they would.
 */
export function keepOrder(
  wanted: readonly StatefulSetSummary[],
  seen: readonly string[],
): { rows: StatefulSetSummary[]; moved: number } {
  const byKey = new Map(wanted.map((summary) => [keyOf(summary), summary]))
  const rows: StatefulSetSummary[] = []
  for (const key of seen) {
    const summary = byKey.get(key)
    if (summary === undefined) continue
    rows.push(summary)
    byKey.delete(key)
  }
  rows.push(...byKey.values())
  const moved = rows.reduce((count, row, index) => (row === wanted[index] ? count : count + 1), 0)
  return { rows, moved }
}
