import { forecast, forecastToDeadEnd, type Forecast } from '@/lib/statefulset/controller/forecast'
import {
  reconcile,
  revisionForNew,
  type Reconciliation,
  type Slot,
  type Stop,
} from '@/lib/statefulset/controller/reconcile'
import type { Pod, Resource, SetObjects } from '@/lib/statefulset/model/objects'
import { brokenContainer } from '@/lib/statefulset/model/ordinal-state'
import { availableAt, condition, podRevision } from '@/lib/statefulset/model/pod-status'
import { placementOf } from '@/lib/statefulset/model/scheduling'
import { indexByOrdinal, type SetIndex } from '@/lib/statefulset/model/set-index'
import { latest, millis, rfc3339, sooner } from '@/lib/statefulset/model/time'
import type { NextStep, Proof, Waiting } from '@/lib/statefulset/model/view'
import { whyMissing } from './missing-causes'
import { whyNotReady, whyPod } from './pod-causes'
import { conditionProof, detail, eventProof, proof } from './proof'
import { cause, waiting, type Reason } from './reasons'
import { whyDeleting } from './set-deleting'
import { whyTerminating } from './terminating'

/** What the controller waits for, what that blocks, and what comes next: the sentence that no condition says. */

export type Explained = {
  waitingFor: Waiting | null
  /**
   * What the controller does next by itself, in order, at most `nextListed` steps. Null when it cannot be known, because
   * pods may not be listed.
   */
  next: NextStep[] | null
  /** How many further steps there are. */
  nextOmitted: number
  /** Why ordinals are not as they should be; those that are fine are not in it. */
  causes: Map<number, Reason>
  pass: Reconciliation
  forecast: Forecast
  /** When the clock alone changes any of this, in milliseconds; null when it does not. */
  until: number | null
}

/** A view lists this many steps; a rollout of a thousand pods has two thousand. */
export const nextListed = 24

/** This long after the newest write to the set the controller must have seen it. */
const behindSeconds = 30

/**
 * Explains a set at a moment. Follows the controller's own order of decisions (`pass.ts`), so that the first thing
 * named is the first thing that stops it.
 */
export function explain(objects: SetObjects, now: Date, setIndex: SetIndex = indexByOrdinal(objects)): Explained {
  const at = now.getTime()
  const pass = reconcile(objects, at, setIndex)
  const steps = forecast(objects, pass)
  const unseen = (['pods', 'nodes', 'events', 'persistentvolumeclaims'] as const).filter(
    (kind) => objects.unknown[kind] !== undefined,
  )
  if (objects.unknown.pods !== undefined)
    return {
      waitingFor: {
        ...waiting(null, cause('pods-unseen', { rule: objects.unknown.pods }), [], {}),
        unseen: [...unseen],
      },
      next: null,
      nextOmitted: 0,
      causes: new Map(),
      pass: { ...pass, steps: [], stops: [] },
      forecast: [],
      until: null,
    }
  const context: Context = { objects, setIndex, pass, stopOf: stopsBySlot(pass), now: at }
  const causes = causesOf(context)
  const waitingFor = waitingOf(context, causes, steps, [...unseen])
  let until = pass.until
  for (const found of causes.values())
    for (const moment of [millis(found.until), found.again])
      if (moment !== null && moment > at) until = sooner(until, moment)
  const behind = behindAt(objects)
  if (behind !== null && behind > at) until = sooner(until, behind)
  const byItself = forecastToDeadEnd(objects, pass, steps)
  const possible = byItself.filter(({ ordinal }) => causes.get(ordinal)?.reason !== 'name-too-long')
  // What comes after a creation that can never succeed comes never.
  const stands = waitsForPerson(context) !== null || (pass.ordered && possible.length < byItself.length)
  const promised = stands ? possible.filter((step) => step.now) : possible
  return {
    waitingFor,
    next: promised.slice(0, nextListed).map(({ action, ordinal, now: isNow }) => ({ action, ordinal, now: isNow })),
    nextOmitted: Math.max(0, promised.length - nextListed),
    causes,
    pass,
    forecast: steps,
    until,
  }
}

type Context = {
  objects: SetObjects
  setIndex: SetIndex
  pass: Reconciliation
  /** The first stop at each slot. */
  stopOf: ReadonlyMap<Slot, Stop>
  now: number
}

function stopsBySlot({ stops }: Reconciliation): Map<Slot, Stop> {
  const found = new Map<Slot, Stop>()
  for (const stop of stops) if ('slot' in stop && !found.has(stop.slot)) found.set(stop.slot, stop)
  return found
}

/** When a set whose generation the controller has not seen counts as overlooked, in milliseconds; null when it has. */
function behindAt({ set }: SetObjects): number | null {
  if (set.metadata.generation === null || set.status.observedGeneration >= set.metadata.generation) return null
  const since = millis(set.writtenAt)
  return since === null ? null : since + behindSeconds * 1000
}

/**
 * The broken pod that an ordered set waits for although it would replace it: of a revision that a new pod would not
 * get. The controller wants it ready first, and a container that cannot run, or a pod that fits no node, does not become
 * so by itself (kubernetes.io: forced rollback). Null when there is none.
 */
function waitsForPerson({ objects, pass }: Context): Slot | null {
  const [stop] = pass.stops
  if (!pass.ordered || stop?.kind !== 'not-ready' || pass.updateRevision === '') return null
  const { slot } = stop
  if (slot.pod === null || (brokenContainer(slot.pod) === null && !isUnplaced(slot.pod))) return null
  const fresh = revisionForNew(objects, slot.ordinal, pass.currentRevision, pass.updateRevision)
  return fresh !== slot.revision ? slot : null
}

/** The scheduler has found no node, and not because of a claim. */
function isUnplaced(pod: Pod): boolean {
  const scheduled = condition(pod.status.conditions, 'PodScheduled')
  if (pod.spec.nodeName !== null || scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return false
  const { claims, preempting } = placementOf(scheduled.message ?? '')
  return !claims && !preempting
}

/** Why each ordinal that is not settled is not. */
function causesOf(context: Context): Map<number, Reason> {
  const { objects, setIndex, pass, now } = context
  const causes = new Map<number, Reason>()
  // In an ordered set nothing is created before the first of these is dealt with.
  let blocker: Slot | null = null
  const due = new Set(pass.steps.filter((step) => step.action === 'create').map((step) => step.ordinal))
  // In a Parallel set a creation that fails keeps the controller from the ordinals after it.
  const failing = pass.ordered
    ? undefined
    : pass.stops.find((stop) =>
        ['name-taken', 'claim-deleting', 'update-refused', 'update-failed', 'misnamed'].includes(stop.kind),
      )
  for (const slot of pass.replicas) {
    if (failing !== undefined && 'slot' in failing && !due.has(slot.ordinal)) blocker = failing.slot
    const found =
      slot.pod === null
        ? (whyMissing(context, slot, { turn: blocker === null || due.has(slot.ordinal) }) ??
          (blocker === null ? null : blockedBy(context, slot, blocker)) ??
          creating(slot))
        : (whyPod(objects, setIndex, slot.ordinal, slot.pod, now) ??
          whySettling(context, slot) ??
          whyRefused(context, slot) ??
          whyOld(context, slot))
    if (found !== null) causes.set(slot.ordinal, found)
    if (pass.ordered && blocker === null && (slot.pod === null || !slot.available || !slot.ready || slot.terminating))
      blocker = slot
  }
  for (const slot of pass.condemned) {
    if (slot.pod === null) continue
    const found = slot.terminating
      ? whyTerminating(objects, slot.pod, setIndex.eventsByUid.get(slot.pod.metadata.uid) ?? [], now)
      : cause('surplus-waits', { pod: slot.name }, { since: latest([slot.pod.metadata.creationTimestamp]) })
    causes.set(slot.ordinal, found)
  }
  return causes
}

function creating(slot: Slot): Reason {
  return cause('creating', { pod: slot.name })
}

function blockedBy({ objects }: Context, slot: Slot, blocker: Slot): Reason {
  const about = blocker.pod?.metadata
  const ready = blocker.pod === null ? null : condition(blocker.pod.status.conditions, 'Ready')
  return cause(
    'blocked-by',
    { pod: slot.name, blocker: blocker.name },
    {
      since: ready?.lastTransitionTime ?? null,
      proof: [
        proof('StatefulSet', objects.set.metadata, 'spec.podManagementPolicy', objects.set.spec.podManagementPolicy),
        ...(about === undefined || blocker.pod === null
          ? []
          : conditionProof('Pod', about, blocker.pod.status.conditions, 'Ready')),
      ],
    },
  )
}

function whySettling({ objects, now }: Context, slot: Slot): Reason | null {
  if (slot.pod === null || slot.available) return null
  const available = availableAt(slot.pod, objects.set.spec.minReadySeconds)
  if (available === null || available <= now) return null
  return cause(
    'not-available',
    { pod: slot.name, seconds: objects.set.spec.minReadySeconds },
    {
      since: condition(slot.pod.status.conditions, 'Ready')?.lastTransitionTime ?? null,
      proof: [
        ...conditionProof('Pod', slot.pod.metadata, slot.pod.status.conditions, 'Ready'),
        proof('StatefulSet', objects.set.metadata, 'spec.minReadySeconds', objects.set.spec.minReadySeconds),
      ],
      until: rfc3339(available),
    },
  )
}

/** What the API server refuses of a pod that is well. */
function whyRefused({ objects, pass, stopOf }: Context, slot: Slot): Reason | null {
  const stop = stopOf.get(slot)
  switch (stop?.kind) {
    case 'update-refused':
      return cause(
        'update-refused',
        { pod: slot.name, template: stop.template },
        {
          since: objects.set.metadata.creationTimestamp,
          proof: [
            ...(slot.pod === null
              ? []
              : [
                  proof(
                    'Pod',
                    slot.pod.metadata,
                    'spec.volumes',
                    slot.pod.spec.claims.map((each) => each.volume),
                  ),
                ]),
            proof(
              'StatefulSet',
              objects.set.metadata,
              'spec.volumeClaimTemplates',
              objects.set.spec.claimTemplates.map((each) => each.name),
            ),
            ...refusalProof(pass, slot),
          ],
        },
      )
    case 'misnamed':
      return cause(
        'misnamed',
        { pod: slot.name, found: stop.found, ordinal: slot.ordinal },
        {
          since: slot.pod?.metadata.creationTimestamp ?? null,
          proof: slot.pod === null ? [] : [proof('Pod', slot.pod.metadata, 'metadata.name', stop.found)],
        },
      )
    case 'update-failed':
    case 'delete-failed':
      return cause(
        stop.kind,
        { pod: slot.name, detail: detail(stop.event.message) },
        { since: stop.event.firstSeen ?? stop.event.lastSeen, proof: [eventProof(stop.event)] },
      )
    default:
      return null
  }
}

function refusalProof({ refused }: Reconciliation, slot: Slot): Proof[] {
  const event = refused.get(`update ${slot.name}`)
  return event === undefined ? [] : [eventProof(event)]
}

/** A ready pod of an old revision: below the partition, by OnDelete, or waiting for its turn. */
function whyOld({ objects, pass }: Context, slot: Slot): Reason | null {
  const { set } = objects
  if (slot.pod === null || pass.updateRevision === '' || slot.revision === pass.updateRevision) return null
  const params = { pod: slot.name }
  const label = proof('Pod', slot.pod.metadata, 'metadata.labels["controller-revision-hash"]', podRevision(slot.pod))
  const wanted = proof('StatefulSet', set.metadata, 'status.updateRevision', pass.updateRevision)
  if (pass.updateFrom === null)
    return set.spec.updateStrategy.type === 'OnDelete'
      ? cause('old-on-delete', params, {
          proof: [label, wanted, proof('StatefulSet', set.metadata, 'spec.updateStrategy.type', 'OnDelete')],
        })
      : cause('old-waits', params, { proof: [label, wanted] })
  if (slot.ordinal - set.spec.ordinalsStart < pass.updateFrom)
    return cause(
      'old-partition',
      { ...params, partition: pass.updateFrom },
      {
        proof: [
          label,
          wanted,
          proof('StatefulSet', set.metadata, 'spec.updateStrategy.rollingUpdate.partition', pass.updateFrom),
        ],
      },
    )
  return cause('old-waits', params, { proof: [label, wanted] })
}

/** What the set waits for: the pass's first stop, in words. */
function waitingOf(context: Context, causes: Map<number, Reason>, steps: Forecast, unseen: Resource[]): Waiting | null {
  const { objects, pass, now } = context
  const behind = behindAt(objects)
  const person = waitsForPerson(context)
  const first = pass.stops[0]
  // What waits for a person or a kubelet is more than what the controller is about to do anyway.
  const stop = pass.ordered ? first : (pass.stops.find((each) => !acts(each)) ?? first)
  let found: Reason | null = null
  let ordinal: number | null = null
  if (behind !== null && behind <= now && (stop === undefined || acts(stop))) found = whyBehind(objects)
  else if (stop !== undefined) {
    found = person === null ? whyStop(context, stop, causes) : whyPersonIsNeeded(context, person, causes)
    ordinal = ordinalOf(stop)
  }
  if (found === null) return null
  const { blocks, counts } = blocked(pass, steps, ordinal)
  const result = waiting(ordinal, found, blocks, counts)
  return unseen.length > 0 ? { ...result, unseen } : result
}

function whyPersonIsNeeded({ objects, pass }: Context, slot: Slot, causes: Map<number, Reason>): Reason {
  const broken = causes.get(slot.ordinal)
  return cause(
    'broken-waits',
    { pod: slot.name },
    {
      since: broken?.since ?? null,
      proof: [
        ...(slot.pod === null
          ? []
          : [proof('Pod', slot.pod.metadata, 'metadata.labels["controller-revision-hash"]', slot.revision)]),
        proof('StatefulSet', objects.set.metadata, 'status.updateRevision', pass.updateRevision),
        ...(broken?.proof ?? []),
      ],
    },
  )
}

/** Stops at which the controller itself acts next. */
function acts(stop: Stop): boolean {
  return ['creating', 'ended', 'removing', 'updating'].includes(stop.kind)
}

function ordinalOf(stop: Stop): number | null {
  return 'slot' in stop ? stop.slot.ordinal : null
}

function whyBehind({ set }: SetObjects): Reason {
  return cause(
    'controller-behind',
    { generation: set.metadata.generation ?? 0, observed: set.status.observedGeneration },
    {
      since: set.writtenAt,
      proof: [
        proof('StatefulSet', set.metadata, 'metadata.generation', set.metadata.generation),
        proof('StatefulSet', set.metadata, 'status.observedGeneration', set.status.observedGeneration),
      ],
    },
  )
}

function whyStop(context: Context, stop: Stop, causes: Map<number, Reason>): Reason {
  const { objects, setIndex, now } = context
  const { set } = objects
  switch (stop.kind) {
    case 'set-deleting':
      return whyDeleting(objects)
    case 'unknown-strategy':
      return cause(
        'unknown-strategy',
        {},
        {
          proof: [proof('StatefulSet', set.metadata, 'spec.updateStrategy.type', set.spec.updateStrategy.type)],
        },
      )
    case 'recreating':
      return cause('recreating', { pods: names(stop.slots) })
    case 'rollout-budget':
      return cause(
        'rollout-budget',
        { pods: names(stop.slots), unavailable: stop.slots.length, max: stop.max },
        {
          since: latest(stop.slots.map((slot) => causes.get(slot.ordinal)?.since)),
          proof: [
            proof(
              'StatefulSet',
              set.metadata,
              'spec.updateStrategy.rollingUpdate.maxUnavailable',
              set.spec.updateStrategy.rollingUpdate?.maxUnavailable ?? '1',
            ),
            ...stop.slots.flatMap((slot) => causes.get(slot.ordinal)?.proof.slice(0, 1) ?? []),
          ],
        },
      )
    case 'rollout-unavailable':
      return causes.get(stop.slot.ordinal) ?? cause('rollout-unavailable', { pod: stop.slot.name })
    case 'updating':
      return cause('updating', { pod: stop.slot.name })
    case 'removing':
      return cause('removing', { pod: stop.slot.name })
    case 'ended':
      return stop.slot.pod === null
        ? creating(stop.slot)
        : whyNotReady(objects, setIndex, stop.slot.ordinal, stop.slot.pod, now)
    case 'surplus-not-ready':
      return cause(
        'surplus-not-ready',
        { pod: stop.slot.name, first: stop.first.name },
        {
          since:
            stop.first.pod === null
              ? null
              : (condition(stop.first.pod.status.conditions, 'Ready')?.lastTransitionTime ?? null),
          proof:
            stop.first.pod === null
              ? []
              : conditionProof('Pod', stop.first.pod.metadata, stop.first.pod.status.conditions, 'Ready'),
        },
      )
    case 'update-refused':
    case 'update-failed':
    case 'delete-failed':
    case 'misnamed':
      return whyRefused(context, stop.slot) ?? creating(stop.slot)
    default:
      return causes.get(stop.slot.ordinal) ?? creating(stop.slot)
  }
}

function names(slots: readonly Slot[]): string {
  const shown = slots.slice(0, 5).map((slot) => slot.name)
  return slots.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ')
}

/**
 * What does not happen before the wait is over, as codes with the numbers that go with them: ordinals not created,
 * pods not removed, pods not updated. The waiting ordinal itself is not counted.
 */
function blocked(
  pass: Reconciliation,
  steps: Forecast,
  ordinal: number | null,
): { blocks: string[]; counts: Waiting['params'] } {
  const there = new Set(pass.replicas.filter((slot) => slot.pod !== null).map((slot) => slot.ordinal))
  const held = steps.filter((step) => !step.now && step.ordinal !== ordinal)
  const creates = held.filter((step) => step.action === 'create' && !there.has(step.ordinal)).length
  const removes = held.filter((step) => step.action === 'delete' && step.why === 'surplus').length
  const updates = steps.filter((step) => !step.now && step.action === 'delete' && step.why === 'outdated').length
  const blocks: string[] = []
  const counts: Waiting['params'] = {}
  if (creates > 0) blocks.push('create')
  if (removes > 0) blocks.push('remove')
  if (updates > 0) blocks.push('update')
  if (creates > 0) counts.createCount = creates
  if (removes > 0) counts.removeCount = removes
  if (updates > 0) counts.updateCount = updates
  return { blocks, counts }
}
