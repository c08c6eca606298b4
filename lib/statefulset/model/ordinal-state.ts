import { startTrouble } from './events'
import { isUnheard, type NodeHealth } from './node-health'
import type { Claim, EndsByContainer, Event, Pod } from './objects'
import { crashLoop, endsOf } from './crash-loop'
import {
  condition,
  availableAt,
  containersEnded,
  isTerminal,
  isTerminating,
  podRevision,
  runningParts,
} from './pod-status'
import { placementOf } from './scheduling'
import { millis, sooner } from './time'
import type { OrdinalState } from './view'

/** The state of one ordinal: one token, the first that fits in the order of what a person must see first. */

/** Every state, worst first: the order in which sets are ranked and in which a set's worst ordinal is found. */
export const statesWorstFirst: readonly OrdinalState[] = [
  'twin-risk',
  'stuck',
  'wedged',
  'crash',
  'image',
  'suspect',
  'unknown',
  'nowhere',
  'disk',
  'refused',
  'unready',
  'init',
  'leaving',
  'arriving',
  'settling',
  'blocked',
  'surplus',
  'outdated',
  'ok',
  'ghost',
]
const rank = new Map(statesWorstFirst.map((state, index) => [state, index]))

/** Sorts states worst first. */
export function compareStates(a: OrdinalState, b: OrdinalState): number {
  return (rank.get(a) ?? 0) - (rank.get(b) ?? 0)
}

/** Like `compareStates`; what has no state, since it is of no ordinal, comes last. */
export function compareStatesOrNone(a: OrdinalState | null, b: OrdinalState | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return compareStates(a, b)
}

/** States of ordinals that need a person; all others mend themselves, or are as they should be. */
export const loudStates: ReadonlySet<OrdinalState> = new Set([
  'twin-risk',
  'stuck',
  'wedged',
  'crash',
  'image',
  'suspect',
  'nowhere',
  'disk',
  'refused',
  'unready',
])

/**
 * What was seen for less long than this may be a passing moment: objects that belong together come one after the other,
 * and a first try that fails is tried again. It is loud when it lasts, or when a second proof says the same.
 */
export const passingSeconds = 10
/** Kubelets that stop in time remove the pod shortly after its deletion time; this much later it counts as stuck. */
export const overdueSlackSeconds = 30
/** A container that has run this long without the pod becoming Ready is no longer just starting. */
export const startingSeconds = 60
/** An old-revision pod that has been unready this long holds a rollout up for good, as far as can be told. */
export const wedgedSeconds = 120

const imageReasons = new Set([
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
])
const configReasons = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreStartHookError',
  'PostStartHookError',
])

/** Why a container of the pod cannot run, the init containers first; null when none says so. */
export function brokenContainer(
  pod: Pod,
): { kind: 'image' | 'crash' | 'config'; container: string; reason: string; init: boolean } | null {
  // Nothing of a pod that has ended is tried again.
  if (isTerminal(pod)) return null
  for (const [init, statuses] of [
    [true, pod.status.initContainers],
    [false, pod.status.containers],
  ] as const)
    for (const status of statuses) {
      const { state } = status
      if (state?.kind === 'waiting' && state.reason !== null) {
        if (imageReasons.has(state.reason)) return { kind: 'image', container: status.name, reason: state.reason, init }
        if (state.reason === 'CrashLoopBackOff')
          return { kind: 'crash', container: status.name, reason: state.reason, init }
        if (configReasons.has(state.reason))
          return { kind: 'config', container: status.name, reason: state.reason, init }
      }
      // Between two tries of a crash loop the container is shown as ended, not as waiting. One end is none yet.
      if (state?.kind === 'terminated' && state.exitCode !== 0 && (endsOf(status)?.count ?? 0) > 1)
        return { kind: 'crash', container: status.name, reason: state.reason ?? `ExitCode:${state.exitCode}`, init }
    }
  return null
}

/** A container that has ended and is about to be started again; null when none has. */
export function endedOnce(pod: Pod) {
  if (isTerminal(pod)) return null
  for (const { status, path } of runningParts(pod))
    if (status.state?.kind === 'terminated') return { ...status.state, container: status.name, path }
  return null
}

/** A claim that keeps a pod from starting. */
export function claimTrouble(claim: Claim | undefined): 'missing' | 'deleting' | 'lost' | 'pending' | null {
  if (claim === undefined) return 'missing'
  if (claim.metadata.deletionTimestamp !== null) return 'deleting'
  if (claim.status.phase === 'Lost') return 'lost'
  return claim.status.phase === 'Bound' ? null : 'pending'
}

/** The PersistentVolume behind each of the pod's volumes, as far as its claims name one. */
export function volumesOf(
  pod: Pod,
  claims: readonly { name: string; claim: Claim | undefined }[],
): ReadonlyMap<string, string> {
  const named = new Map(claims.map(({ name, claim }) => [name, claim?.spec.volumeName ?? null]))
  return new Map(
    pod.spec.claims.flatMap(({ volume, claim }) => {
      const bound = named.get(claim) ?? null
      return bound === null ? [] : [[volume, bound] as const]
    }),
  )
}

/** Everything that the state of one ordinal is decided from. */
export type OrdinalFacts = {
  inRange: boolean
  /** The pod that the set's controller counts as this ordinal's; a foreign pod in its name is not. */
  pod: Pod | null
  /** The pod's claims by name; undefined where a claim does not exist. Null when claims may not be listed. */
  claims: readonly { name: string; claim: Claim | undefined }[] | null
  /** Null when it cannot be known or the pod has none. */
  node: NodeHealth | null
  /** What was seen of its containers' ends over time. */
  ends: EndsByContainer | undefined
  /** Events of this pod. */
  events: readonly Event[]
  updateRevision: string
  /** True where an unready pod of an old revision stops the whole set: OrderedReady with rolling updates. */
  oldRevisionBlocks: boolean
  /** False when the ordinal is below the partition: an old revision there is meant to stay. */
  updates: boolean
  minReadySeconds: number
  twinRisk: boolean
  /** Without a pod: the API server refuses to create it, or will. */
  refused: boolean
}

/** The state, and when the clock alone would change it (milliseconds), or null when it would not. */
export type Judged = { state: OrdinalState; until: number | null }

const at = (state: OrdinalState, until: number | null = null): Judged => ({ state, until })

/** The state of an ordinal at a moment in milliseconds. First match wins, in the order of what matters. */
export function ordinalState(facts: OrdinalFacts, now: number): Judged {
  const { pod } = facts
  if (facts.twinRisk) return at('twin-risk')
  if (pod === null) return at(!facts.inRange ? 'ghost' : facts.refused ? 'refused' : 'blocked')
  if (isTerminating(pod)) {
    const end = millis(pod.metadata.deletionTimestamp) ?? now
    // Once the containers have ended nothing of the grace period is needed any more.
    const ended = millis(containersEnded(pod)?.at) ?? end
    // On a node that is not heard nobody will confirm the end, so there is nothing to be lenient about.
    const stuckAt = isUnheard(facts.node) ? end : Math.min(end, ended) + overdueSlackSeconds * 1000
    return now >= stuckAt ? at('stuck') : at('leaving', stuckAt)
  }
  // What the kubelet saw end has ended, whatever became of the kubelet since.
  const hasEnded = isTerminal(pod) && containersEnded(pod) !== null
  if (isUnheard(facts.node) && !hasEnded) return at('suspect')

  const ready = condition(pod.status.conditions, 'Ready')
  if (ready?.status === 'True' && pod.status.phase === 'Running') {
    // What has ended again and again is not well because it runs, and is ready, for now.
    const loop = crashLoop(pod, now, facts.ends)
    if (loop !== null) return at('crash', loop.until)
    const available = availableAt(pod, facts.minReadySeconds)
    if (available === null || available > now) return at('settling', available)
    if (!facts.inRange) return at('surplus')
    return at(facts.updateRevision !== '' && podRevision(pod) !== facts.updateRevision ? 'outdated' : 'ok')
  }
  return unready(facts, pod, now)
}

function unready(facts: OrdinalFacts, pod: Pod, now: number): Judged {
  const broken = brokenContainer(pod)
  const outdated = facts.updateRevision !== '' && podRevision(pod) !== facts.updateRevision
  let until: number | null = null
  // A pod that has ended holds nothing up: the controller makes it again.
  if (facts.oldRevisionBlocks && facts.inRange && facts.updates && outdated && !isTerminal(pod)) {
    if (broken !== null) {
      const from = toldForGoodAt(pod, broken)
      if (now >= from) return at('wedged')
      until = from
    }
    const since = millis(condition(pod.status.conditions, 'Ready')?.lastTransitionTime)
    if (since !== null) {
      if (now >= since + wedgedSeconds * 1000) return at('wedged')
      until = sooner(until, since + wedgedSeconds * 1000)
    }
  }
  const judged = unreadyReason(facts, pod, broken, now)
  return at(judged.state, sooner(judged.until, until))
}

/** Said of a try that failed, which the kubelet is about to repeat; a back-off has failed before. */
const firstTries = new Set(['ErrImagePull', 'RegistryUnavailable', 'ImageInspectError', ...configReasons])

/** From when on a broken container counts as broken for good: a first try that failed only if it lasts, others at once. */
export function toldForGoodAt(pod: Pod, { reason }: NonNullable<ReturnType<typeof brokenContainer>>): number {
  if (!firstTries.has(reason)) return Number.NEGATIVE_INFINITY
  return (millis(pod.metadata.creationTimestamp) ?? 0) + startingSeconds * 1000
}

function unreadyReason(facts: OrdinalFacts, pod: Pod, broken: ReturnType<typeof brokenContainer>, now: number): Judged {
  if (broken?.kind === 'crash') return at('crash')
  if (broken?.kind === 'image') return at('image')
  if (broken?.kind === 'config' || isTerminal(pod)) return at('unready')
  const loop = crashLoop(pod, now, facts.ends)
  if (loop !== null) return at('crash', loop.until)

  const created = millis(pod.metadata.creationTimestamp) ?? now
  const scheduled = condition(pod.status.conditions, 'PodScheduled')
  // Where a container runs, the volumes of the pod were mounted.
  const runs = [...pod.status.initContainers, ...pod.status.containers].some((each) => each.state?.kind === 'running')
  const troubles = runs
    ? []
    : (facts.claims ?? []).map((each) => claimTrouble(each.claim)).filter((each) => each !== null)
  const certain = troubles.some((each) => each === 'deleting' || each === 'lost')
  if (certain && pod.status.phase === 'Pending') return at('disk')
  // The claim is made before the pod; what tells of it may come after.
  if (troubles.includes('missing') && pod.status.phase === 'Pending') return lasting(created, now, 'disk')
  if (scheduled?.status === 'False' && scheduled.reason !== null && scheduled.reason !== '') {
    if (!placementOf(scheduled.message ?? '').claims)
      return lasting(millis(scheduled.lastTransitionTime) ?? created, now, 'nowhere')
    // A claim that is bound at once still makes the scheduler complain for the first second.
    return starting(created, now, 'disk')
  }
  if (pod.status.phase === 'Pending') {
    const trouble = startTrouble(pod, facts.events, volumesOf(pod, facts.claims ?? []))
    if (!runs && trouble !== null && trouble.step !== 'sandbox') {
      const { count, firstSeen, lastSeen } = trouble.event
      return count > 1 ? at('disk') : lasting(millis(firstSeen ?? lastSeen) ?? created, now, 'disk')
    }
    if (pod.status.initContainers.some((each) => each.state?.kind === 'running')) return at('init')
    return starting(created, now, troubles.length > 0 ? 'disk' : 'unready')
  }
  // Running: just starting as long as it has never been Ready since its containers run.
  const ready = condition(pod.status.conditions, 'Ready')
  const started = Math.max(
    ...pod.status.containers.map((each) => (each.state?.kind === 'running' ? (millis(each.state.startedAt) ?? 0) : 0)),
    0,
  )
  const turned = millis(ready?.lastTransitionTime)
  const ended = endedOnce(pod)
  if (ended !== null) return starting(millis(ended.finishedAt) ?? now, now, 'unready')
  if (started > 0 && (turned === null || turned <= started + 1000)) return starting(started, now, 'unready')
  return at('unready')
}

function lasting(since: number, now: number, state: OrdinalState): Judged {
  const until = since + passingSeconds * 1000
  return now < until ? at('arriving', until) : at(state)
}

function starting(since: number, now: number, afterwards: OrdinalState): Judged {
  const until = since + startingSeconds * 1000
  return now < until ? at('arriving', until) : at(afterwards)
}
