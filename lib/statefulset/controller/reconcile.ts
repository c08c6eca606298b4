import { isMember, type PodOfOrdinal } from '@/lib/statefulset/model/ownership'
import { claimsOutOfDate, staleClaim } from './claim-retention'
import { claimName, podName } from '@/lib/statefulset/model/identity'
import type { Event, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { refusalOf, refusedAttempts, type Attempt } from './attempts'
import { indexByOrdinal, updateRevisionOf, type SetIndex } from '@/lib/statefulset/model/set-index'
import {
  availableAt,
  isAvailable,
  isRunningAndReady,
  isTerminal,
  isTerminating,
  podRevision,
} from '@/lib/statefulset/model/pod-status'
import { millis, sooner } from '@/lib/statefulset/model/time'

/**
 * One pass of the StatefulSet controller over a set, worked out from the objects: what it would do now, in its own
 * order, and what stops it. Source: k8s pkg/controller/statefulset/stateful_set_control.go updateStatefulSet,
 * processReplica, processCondemned, updateStatefulSetAfterInvariantEstablished, recreateDeleteAndWait (1.37.1; the
 * classic rolling step of 1.36 where maxUnavailable is off).
 */

/** `why`: a missing pod, one that has ended, one outside the range, one of an old revision, an in-place repair. */
export type Step = {
  action: 'create' | 'delete' | 'update'
  ordinal: number
  why: 'missing' | 'ended' | 'surplus' | 'outdated' | 'repair'
  /** The revision that a created pod gets; null for other actions. */
  revision: string | null
}

/** One place of the set: an ordinal in range, or a pod outside it. */
export type Slot = {
  ordinal: number
  name: string
  /** The pod that counts; null when there is none yet. */
  pod: Pod | null
  /** A pod that only holds the name: of another owner, or released by its labels. */
  taken: PodOfOrdinal | null
  /** The revision of the pod, or the one it would be created at. */
  revision: string
  terminating: boolean
  /** Running and Ready. */
  ready: boolean
  available: boolean
}

/** What ends a pass, or would keep the set from being settled. */
export type Stop =
  | { kind: 'set-deleting' | 'unknown-strategy' }
  | { kind: 'ended' | 'terminating' | 'not-ready' | 'not-available' | 'creating' | 'name-taken'; slot: Slot }
  | { kind: 'claim-deleting' | 'claim-stale'; slot: Slot; claim: string }
  | { kind: 'update-refused'; slot: Slot; template: string }
  | { kind: 'misnamed'; slot: Slot; found: string }
  | { kind: 'update-failed' | 'delete-failed'; slot: Slot; event: Event }
  | { kind: 'surplus-terminating' | 'removing'; slot: Slot }
  | { kind: 'surplus-not-ready'; slot: Slot; first: Slot }
  | { kind: 'recreating'; slots: Slot[] }
  | { kind: 'rollout-unavailable'; slot: Slot }
  | { kind: 'rollout-budget'; slots: Slot[]; max: number }
  | { kind: 'updating'; slot: Slot }

export type Reconciliation = {
  steps: Step[]
  /** What stops the controller, or what it waits for, the first first. Empty when the set is settled. */
  stops: Stop[]
  replicas: Slot[]
  /** Pods outside the range that the controller will remove, highest ordinal first. */
  condemned: Slot[]
  ordered: boolean
  updateRevision: string
  currentRevision: string
  /** What the API server refused, by attempt and pod, as in `refusedAttempts`. */
  refused: ReadonlyMap<string, Event>
  /** The lowest index that a rollout updates; null where the strategy does not roll. */
  updateFrom: number | null
  maxUnavailable: number
  /** When the clock alone lets the controller go on, in milliseconds. */
  until: number | null
}

/** `getStatefulSetMaxUnavailable`: a percentage is rounded down; never less than one. */
export function maxUnavailableOf(objects: SetObjects): number {
  const written = objects.set.spec.updateStrategy.rollingUpdate?.maxUnavailable
  if (written === undefined || written === null) return 1
  const number = /^([0-9]+)(%?)$/.exec(written)
  if (number?.[1] === undefined) return 1
  const value = Number(number[1])
  return Math.max(1, number[2] === '%' ? Math.floor((value * objects.set.spec.replicas) / 100) : value)
}

/**
 * Whether the controller rolls out by maxUnavailable: on by default since 1.37. Where it is on, the API server fills
 * the field in, so a `rollingUpdate` without it proves that it is off. One with it proves nothing under 1.36 and older:
 * the field outlives the gate there (k8s pkg/registry/apps/statefulset/strategy.go maxUnavailableInUse).
 */
export function rollsByMaxUnavailable(objects: SetObjects): boolean {
  const { rollingUpdate } = objects.set.spec.updateStrategy
  if (rollingUpdate !== null && rollingUpdate.maxUnavailable === null) return false
  if (objects.serverVersion === null) return rollingUpdate !== null
  return objects.serverVersion.minor >= 37
}

/** The revision that the controller counts as current: the status's, as long as it still exists. */
function currentRevisionOf(objects: SetObjects, updateRevision: string): string {
  const named = objects.set.status.currentRevision
  if (named === '') return updateRevision
  const listed = objects.unknown.controllerrevisions === undefined && objects.revisions.length > 0
  return listed && !objects.revisions.some((each) => each.metadata.name === named) ? updateRevision : named
}

/** `newVersionedStatefulSetPod`: the revision at which the pod of an ordinal is created. */
export function revisionForNew(objects: SetObjects, ordinal: number, current: string, update: string): string {
  const { updateStrategy, ordinalsStart } = objects.set.spec
  const { rollingUpdate } = updateStrategy
  if (rollingUpdate !== null) return ordinal < ordinalsStart + rollingUpdate.partition ? current : update
  if (updateStrategy.type !== 'RollingUpdate') return update
  return ordinal < ordinalsStart + objects.set.status.currentReplicas ? current : update
}

/** What the controller would do now. `sorted` may be given where it is at hand. */
export function reconcile(
  objects: SetObjects,
  now: number,
  setIndex: SetIndex = indexByOrdinal(objects),
): Reconciliation {
  const { set } = objects
  const updateRevision = updateRevisionOf(objects)
  const currentRevision = currentRevisionOf(objects, updateRevision)
  const { minReadySeconds, updateStrategy } = set.spec
  const ordered = set.spec.podManagementPolicy !== 'Parallel'
  let until: number | null = null

  const slotOf = (ordinal: number): Slot => {
    const found = setIndex.pods.get(ordinal)
    const pod = found !== undefined && isMember(found.claimed) ? found.pod : null
    const available = pod === null ? null : availableAt(pod, minReadySeconds)
    if (available !== null && available > now) until = sooner(until, available)
    return {
      ordinal,
      name: podName(set.metadata.name, ordinal),
      pod,
      taken: pod === null ? (found ?? null) : null,
      revision: pod === null ? revisionForNew(objects, ordinal, currentRevision, updateRevision) : podRevision(pod),
      terminating: pod !== null && isTerminating(pod),
      ready: pod !== null && isRunningAndReady(pod),
      available: pod !== null && isAvailable(pod, minReadySeconds, now),
    }
  }
  const replicas = setIndex.rows.inRange.map(slotOf)
  const condemned = [...setIndex.pods.values()]
    .filter(({ ordinal, claimed }) => isMember(claimed) && (ordinal < setIndex.first || ordinal > setIndex.last))
    .map(({ ordinal }) => slotOf(ordinal))
    .toSorted((a, b) => b.ordinal - a.ordinal)

  const pass: Reconciliation = {
    steps: [],
    stops: [],
    replicas,
    condemned,
    ordered,
    updateRevision,
    currentRevision,
    refused: refusedAttempts(objects),
    updateFrom: updateStrategy.type === 'RollingUpdate' ? (updateStrategy.rollingUpdate?.partition ?? 0) : null,
    maxUnavailable: maxUnavailableOf(objects),
    until: null,
  }
  const unavailable = (slot: Slot) => !slot.available || slot.terminating
  const first = replicas.find(unavailable) ?? condemned.toReversed().find(unavailable) ?? null

  run({ objects, setIndex }, pass, first)
  pass.until = until
  return pass
}

/** What one pass reads. */
type World = { objects: SetObjects; setIndex: SetIndex }

function run(world: World, pass: Reconciliation, first: Slot | null): void {
  const { objects, setIndex } = world
  const { set } = objects
  const { steps, stops, replicas, condemned, ordered } = pass
  if (set.metadata.deletionTimestamp !== null) {
    stops.push({ kind: 'set-deleting' })
    return
  }
  if (set.spec.updateStrategy.type === 'Recreate' && recreateIsOff(objects)) {
    stops.push({ kind: 'unknown-strategy' })
    return
  }
  if (set.spec.updateStrategy.type === 'Recreate') {
    const old = [...replicas, ...condemned].filter(
      (slot) => slot.pod !== null && slot.pod.status.phase !== '' && slot.revision !== pass.updateRevision,
    )
    for (const slot of old)
      if (!slot.terminating && !deleteFails(pass, slot)) steps.push(step('delete', slot, 'outdated'))
    if (old.length > 0) {
      stops.push({ kind: 'recreating', slots: old })
      return
    }
  }

  if (!ordered) {
    if (!processInBatches(replicas, (slot) => processReplica(world, pass, slot))) return
  } else for (const slot of replicas) if (processReplica(world, pass, slot) !== 'go on') return

  for (const slot of condemned)
    if (slot.pod !== null && claimsOutOfDate(objects, setIndex, slot.ordinal, slot.pod))
      steps.push(step('update', slot, 'repair'))
  for (const slot of condemned) {
    const done = processCondemned(world, pass, slot, first)
    if (done === 'error' || (ordered && done !== 'go on')) return
  }
  if (set.spec.updateStrategy.type !== 'RollingUpdate') return
  if (rollsByMaxUnavailable(objects)) rollByMaxUnavailable(world, pass)
  else rollOneByOne(world, pass)
}

/** What the API server refused of a slot's pod, as far as it still concerns that pod. */
function refusal({ refused }: Reconciliation, attempt: Attempt, slot: Slot): Event | null {
  if (slot.pod === null) return null
  const { name, creationTimestamp } = slot.pod.metadata
  return refusalOf(refused, attempt, { name, madeAt: millis(creationTimestamp) ?? 0 })
}

/** True when the controller has tried to delete the pod and the API server refused it: the pass ends with the error. */
function deleteFails(pass: Reconciliation, slot: Slot): boolean {
  const event = refusal(pass, 'delete', slot)
  if (event === null) return false
  pass.stops.push({ kind: 'delete-failed', slot, event })
  return true
}

/** The largest batch of a Parallel set (stateful_set_control.go MaxBatchSize). */
const largestBatch = 500

/**
 * `slowStartBatch`: batches of 1, 2, 4 … ordinals. An error ends the pass after its batch, before higher ordinals are
 * looked at and anything is removed or rolled out. False then.
 */
function processInBatches(slots: readonly Slot[], process: (slot: Slot, batchEnd: number) => Done): boolean {
  let size = 1
  for (let start = 0; start < slots.length; start += size, size = Math.min(2 * size, largestBatch)) {
    const batchEnd = Math.min(slots.length, start + size)
    const results = slots.slice(start, batchEnd).map((slot) => process(slot, batchEnd))
    if (results.includes('error')) return false
  }
  return true
}

function step(action: Step['action'], slot: Slot, why: Step['why']): Step {
  return { action, ordinal: slot.ordinal, why, revision: action === 'create' ? slot.revision : null }
}

/** The controller says so itself, once a retry; otherwise the API server would not have let the strategy in. */
function recreateIsOff(objects: SetObjects): boolean {
  const said = objects.events
    .filter((each) => each.reason === 'UnknownStrategy' && each.involved.uid === objects.set.metadata.uid)
    .some((each) => (millis(each.lastSeen) ?? 0) > 0)
  return said && !objects.set.status.conditions.some((each) => each.type === 'Progressing')
}

type Done = 'go on' | 'stop' | 'error'

function processReplica(world: World, pass: Reconciliation, slot: Slot): Done {
  const { objects, setIndex } = world
  const { steps, stops, ordered } = pass
  const { pod } = slot
  if (pod !== null && isTerminal(pod)) {
    if (!slot.terminating) {
      if (deleteFails(pass, slot)) return 'error'
      steps.push(step('delete', slot, 'ended'))
    }
    stops.push({ kind: slot.terminating ? 'terminating' : 'ended', slot })
    return 'stop'
  }
  if (pod === null) return create(objects, setIndex, pass, slot)
  // A Pending pod, terminating or not, gets its missing claims made again, which fails while one is being deleted.
  const deleting = pod.status.phase === 'Pending' ? deletingClaim(objects, setIndex, slot.ordinal) : null
  if (slot.terminating) {
    stops.push({ kind: 'terminating', slot })
    if (ordered) return 'stop'
  } else if (!slot.ready) {
    stops.push({ kind: 'not-ready', slot })
    if (ordered) return 'stop'
  } else if (!slot.available) {
    stops.push({ kind: 'not-available', slot })
    if (ordered) return 'stop'
  }
  if (deleting !== null) {
    stops.push({ kind: 'claim-deleting', slot, claim: deleting })
    return 'error'
  }
  return repair(world, pass, slot, pod)
}

/** In-place repairs of a pod, and those that the API server refuses: the spec of a pod cannot be given a volume. */
function repair(world: World, pass: Reconciliation, slot: Slot, pod: Pod): Done {
  const { objects, setIndex } = world
  const refused = refusedRepair(objects, slot)
  if (refused !== null) {
    pass.stops.push(refused)
    return 'error'
  }
  const labelled = pod.metadata.labels['statefulset.kubernetes.io/pod-name'] === pod.metadata.name
  if (labelled && !claimsOutOfDate(objects, setIndex, slot.ordinal, pod)) return 'go on'
  const event = refusal(pass, 'update', slot)
  if (event !== null) {
    pass.stops.push({ kind: 'update-failed', slot, event })
    return 'error'
  }
  pass.steps.push(step('update', slot, 'repair'))
  return 'go on'
}

/**
 * A repair that can never succeed: `identityMatches` asks for the exact name, which an object cannot change, and
 * `storageMatches` for a volume of each claim template, which ValidatePodUpdate forbids to add. Null when there is none.
 */
function refusedRepair(objects: SetObjects, slot: Slot): Extract<Stop, { kind: 'update-refused' | 'misnamed' }> | null {
  const { pod } = slot
  if (pod === null) return null
  if (pod.metadata.name !== slot.name) return { kind: 'misnamed', slot, found: pod.metadata.name }
  const missing = objects.set.spec.claimTemplates.find((template) => {
    const name = claimName(template.name, objects.set.metadata.name, slot.ordinal)
    return !pod.spec.claims.some((each) => each.volume === template.name && each.claim === name)
  })
  return missing === undefined ? null : { kind: 'update-refused', slot, template: missing.name }
}

/**
 * True when the controller never gets past this ordinal by itself, even when pods that start become ready and pods that
 * are deleted go: a foreign pod has the name, or the repair is refused.
 */
export function isDeadEnd(objects: SetObjects, slot: Slot): boolean {
  if (slot.pod === null) return slot.taken !== null && !isTerminating(slot.taken.pod)
  return !slot.terminating && !isTerminal(slot.pod) && refusedRepair(objects, slot) !== null
}

/** The slots of a Parallel set that are still looked at when one of them is a dead end: those of its batch. */
export function reachedInBatches(slots: readonly Slot[], isEnd: (slot: Slot) => boolean): readonly Slot[] {
  let reached = slots.length
  processInBatches(slots, (slot, batchEnd) => {
    if (!isEnd(slot)) return 'go on'
    reached = batchEnd
    return 'error'
  })
  return slots.slice(0, reached)
}

function create(objects: SetObjects, setIndex: SetIndex, pass: Reconciliation, slot: Slot): Done {
  const { set } = objects
  const stale = set.spec.whenScaled === 'Delete' ? staleClaim(objects, setIndex, slot.ordinal, slot.name) : null
  if (stale !== null) {
    pass.stops.push({ kind: 'claim-stale', slot, claim: stale })
    return 'stop'
  }
  const deleting = deletingClaim(objects, setIndex, slot.ordinal)
  if (deleting !== null) {
    pass.stops.push({ kind: 'claim-deleting', slot, claim: deleting })
    return 'error'
  }
  if (slot.taken !== null) {
    pass.stops.push({ kind: 'name-taken', slot })
    return 'error'
  }
  pass.steps.push(step('create', slot, 'missing'))
  pass.stops.push({ kind: 'creating', slot })
  return 'stop'
}

function deletingClaim(objects: SetObjects, setIndex: SetIndex, ordinal: number): string | null {
  for (const template of objects.set.spec.claimTemplates) {
    const name = claimName(template.name, objects.set.metadata.name, ordinal)
    const claim = setIndex.claimByName.get(name)
    if (claim !== undefined && claim.metadata.deletionTimestamp !== null) return name
  }
  return null
}

function processCondemned(world: World, pass: Reconciliation, slot: Slot, first: Slot | null): Done {
  const { steps, stops, ordered } = pass
  if (slot.terminating) {
    stops.push({ kind: 'surplus-terminating', slot })
    return ordered ? 'stop' : 'go on'
  }
  if (ordered && (!slot.ready || !slot.available) && slot.ordinal !== first?.ordinal) {
    stops.push({ kind: 'surplus-not-ready', slot, first: first ?? slot })
    return 'stop'
  }
  if (deleteFails(pass, slot)) return 'error'
  steps.push(step('delete', slot, 'surplus'))
  stops.push({ kind: 'removing', slot })
  return 'stop'
}

/** The rolling step of 1.36 and older: one at a time from the top, waiting for the first that is unavailable. */
function rollOneByOne(world: World, pass: Reconciliation): void {
  const { replicas, steps, stops, updateRevision } = pass
  for (let target = replicas.length - 1; target >= (pass.updateFrom ?? 0); target -= 1) {
    const slot = replicas[target]
    if (slot === undefined) return
    if (slot.revision !== updateRevision && !slot.terminating) {
      if (deleteFails(pass, slot)) return
      steps.push(step('delete', slot, 'outdated'))
      stops.unshift({ kind: 'updating', slot })
      return
    }
    if (!slot.available || slot.terminating) {
      if (outdatedFrom(pass)) stops.unshift({ kind: 'rollout-unavailable', slot })
      return
    }
  }
}

/** Whether any pod that the rollout reaches still has another revision. */
function outdatedFrom(pass: Reconciliation): boolean {
  const from = pass.updateFrom
  if (from === null) return false
  return pass.replicas.some(
    (slot, index) => index >= from && slot.pod !== null && slot.revision !== pass.updateRevision && !slot.terminating,
  )
}

/** The rolling step since maxUnavailable: a budget over the whole range. */
function rollByMaxUnavailable(world: World, pass: Reconciliation): void {
  const { replicas, steps, stops, updateRevision, ordered, maxUnavailable: max } = pass
  const from = pass.updateFrom ?? 0
  const down = replicas.filter((slot) => !slot.available || slot.terminating)
  const downAndOld = ordered ? [] : down.filter((slot) => slot.revision !== updateRevision && !slot.terminating)
  if (down.length >= max && downAndOld.length === 0) {
    // Ordinals that are created in this very pass are no news: the rollout goes on when they are there.
    if (outdatedFrom(pass) && down.some((slot) => slot.pod !== null))
      stops.unshift({ kind: 'rollout-budget', slots: down, max })
    return
  }
  const targets = replicas
    .slice(from)
    .toReversed()
    .filter((slot) => slot.revision !== updateRevision)
  const replaced: Slot[] = []
  if (!ordered) for (const slot of targets) if (!slot.available && !slot.terminating) replaced.push(slot)
  let budget = max - down.length
  for (const slot of targets) {
    if (budget <= 0) break
    if (slot.terminating || (!ordered && !slot.available)) continue
    replaced.push(slot)
    budget -= 1
  }
  const already = new Set(steps.filter((each) => each.action === 'delete').map((each) => each.ordinal))
  for (const slot of replaced) {
    if (already.has(slot.ordinal)) continue
    if (deleteFails(pass, slot)) return
    steps.push(step('delete', slot, 'outdated'))
  }
  const [highest] = replaced
  if (highest !== undefined) stops.unshift({ kind: 'updating', slot: highest })
  else if (outdatedFrom(pass)) stops.unshift({ kind: 'rollout-budget', slots: down, max })
}
