import { claimFates, type ClaimFate } from './claim-fates'
import { explain } from '@/lib/statefulset/explain/explain'
import { forecastToDeadEnd } from '@/lib/statefulset/controller/forecast'
import { reconcile, revisionForNew } from '@/lib/statefulset/controller/reconcile'
import { podName } from '@/lib/statefulset/model/identity'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { isMember } from '@/lib/statefulset/model/ownership'
import { isTerminal, podRevision } from '@/lib/statefulset/model/pod-status'
import { indexByOrdinal, updateRevisionOf, type SetIndex } from '@/lib/statefulset/model/set-index'
import type { Waiting } from '@/lib/statefulset/model/view'

/** What a change would do, before it is made: the same functions that say what the controller will do next. */

export type ScaleStep = {
  action: 'create' | 'delete'
  ordinal: number
  pod: string
  /** Steps of one group happen at once; the next group waits until these pods are available or gone. */
  group: number
  /** In the controller's next pass; false when something has to happen first. */
  now: boolean
  /** Would also happen without the change: a missing pod, an ended one, a surplus one. */
  due: boolean
  /** A removal that has begun already: the pod is terminating. */
  leaving: boolean
  /** Seconds that the pod is given to stop; null for a creation. */
  graceSeconds: number | null
  /** The revision of a created pod; null for a removal. */
  revision: string | null
  claims: ClaimFate[]
}

export type ScalePlan = {
  from: number
  to: number
  policy: 'OrderedReady' | 'Parallel'
  /** In the controller's order. Empty when nothing is created or removed. */
  steps: ScaleStep[]
  /** Ordinals in range afterwards; null when there are none. */
  result: { first: number; last: number } | null
  /** What stands in the way of the first step now; null when it happens at once. */
  blockedBy: Waiting | null
  /**
   * Claims that may end by the state that is reached, whether a step of now leads there or not: a pod may be leaving
   * already, and what stands in the way may be taken out of it.
   */
  ending: ClaimFate[]
  /** Why the dialog must ask for the set's name to be typed. */
  confirm: ('claims-deleted' | 'to-zero')[]
  /** More ordinals would be created than are listed. */
  omitted: number
  /** What could not be seen while planning, by kind, with the missing rule. */
  unknown: SetObjects['unknown']
}

/** Ordinals that are looked at one by one where pods may not be seen. */
const listedUnseen = 2000

/** The set as if `replicas` were asked for. The controller would have seen it. */
function withReplicas(objects: SetObjects, replicas: number): SetObjects {
  const { set } = objects
  return { ...objects, set: { ...set, spec: { ...set.spec, replicas } } }
}

/** What scaling a set to `replicas` (0 or more, an integer) would do. Throws RangeError for anything else. */
export function planScale(objects: SetObjects, replicas: number, now: Date): ScalePlan {
  if (!Number.isInteger(replicas) || replicas < 0 || replicas > 2_147_483_647)
    throw new RangeError(`replicas must be an integer from 0 to 2147483647, not ${replicas}`)
  const changed = withReplicas(objects, replicas)
  const setIndex = indexByOrdinal(changed)
  const pass = reconcile(changed, now.getTime(), setIndex)
  // Where pods may not be seen, nothing is promised: a pod that is not seen is not a pod that is missing.
  const podsKnown = objects.unknown.pods === undefined
  const coming = podsKnown ? forecastToDeadEnd(changed, pass) : []
  const before = new Set(
    forecastToDeadEnd(objects, reconcile(objects, now.getTime())).map((step) => `${step.action}/${step.ordinal}`),
  )
  const running = new Set(
    pass.replicas
      .filter((slot) => slot.pod !== null && !slot.terminating && !isTerminal(slot.pod))
      .map((slot) => slot.ordinal),
  )
  const isTaken = (ordinal: number) =>
    pass.steps.some((step) => step.ordinal === ordinal && step.action === 'update' && step.why === 'repair')
  const fates = (ordinal: number, what: 'create' | 'remove' | 'replace', terminating: boolean) =>
    claimFates(changed, setIndex, ordinal, what, {
      // The controller writes the references of the policy before it deletes a pod, but in this pass or in none.
      rewritten: isTaken(ordinal) || (what === 'remove' && !terminating),
    })
  const steps: ScaleStep[] = []
  for (const step of coming) {
    if (step.action === 'update' || step.why === 'outdated') continue
    // The pod that an outdated one is replaced by belongs to the rollout, not to the scaling.
    if (step.action === 'create' && running.has(step.ordinal)) continue
    const inRange = step.ordinal >= setIndex.first && step.ordinal <= setIndex.last
    steps.push({
      action: step.action,
      ordinal: step.ordinal,
      pod: podName(objects.set.metadata.name, step.ordinal),
      group: step.group,
      now: step.now,
      due: before.has(`${step.action}/${step.ordinal}`),
      leaving: false,
      graceSeconds: step.action === 'create' ? null : graceOf(changed, setIndex, step.ordinal),
      revision: step.revision,
      claims: fates(step.ordinal, step.action === 'create' ? 'create' : inRange ? 'replace' : 'remove', false),
    })
  }
  const condemned = podsKnown
    ? pass.condemned.map((slot) => ({ slot, claims: fates(slot.ordinal, 'remove', slot.terminating) }))
    : []
  const unseen = podsKnown ? [] : outsideRange(objects, setIndex).flatMap((ordinal) => fates(ordinal, 'remove', true))
  // They go first, and an ordered set waits for them: the lowest group.
  const leaving = condemned
    .filter(({ slot }) => slot.terminating)
    .map(({ slot, claims }): ScaleStep => ({
      action: 'delete',
      ordinal: slot.ordinal,
      pod: slot.name,
      group: -1,
      now: true,
      due: true,
      leaving: true,
      graceSeconds: graceOf(changed, setIndex, slot.ordinal),
      revision: null,
      claims,
    }))
  const all = [...leaving, ...steps]
  const ending = unique([
    ...condemned.flatMap(({ claims }) => claims),
    ...unseen,
    ...steps.flatMap(({ claims }) => claims),
    // A pod of the range that is on its way out may take its claims along, whether it comes back or not.
    ...pass.replicas.filter((slot) => slot.terminating).flatMap((slot) => fates(slot.ordinal, 'create', true)),
  ]).filter((claim) => claim.mayEnd)
  const blocked = explain(changed, now, setIndex).waitingFor
  const first = setIndex.first
  const from = objects.set.spec.replicas
  return {
    from,
    to: replicas,
    policy: pass.ordered ? 'OrderedReady' : 'Parallel',
    steps: all,
    result: replicas === 0 ? null : { first, last: first + replicas - 1 },
    blockedBy: (all.length > 0 || from !== replicas) && !all.some((step) => step.now) ? blocked : null,
    ending,
    confirm: [
      ...(ending.length > 0 ? (['claims-deleted'] as const) : []),
      ...(replicas === 0 && from > 0 ? (['to-zero'] as const) : []),
    ],
    omitted: Math.max(0, replicas - pass.replicas.length),
    unknown: objects.unknown,
  }
}

/** The ordinals at which a pod may be that the new range has no place for: those of the range until now, and of claims. */
function outsideRange({ set }: SetObjects, after: SetIndex): number[] {
  const { ordinalsStart, replicas } = set.spec
  const until = Array.from({ length: Math.min(replicas, listedUnseen) }, (_, index) => ordinalsStart + index)
  const found = new Set([...until, ...after.claims.keys()])
  return [...found].filter((ordinal) => ordinal < after.first || ordinal > after.last).sort((a, b) => a - b)
}

/** One fate for each claim, the first. */
function unique(claims: readonly ClaimFate[]): ClaimFate[] {
  const found = new Map<string, ClaimFate>()
  for (const claim of claims) if (found.get(claim.name)?.mayEnd !== true) found.set(claim.name, claim)
  return [...found.values()]
}

function graceOf(objects: SetObjects, setIndex: SetIndex, ordinal: number): number {
  const pod = setIndex.pods.get(ordinal)?.pod
  if (pod === undefined || pod.spec.nodeName === null) return 0
  return pod.spec.terminationGracePeriodSeconds ?? objects.set.spec.template.terminationGracePeriodSeconds ?? 30
}

export type PodDeletePlan = {
  pod: string
  uid: string
  ordinal: number
  graceSeconds: number
  /** Whether the controller makes the pod again, and if not why. */
  comesBack: true | 'outside-range' | 'set-deleting' | 'not-owned'
  /** The revision that it runs now and that it comes back at; null when it does not come back. */
  revision: { now: string; then: string | null }
  claims: ClaimFate[]
  /** Why the dialog must ask for the pod's name to be typed. */
  confirm: 'claims-deleted'[]
  /** What the controller waits for before it makes the pod again; null when nothing. */
  blockedBy: Waiting | null
  /** OrderedReady: until the pod is available again nothing else is created, removed or updated. */
  holdsUpTheSet: boolean
  unknown: SetObjects['unknown']
}

/**
 * What follows when the pod of an ordinal goes, whichever way it is made to go: deleted, deleted by force, or freed of
 * the finalizers that hold it. Null when no pod has the ordinal's name.
 */
export function planPodDelete(objects: SetObjects, ordinal: number, now: Date): PodDeletePlan | null {
  const { set } = objects
  const setIndex = indexByOrdinal(objects)
  const found = setIndex.pods.get(ordinal)
  if (found === undefined) return null
  const { pod, claimed } = found
  const inRange = ordinal >= setIndex.first && ordinal <= setIndex.last
  const update = updateRevisionOf(objects)
  const pass = reconcile(objects, now.getTime(), setIndex)
  const comesBack = !isMember(claimed)
    ? 'not-owned'
    : set.metadata.deletionTimestamp !== null
      ? 'set-deleting'
      : inRange
        ? true
        : 'outside-range'
  const gone = { ...objects, pods: objects.pods.filter((each) => each.metadata.uid !== pod.metadata.uid) }
  const after = reconcile(gone, now.getTime())
  const createdNow = after.steps.some((step) => step.action === 'create' && step.ordinal === ordinal)
  // The pod goes at once: nobody waits for the controller to write the references of the policy first.
  const claims = claimFates(objects, setIndex, ordinal, comesBack === 'outside-range' ? 'remove' : 'replace', {
    rewritten: false,
  })
  return {
    pod: pod.metadata.name,
    uid: pod.metadata.uid,
    ordinal,
    graceSeconds: graceOf(objects, setIndex, ordinal),
    comesBack,
    revision: {
      now: podRevision(pod),
      then: comesBack === true ? revisionForNew(objects, ordinal, pass.currentRevision, update) : null,
    },
    claims,
    confirm: claims.some((claim) => claim.mayEnd) ? ['claims-deleted'] : [],
    blockedBy: comesBack === true && !createdNow ? explain(gone, now).waitingFor : null,
    holdsUpTheSet: comesBack === true && pass.ordered,
    unknown: objects.unknown,
  }
}
