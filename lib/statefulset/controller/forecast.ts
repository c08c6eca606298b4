import type { SetObjects } from '@/lib/statefulset/model/objects'
import { isDeadEnd, reachedInBatches, revisionForNew, type Reconciliation, type Slot, type Step } from './reconcile'
import { isTerminal } from '@/lib/statefulset/model/pod-status'

/**
 * Everything that the controller will still do until the set is settled, in order, as long as pods that start become
 * ready and pods that are deleted go. What it does in its very next pass is marked.
 */
export type Forecast = (Step & {
  /** In the very next pass, without waiting for anything. */
  now: boolean
  /** Steps of the same group are made at once, in no certain order. */
  group: number
})[]

type Planned = Step & { group: number }

/** The remaining steps of a set. The cost grows with the number of ordinals. */
export function forecast(objects: SetObjects, pass: Reconciliation): Forecast {
  return stepsOf(objects, pass, false)
}

/**
 * Those of the `whole` of the remaining steps that the controller comes to by itself: none behind an ordinal where the API server
 * refuses what it wants, for every pass ends there until a person has removed the cause.
 */
export function forecastToDeadEnd(
  objects: SetObjects,
  pass: Reconciliation,
  whole: Forecast = forecast(objects, pass),
): Forecast {
  return pass.replicas.some((slot) => isDeadEnd(objects, slot)) ? stepsOf(objects, pass, true) : whole
}

function stepsOf(objects: SetObjects, pass: Reconciliation, toDeadEnd: boolean): Forecast {
  if (pass.stops.some((stop) => stop.kind === 'set-deleting' || stop.kind === 'unknown-strategy')) return []
  const planned = plan(objects, pass, toDeadEnd)
  const due = new Map(pass.steps.map((step) => [key(step), step]))
  const steps = planned.map((step) => ({ ...step, now: due.delete(key(step)) }))
  const repairs = [...due.values()].map((step) => ({ ...step, now: true, group: 0 }))
  return [...repairs, ...steps.toSorted((a, b) => Number(b.now) - Number(a.now))]
}

function key(step: Step): string {
  return `${step.action}/${step.ordinal}`
}

function plan(objects: SetObjects, pass: Reconciliation, toDeadEnd: boolean): Planned[] {
  const { replicas, condemned, ordered, updateRevision, currentRevision } = pass
  const steps: Planned[] = []
  let group = 0
  const add = (action: Step['action'], slot: Slot, why: Step['why']) => {
    const revision = action === 'create' ? revisionForNew(objects, slot.ordinal, currentRevision, updateRevision) : null
    steps.push({ action, ordinal: slot.ordinal, why, revision, group })
    if (ordered) group += 1
  }
  const recreates = objects.set.spec.updateStrategy.type === 'Recreate'
  const goes = (slot: Slot) =>
    slot.terminating || (slot.pod !== null && (isTerminal(slot.pod) || (recreates && slot.revision !== updateRevision)))

  if (recreates) {
    for (const slot of [...replicas, ...condemned])
      if (slot.pod !== null && slot.revision !== updateRevision && !slot.terminating)
        steps.push({ action: 'delete', ordinal: slot.ordinal, why: 'outdated', revision: null, group })
    if (steps.length > 0) group += 1
  }
  // What is ended goes and comes back; what is missing comes.
  const returning: Slot[] = []
  // Where the API server refuses what the controller wants of an ordinal, every pass ends there.
  const stuck = (slot: Slot) =>
    toDeadEnd && isDeadEnd(objects, slot) && !(recreates && slot.pod !== null && slot.revision !== updateRevision)
  const end = replicas.findIndex(stuck)
  const reached = end < 0 ? replicas : ordered ? replicas.slice(0, end) : reachedInBatches(replicas, stuck)
  for (const slot of reached) {
    if (stuck(slot)) continue
    const deleted = recreates && slot.pod !== null && slot.revision !== updateRevision
    if (slot.pod !== null && isTerminal(slot.pod) && !slot.terminating && !deleted) add('delete', slot, 'ended')
    if (slot.pod === null) add('create', slot, 'missing')
    else if (goes(slot)) {
      if (ordered) add('create', slot, 'missing')
      else returning.push(slot)
    }
  }
  if (end >= 0) {
    for (const slot of returning) add('create', slot, 'missing')
    return steps
  }
  for (const slot of condemned)
    if (slot.pod !== null && !slot.terminating && !(recreates && slot.revision !== updateRevision))
      add('delete', slot, 'surplus')
  if (!ordered && steps.length > 0) group += 1
  for (const slot of returning) add('create', slot, 'missing')
  if (!ordered && returning.length > 0) group += 1

  const from = pass.updateFrom
  if (from === null) return steps
  const outdated = replicas
    .filter((slot, index) => index >= from && slot.pod !== null && !goes(slot) && slot.revision !== updateRevision)
    .toReversed()
  // A Parallel rollout replaces every broken old pod at once, beside the budget.
  const first = ordered ? [] : outdated.filter((slot) => !slot.available)
  const rest = ordered ? outdated : outdated.filter((slot) => slot.available)
  const groups = first.length > 0 ? [first] : []
  for (let start = 0; start < rest.length; start += pass.maxUnavailable)
    groups.push(rest.slice(start, start + pass.maxUnavailable))
  for (const slots of groups) {
    for (const slot of slots)
      steps.push({ action: 'delete', ordinal: slot.ordinal, why: 'outdated', revision: null, group })
    group += 1
    for (const slot of slots.toReversed()) add('create', slot, 'missing')
    if (!ordered) group += 1
  }
  return steps
}
