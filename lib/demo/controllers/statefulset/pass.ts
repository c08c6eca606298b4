import type { Cluster } from '@/lib/demo/controllers/cluster'
import { Failures, messageOf } from '@/lib/demo/controllers/failures'
import type { NewObject, Pod, Revision, StatefulSet } from '@/lib/demo/controllers/objects'
import type { MemberControl } from './member-control'
import {
  endOrdinal,
  identityMatches,
  inRange,
  isAvailable,
  isCreated,
  isPending,
  isRunningAndReady,
  isTerminal,
  isTerminating,
  isUnavailable,
  newPod,
  ordinalOf,
  revisionOf,
  startOrdinal,
  storageMatches,
  type Member,
} from './pods'
import { templateOf } from './revisions'
import { countsOf, type Counts } from './status'

/** What one pass needs to know; the objects are one consistent look at the cluster. */
export type PassInput = {
  cluster: Cluster
  control: MemberControl
  set: Readonly<StatefulSet>
  pods: Readonly<Pod>[]
  current: Readonly<Revision>
  update: Readonly<Revision>
  now: Date
}

export type PassResult = { counts: Counts; failure: unknown }

/** How one slot went: go on with the next, or stop the pass here. */
type Step = 'go-on' | 'stop'

/** No batch of a Parallel set is larger (k8s MaxBatchSize). */
const largestBatch = 500

/**
 * One pass of the controller over one set, in the controller's own order: fill and wait for the ordinals in range, then
 * shrink, then update (k8s pkg/controller/statefulset/stateful_set_control.go, updateStatefulSet).
 */
export function pass(input: PassInput): PassResult {
  const { set, pods, current, update, now, control } = input
  const minReadySeconds = set.spec.minReadySeconds ?? 0
  const monotonic = set.spec.podManagementPolicy !== 'Parallel'
  const count = (members: Member[]) => countsOf(members, minReadySeconds, current, update, now)

  const byOrdinal = new Map(pods.filter((pod) => inRange(set, pod)).map((pod) => [ordinalOf(pod), pod]))
  const condemned = pods
    .filter((pod) => !inRange(set, pod) && ordinalOf(pod) >= 0)
    .sort((a, b) => ordinalOf(b) - ordinalOf(a))
  const replicas: Member[] = []
  for (let ordinal = startOrdinal(set); ordinal <= endOrdinal(set); ordinal += 1) {
    replicas.push(byOrdinal.get(ordinal) ?? missingPod(set, current, update, ordinal))
  }
  if (set.metadata.deletionTimestamp) return { counts: count(pods), failure: null }

  const broken = (pod: Member) => isUnavailable(pod, minReadySeconds, now)
  const firstUnavailable = replicas.find(broken) ?? condemned.toReversed().find(broken)
  const everybody = [...replicas, ...condemned]

  const replicaSteps = forEach(replicas, monotonic, (pod) => processReplica(input, pod, monotonic, minReadySeconds))
  if (replicaSteps) return { counts: count(everybody), failure: replicaSteps.failure }

  const claimSteps = forEach(condemned, monotonic, (pod) => {
    if (!control.ownersMatch(set, pod)) control.correctOwners(set, pod)
    return 'go-on'
  })
  if (claimSteps) return { counts: count(everybody), failure: claimSteps.failure }

  const condemnedSteps = forEach(condemned, monotonic, (pod) => {
    if (isTerminating(pod)) return monotonic ? 'stop' : 'go-on'
    const healthy = isRunningAndReady(pod) && isAvailable(pod, minReadySeconds, now)
    if (!healthy && monotonic && pod !== firstUnavailable) return 'stop'
    control.delete(set, pod)
    return 'stop'
  })
  if (condemnedSteps) return { counts: count(everybody), failure: condemnedSteps.failure }

  const counts = count(everybody)
  if (set.spec.updateStrategy.type === 'OnDelete') return { counts, failure: null }
  try {
    rollingUpdate(input, replicas, counts, minReadySeconds)
    return { counts, failure: null }
  } catch (failure) {
    return { counts, failure }
  }
}

/** The pod that a hole in the range will get, at the revision that is due there (k8s newVersionedStatefulSetPod). */
function missingPod(
  set: Readonly<StatefulSet>,
  current: Readonly<Revision>,
  update: Readonly<Revision>,
  ordinal: number,
): NewObject<Pod> {
  const { type, rollingUpdate } = set.spec.updateStrategy
  const index = ordinal - startOrdinal(set)
  const old = rollingUpdate
    ? index < (rollingUpdate.partition ?? 0)
    : type === 'RollingUpdate' && index < (set.status.currentReplicas ?? 0)
  const revision = old ? current : update
  return newPod(set, templateOf(revision), revision.metadata.name, ordinal)
}

/** One ordinal in range. The order of these questions is the controller's; the first that holds ends the slot. */
function processReplica(input: PassInput, pod: Member, monotonic: boolean, minReadySeconds: number): Step {
  const { set, control, now } = input
  if (isTerminal(pod)) {
    if (!isTerminating(pod)) control.delete(set, pod)
    return 'stop'
  }
  if (!isCreated(pod)) {
    if (control.hasStaleClaim(set, pod)) return 'stop'
    control.create(set, pod as NewObject<Pod>)
    return monotonic ? 'stop' : 'go-on'
  }
  if (isPending(pod)) control.createMissingClaims(set, pod)
  if (monotonic && (isTerminating(pod) || !isRunningAndReady(pod) || !isAvailable(pod, minReadySeconds, now))) {
    return 'stop'
  }
  if (!identityMatches(set, pod) || !storageMatches(set, pod) || !control.ownersMatch(set, pod)) {
    control.repair(set, pod as Readonly<Pod>)
  }
  return 'go-on'
}

/**
 * Runs a step for each pod. OrderedReady stops at the first "stop" or failure; Parallel goes on in batches of
 * 1, 2, 4, … and only a failure keeps later batches from starting (k8s slowStartBatch).
 * Gives null when everything was gone through.
 */
function forEach(
  pods: readonly Member[],
  monotonic: boolean,
  step: (pod: Member) => Step,
): { failure: unknown } | null {
  if (monotonic) {
    for (const pod of pods) {
      try {
        if (step(pod) === 'stop') return { failure: null }
      } catch (failure) {
        return { failure }
      }
    }
    return null
  }
  let done = 0
  for (let size = 1; done < pods.length; size = Math.min(2 * size, largestBatch)) {
    const failures: string[] = []
    for (const pod of pods.slice(done, done + size)) {
      try {
        step(pod)
      } catch (error) {
        failures.push(messageOf(error))
      }
    }
    if (failures.length > 0) return { failure: new Failures(failures) }
    done += size
  }
  return null
}

/** How many pods may be unavailable: a number, or a share of the replicas rounded down, at least one. */
function budgetOf(set: Readonly<StatefulSet>): number {
  const value = set.spec.updateStrategy.rollingUpdate?.maxUnavailable ?? 1
  const number = typeof value === 'string' ? Math.floor((Number.parseInt(value, 10) * set.spec.replicas) / 100) : value
  return Math.max(1, number)
}

/** Deletes pods of other revisions from the top down within the budget (k8s updateStatefulSetAfterInvariantEstablished). */
function rollingUpdate(input: PassInput, replicas: Member[], counts: Counts, minReadySeconds: number): void {
  const { set, control, update, now } = input
  const partition = set.spec.updateStrategy.rollingUpdate?.partition ?? 0
  const budget = budgetOf(set)
  const outdated = (pod: Member) => revisionOf(pod) !== update.metadata.name && !isTerminating(pod)
  const unavailable = replicas.filter((pod) => isUnavailable(pod, minReadySeconds, now))
  const parallel = set.spec.podManagementPolicy === 'Parallel'
  if (unavailable.length >= budget && !(parallel && unavailable.some(outdated))) return

  const fromTheTop = replicas.slice(partition).toReversed()
  const remove = (pod: Member) => {
    control.delete(set, pod)
    counts.currentReplicas -= 1
  }
  let left = budget - unavailable.length
  if (parallel) {
    const broken = (pod: Member) => !isAvailable(pod, minReadySeconds, now)
    for (const pod of fromTheTop) if (outdated(pod) && broken(pod)) remove(pod)
    for (const pod of fromTheTop) {
      if (left <= 0) return
      if (!outdated(pod) || broken(pod)) continue
      remove(pod)
      left -= 1
    }
    return
  }
  for (const pod of fromTheTop) {
    if (left <= 0) return
    if (!outdated(pod)) continue
    remove(pod)
    left -= 1
  }
}
