import { isLoud, states } from '@/components/ui/states'
import { compareNames } from '@/lib/statefulset/model/natural-order'
import type { OrdinalState, StatefulSetSummary } from '@/lib/statefulset/model/view'
import { keyOf } from './order'

/** One mark of the cluster line: an ordinal, or a whole set by its worst when there are too many ordinals. */
export type Tick = { name: string; state: OrdinalState; urgency: 0 | 1 | 2 }
export type LineGroup = { namespace: string; sets: { key: string; ticks: Tick[] }[] }
export type ClusterLineLayout = { groups: LineGroup[]; perSet: boolean }

const mostOrdinals = 400

const urgencyOf = (state: OrdinalState): Tick['urgency'] =>
  isLoud(state) ? 2 : states[state].loudness === 'moving' ? 1 : 0

/** Namespaces, sets and ordinals in fixed order: places never move, whatever happens on them. Ghosts are not drawn. */
export function lineGroups(summaries: readonly StatefulSetSummary[]): ClusterLineLayout {
  const count = summaries.reduce((sum, summary) => sum + summary.desired, 0)
  const perSet = count > mostOrdinals
  const byNamespace = new Map<string, StatefulSetSummary[]>()
  for (const summary of summaries) {
    const sets = byNamespace.get(summary.namespace)
    if (sets) sets.push(summary)
    else byNamespace.set(summary.namespace, [summary])
  }
  const groups = [...byNamespace]
    .sort(([a], [b]) => compareNames(a, b))
    .map(([namespace, sets]) => ({
      namespace,
      sets: sets
        .sort((a, b) => compareNames(a.name, b.name))
        .map((summary) => ({ key: keyOf(summary), ticks: perSet ? [wholeSet(summary)] : ticksOf(summary) }))
        .filter((set) => set.ticks.length > 0),
    }))
    .filter((group) => group.sets.length > 0)
  return { groups, perSet }
}

function wholeSet(summary: StatefulSetSummary): Tick {
  return { name: summary.name, state: summary.worst, urgency: urgencyOf(summary.worst) }
}

function ticksOf(summary: StatefulSetSummary): Tick[] {
  const ticks: Tick[] = []
  for (const [first, state, count] of summary.ordinals) {
    if (state === 'ghost') continue
    for (let index = 0; index < count; index += 1)
      ticks.push({ name: `${summary.name}-${first + index}`, state, urgency: urgencyOf(state) })
  }
  return ticks
}

export type Label = { name: string; centre: number; urgency: number }

/** Labels that can stand side by side in `width` pixels; of two that would touch the less urgent gives way. */
export function placeLabels(wanted: readonly Label[], width: number, charWidth: number, gap: number) {
  const placed: { label: Label; from: number; to: number }[] = []
  const byUrgency = [...wanted].sort((a, b) => b.urgency - a.urgency || a.centre - b.centre)
  for (const label of byUrgency) {
    const wide = label.name.length * charWidth
    const from = Math.max(0, Math.min(label.centre - wide / 2, width - wide))
    const to = from + wide
    if (wide > width || placed.some((other) => from < other.to + gap && to + gap > other.from)) continue
    placed.push({ label, from, to })
  }
  return placed.map(({ label, from }) => ({ name: label.name, urgency: label.urgency, left: from }))
}
