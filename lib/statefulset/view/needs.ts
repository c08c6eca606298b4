import { runbooks } from '@/lib/statefulset/detectors/list'
import { isRefusal } from '@/lib/statefulset/explain/missing-causes'
import { cause as causeOf } from '@/lib/statefulset/explain/reasons'
import { compareStates, compareStatesOrNone, loudStates } from '@/lib/statefulset/model/ordinal-state'
import { millis } from '@/lib/statefulset/model/time'
import type { Cause, Need, OrdinalState, OrdinalView, Problem, StatefulSetView } from '@/lib/statefulset/model/view'
import { sharedCause } from './shared-cause'

/**
 * What of a set needs a person, cause by cause: what is said, shown and counted of one need is of one cause. A finding
 * that is the story of a cause is its runbook and no need beside it.
 */

/** Causes that end by nobody's doing but a person's, whatever shape the ordinal has. */
const askForPerson: ReadonlySet<string> = new Set([
  'update-refused',
  'update-failed',
  'delete-failed',
  'misnamed',
  'broken-waits',
  'set-deleting-held',
  'unknown-strategy',
  'controller-behind',
])

const asksForPerson = (reason: string) => askForPerson.has(reason) || isRefusal(reason)

/** Rollouts that stand still until a person moves them: informative by severity, and waiting for somebody all the same. */
const standStill: ReadonlySet<string> = new Set(['parked-rollout', 'on-delete'])

const actNow: ReadonlySet<OrdinalState> = new Set(['stuck', 'wedged', 'crash', 'image', 'suspect'])
const ofSeverity = { critical: 1, warning: 3, info: 4 } as const

type Stuff = Pick<StatefulSetView, 'namespace' | 'name' | 'ordinals' | 'waitingFor' | 'problems'>

/** The needs of a set, the most urgent first. */
export function needsOf(view: Stuff): Need[] {
  const needs = withWaiting(view, ofOrdinals(view))
  for (const problem of view.problems ?? []) {
    const told = storyOf(problem, needs)
    if (told !== null) {
      for (const need of told) need.runbook ??= { id: problem.runbook, alias: problem.alias }
    } else if (problem.severity !== 'info' || standStill.has(problem.runbook)) needs.push(ofFinding(view, problem))
  }
  return needs.sort(byUrgency)
}

function byUrgency(a: Need, b: Need): number {
  if (a.urgency !== b.urgency) return a.urgency - b.urgency
  return compareStatesOrNone(a.state, b.state) || sinceOf(a) - sinceOf(b)
}

function sinceOf({ since }: { since: string | null }): number {
  return millis(since) ?? Number.MAX_SAFE_INTEGER
}

/** One need for each cause that ordinals are held by. What the longest of them tells is what is told of it. */
function ofOrdinals({ namespace, ordinals }: Stuff): Need[] {
  const found = new Map<string, { row: OrdinalView; cause: Cause }[]>()
  for (const row of ordinals) {
    const asks = loudStates.has(row.state) || (row.cause != null && asksForPerson(row.cause.reason))
    if (!asks) continue
    const cause = row.cause ?? causeOf('not-ready', { pod: row.name }, { since: row.since })
    const shared = sharedCause(cause, row, namespace)
    const key = shared === null ? cause.reason : `${shared.kind} ${shared.name}`
    const others = found.get(key)
    if (others === undefined) found.set(key, [{ row, cause }])
    else others.push({ row, cause })
  }
  return [...found.values()].map((held) => {
    const longest = held.reduce((a, b) => (sinceOf(b.cause) < sinceOf(a.cause) ? b : a))
    const { state } = held.map(({ row }) => row).reduce((a, b) => (compareStates(b.state, a.state) < 0 ? b : a))
    const { reason, params, message, since, atLeast } = longest.cause
    return {
      by: 'cause',
      reason,
      params,
      message,
      state,
      ordinals: held.map(({ row }) => row.ordinal),
      since,
      ...(atLeast === true ? { atLeast } : {}),
      urgency: state === 'twin-risk' ? 0 : actNow.has(state) ? 1 : 2,
      runbook: null,
      shared: sharedCause(longest.cause, longest.row, namespace),
    }
  })
}

/** What the controller waits for, where that needs a person and is not told yet, or is told better by it. */
function withWaiting({ namespace, ordinals, waitingFor }: Stuff, needs: Need[]): Need[] {
  if (waitingFor === null || !asksForPerson(waitingFor.reason)) return needs
  const { ordinal, reason, params, message, since, atLeast } = waitingFor
  const row = ordinals.find((each) => each.ordinal === ordinal) ?? null
  const told = needs.find((need) => ordinal !== null && need.ordinals.includes(ordinal))
  const words = { reason, params, message, since, ...(atLeast === true ? { atLeast } : {}) }
  if (told !== undefined) {
    if (told.ordinals.length === 1) Object.assign(told, words, { shared: sharedCause(waitingFor, row, namespace) })
    return needs
  }
  const held = ordinal === null ? [] : [ordinal]
  const shared = sharedCause(waitingFor, row, namespace)
  const state = row?.state ?? null
  return [...needs, { by: 'cause', ...words, state, ordinals: held, urgency: 2, runbook: null, shared }]
}

/** The needs whose story the finding is: of the ordinals that it names, those that it explains; null when there is none. */
function storyOf({ runbook, ordinals }: Problem, needs: readonly Need[]): Need[] | null {
  const explains = runbooks.find((each) => each.id === runbook)?.explains
  if (explains === undefined) return null
  const told = needs.filter(
    (need) =>
      need.by === 'cause' &&
      (explains === 'any' || explains.some((reason) => reason === need.reason)) &&
      need.ordinals.some((ordinal) => ordinals.includes(ordinal)),
  )
  return told.length > 0 ? told : null
}

function ofFinding({ ordinals: rows }: Stuff, problem: Problem): Need {
  const { runbook, alias, severity, params, title, ordinals, since } = problem
  const named = rows.filter((row) => ordinals.includes(row.ordinal)).map((row) => row.state)
  const state = named.length === 0 ? null : named.reduce((a, b) => (compareStates(b, a) < 0 ? b : a))
  return {
    by: 'finding',
    reason: runbook,
    params,
    message: title,
    state,
    ordinals: [...ordinals],
    since,
    urgency: ofSeverity[severity],
    runbook: { id: runbook, alias },
    shared: null,
  }
}
