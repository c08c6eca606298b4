import { isLoud } from '@/components/ui/states'
import { compareStates } from '@/lib/statefulset/model/ordinal-state'
import { compareSummaries } from '@/lib/statefulset/view/summary'
import type { OrdinalState, StatefulSetSummary } from '@/lib/statefulset/model/view'

type Found = NonNullable<StatefulSetSummary['problems']>[number]

/** Rollouts that stand still until a person moves them: informative by severity, and waiting for somebody all the same. */
const waitForPerson = new Set(['parked-rollout', 'on-delete'])

/** Problems that ask for a person, the most urgent first. */
export function urgentProblems(summary: StatefulSetSummary): Found[] {
  return (summary.problems ?? []).filter(({ runbook, severity }) => severity !== 'info' || waitForPerson.has(runbook))
}

/** Whether a set needs a person: a runbook that asks for one matches, or an ordinal is in a loud state. */
export function needsPerson(summary: StatefulSetSummary): boolean {
  return summary.ordinals.some(([, state]) => isLoud(state)) || urgentProblems(summary).length > 0
}

/** One set that needs a person: what is wrong first, where, since when, and how much else. */
export type AttentionRow = {
  summary: StatefulSetSummary
  problem: Found | null
  more: number
  ordinals: number[]
  state: OrdinalState
  since: string | null
}

/** The sets that need a person, worst first. */
export function attentionRows(summaries: readonly StatefulSetSummary[]): AttentionRow[] {
  return summaries.filter(needsPerson).sort(compareSummaries).map(rowOf)
}

function rowOf(summary: StatefulSetSummary): AttentionRow {
  const problems = urgentProblems(summary)
  const problem = problems[0] ?? null
  const places = summary.ordinals.flatMap(([first, state, count]) =>
    Array.from({ length: Math.min(count, 2000) }, (_, index) => ({ ordinal: first + index, state })),
  )
  const named = problem !== null && problem.ordinals.length > 0 ? new Set(problem.ordinals) : null
  const meant = places.filter(({ ordinal, state }) => (named ? named.has(ordinal) : isLoud(state)))
  const state = meant.map((place) => place.state).sort(compareStates)[0] ?? summary.worst
  return {
    summary,
    problem,
    more: Math.max(0, problems.length - 1),
    ordinals: named ? [...named].sort((a, b) => a - b) : meant.map((place) => place.ordinal),
    state,
    since: problem?.since ?? summary.waitingFor?.since ?? null,
  }
}
