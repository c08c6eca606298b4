import { compareStatesOrNone } from '@/lib/statefulset/model/ordinal-state'
import { compareNames } from '@/lib/statefulset/model/natural-order'
import type { Need, SharedCause, StatefulSetSummary } from '@/lib/statefulset/model/view'

/** What needs a person, by cause: what many sets share stands once, with what it holds. */

export type Held = { summary: StatefulSetSummary; need: Need }

/**
 * One row of the attention list. `need` is what the row draws: glyph, clock and words of one cause. `sets` are those
 * that stand under it, each set under its most urgent cause alone; `holds` counts all that the cause holds, and
 * `elsewhere` those of them that stand under another. `more`: further causes of a row's only set.
 */
export type AttentionRow = {
  key: string
  need: Need
  /** Null for a cause of one set alone. */
  shared: null | { kind: SharedCause['kind']; names: string[] }
  sets: Held[]
  holds: { sets: number; ordinals: number }
  elsewhere: number
  more: number
}

/** Silent nodes are one trouble, however many they are; of everything else each name is its own. */
function keyOfShared({ kind, namespace, name }: SharedCause): string {
  return kind.startsWith('node-') ? kind : `${kind} ${namespace}/${name}`
}

type Gathered = { kind: SharedCause['kind']; names: Set<string>; held: Held[]; sets: Set<StatefulSetSummary> }

/** The rows, the most urgent first and of equals the one that holds the most. The cost is that of the needs there are. */
export function attentionRows(summaries: readonly StatefulSetSummary[]): AttentionRow[] {
  const causes = new Map<string, Gathered>()
  const needing = summaries.filter(({ needs }) => needs.length > 0)
  for (const summary of needing)
    for (const need of summary.needs) {
      if (need.shared === null) continue
      const key = keyOfShared(need.shared)
      let of = causes.get(key)
      if (of === undefined)
        causes.set(key, (of = { kind: need.shared.kind, names: new Set(), held: [], sets: new Set() }))
      of.names.add(need.shared.name)
      of.sets.add(summary)
      of.held.push({ summary, need })
    }
  const rows = new Map<string, AttentionRow>()
  for (const [key, of] of causes) if (of.sets.size > 1 || of.names.size > 1) rows.set(key, sharedRow(key, of))
  for (const summary of needing) {
    const [need] = summary.needs
    if (need === undefined) continue
    const shared = need.shared === null ? undefined : rows.get(keyOfShared(need.shared))
    if (shared !== undefined) shared.sets.push({ summary, need })
    else {
      const own = ownRow(summary, need)
      rows.set(own.key, own)
    }
  }
  for (const row of rows.values()) {
    row.sets.sort(byName)
    row.elsewhere = row.holds.sets - row.sets.length
  }
  return [...rows.values()].sort(byUrgency)
}

function sharedRow(key: string, { kind, names, held, sets }: Gathered): AttentionRow {
  const worst = held.map(({ need }) => need).reduce((a, b) => (compareShapes(b, a) < 0 ? b : a))
  const longest = held.map(({ need }) => need).reduce((a, b) => (sinceOf(b) < sinceOf(a) ? b : a))
  const ordinals = held.reduce((sum, { need }) => sum + need.ordinals.length, 0)
  return {
    key,
    need: { ...longest, state: worst.state, urgency: worst.urgency },
    shared: { kind, names: [...names].sort(compareNames) },
    sets: [],
    holds: { sets: sets.size, ordinals },
    elsewhere: 0,
    more: 0,
  }
}

function ownRow(summary: StatefulSetSummary, need: Need): AttentionRow {
  return {
    key: `set ${summary.namespace}/${summary.name}`,
    need,
    shared: null,
    sets: [{ summary, need }],
    holds: { sets: 1, ordinals: need.ordinals.length },
    elsewhere: 0,
    more: summary.needs.length - 1,
  }
}

function byName(a: Held, b: Held): number {
  return compareNames(a.summary.namespace, b.summary.namespace) || compareNames(a.summary.name, b.summary.name)
}

function compareShapes(a: Need, b: Need): number {
  return a.urgency - b.urgency || compareStatesOrNone(a.state, b.state)
}

function sinceOf({ since }: Need): number {
  return since === null ? Number.MAX_SAFE_INTEGER : Date.parse(since)
}

function byUrgency(a: AttentionRow, b: AttentionRow): number {
  return (
    a.need.urgency - b.need.urgency ||
    b.holds.sets - a.holds.sets ||
    compareShapes(a.need, b.need) ||
    sinceOf(a.need) - sinceOf(b.need) ||
    compareNames(a.key, b.key)
  )
}
