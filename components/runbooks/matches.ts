import { compareNames } from '@/lib/statefulset/model/natural-order'
import type { RunbookEntry, StatefulSetSummary } from '@/lib/statefulset/model/view'

/** One set in which a runbook was found. */
export type Match = {
  namespace: string
  name: string
  params: Record<string, string | number>
  ordinals: number[]
  since: string | null
}
export type RunbookMatches = { runbook: RunbookEntry; matches: Match[] }

/** Every runbook with the sets it is found in: found ones first, each part in order of urgency. */
export function matchesOf(
  runbooks: readonly RunbookEntry[],
  summaries: readonly StatefulSetSummary[],
): RunbookMatches[] {
  const found = new Map<string, Match[]>()
  for (const { namespace, name, problems } of summaries)
    for (const { runbook, params, ordinals, since } of problems ?? []) {
      const match = { namespace, name, params, ordinals, since }
      const known = found.get(runbook)
      if (known) known.push(match)
      else found.set(runbook, [match])
    }
  const all = runbooks.map((runbook) => ({ runbook, matches: (found.get(runbook.id) ?? []).sort(oldestFirst) }))
  return [...all.filter((each) => each.matches.length > 0), ...all.filter((each) => each.matches.length === 0)]
}

function oldestFirst(a: Match, b: Match): number {
  const by = (match: Match) => (match.since === null ? Infinity : Date.parse(match.since))
  return by(a) - by(b) || compareNames(a.namespace, b.namespace) || compareNames(a.name, b.name)
}
