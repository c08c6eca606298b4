import { conditionProof, eventProof, proof } from '@/lib/statefulset/explain/proof'
import { listed, type Detection, type DetectorInput } from './detector'
import type { Event, SetObjects } from '@/lib/statefulset/model/objects'
import type { Slot } from '@/lib/statefulset/controller/reconcile'
import { nodeHealth, overdueSlackSeconds } from '@/lib/statefulset/model/ordinal-state'
import { condition, isTerminal } from '@/lib/statefulset/model/pod-status'
import { deletionRequested, millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'

/** Findings about pods: R02, R08, R12, R18, R32, R33. */

/** An ordered start that stands this long is not just slow. */
const startSeconds = 120
/** Scaling that stands this long is frozen. */
const frozenSeconds = 60
/** This many creations of one pod within this time are a loop. */
const loopCreations = 3
const loopSeconds = 30 * 60

/** R02: terminating beyond the grace period on a node that is not ready or gone. */
export function detectStuckPods({ objects, explained, now }: DetectorInput): Detection {
  if (objects.unknown.nodes !== undefined) return null
  const stuck: Slot[] = []
  const proofs: Proof[] = []
  let node = ''
  let until: number | null = null
  for (const slot of [...explained.pass.replicas, ...explained.pass.condemned]) {
    const { pod } = slot
    if (pod === null || !slot.terminating || pod.spec.nodeName === null) continue
    const found = objects.nodes.get(pod.spec.nodeName)
    const health = nodeHealth(pod, found, true)
    if (health !== 'not-ready' && health !== 'absent') continue
    const at = (millis(pod.metadata.deletionTimestamp) ?? now) + overdueSlackSeconds * 1000
    if (now < at) {
      until = until === null ? at : Math.min(until, at)
      continue
    }
    stuck.push(slot)
    node = pod.spec.nodeName
    proofs.push(
      proof(
        'Pod',
        pod.metadata,
        'metadata.deletionTimestamp',
        pod.metadata.deletionTimestamp ?? '',
        deletionRequested(pod.metadata),
      ),
      ...(found === undefined
        ? [proof('Pod', pod.metadata, 'spec.nodeName', pod.spec.nodeName)]
        : conditionProof('Node', found.metadata, found.status.conditions, 'Ready')),
      ...conditionProof('Pod', pod.metadata, pod.status.conditions, 'DisruptionTarget'),
    )
  }
  if (stuck.length === 0) return until === null ? null : { until }
  return {
    runbook: 'R02',
    params: { pods: listed(stuck.map((slot) => slot.name)), count: stuck.length, node },
    ordinals: stuck.map((slot) => slot.ordinal),
    since: stuck[0]?.pod === null || stuck[0] === undefined ? null : deletionRequested(stuck[0].pod.metadata),
    proof: proofs,
  }
}

/** True when the pod has not been Ready since its containers began to run. */
export function neverReady(slot: Slot): boolean {
  const { pod } = slot
  if (pod === null || slot.ready) return false
  const turned = millis(condition(pod.status.conditions, 'Ready')?.lastTransitionTime)
  const started = pod.status.containers.map((each) =>
    each.state?.kind === 'running' ? millis(each.state.startedAt) : null,
  )
  const first = Math.max(...started.map((each) => each ?? 0), millis(pod.status.startTime) ?? 0)
  return turned === null || turned <= first + 2000
}

/** R08: the first ordinal of an ordered set has never been ready, and the others are not made before it is. */
export function detectOrderedStart({ objects, explained, now }: DetectorInput): Detection {
  const { pass } = explained
  const [first, ...others] = pass.replicas
  if (!pass.ordered || first === undefined || first.pod === null || others.length === 0 || first.terminating)
    return null
  if (others.some((slot) => slot.pod !== null) || !neverReady(first)) return null
  const cause = explained.causes.get(first.ordinal)
  if (cause === undefined || !['init-running', 'probe', 'not-ready', 'starting'].includes(cause.reason)) return null
  const started = millis(first.pod.status.startTime) ?? millis(first.pod.metadata.creationTimestamp) ?? now
  if (now < started + startSeconds * 1000) return { until: started + startSeconds * 1000 }
  return {
    runbook: 'R08',
    params: { pod: first.name, count: others.length, reason: cause.reason },
    ordinals: [first.ordinal],
    since: first.pod.status.startTime ?? first.pod.metadata.creationTimestamp,
    proof: [
      proof('StatefulSet', objects.set.metadata, 'spec.podManagementPolicy', objects.set.spec.podManagementPolicy),
      ...conditionProof('Pod', first.pod.metadata, first.pod.status.conditions, 'Ready'),
      ...cause.proof,
    ],
  }
}

/**
 * R12: pods are to be removed or created, and an unhealthy pod that stays freezes that. In a Parallel set only a
 * creation that fails does.
 */
export function detectFrozenScaling({ objects, explained, now }: DetectorInput): Detection {
  const { pass, waitingFor } = explained
  if (waitingFor === null || waitingFor.ordinal === null || objects.set.metadata.deletionTimestamp !== null) return null
  const frozen = waitingFor.blocks.includes('remove') || (pass.ordered && waitingFor.blocks.includes('create'))
  const moving = ['creating', 'ended', 'removing', 'updating', 'starting', 'terminating', 'not-available']
  if (!frozen || moving.includes(waitingFor.reason)) return null
  // A set that has never been complete is starting, not scaling.
  const surplus = pass.condemned.length > 0
  const above = pass.replicas.some((slot) => slot.pod !== null && slot.ordinal > (waitingFor.ordinal ?? 0))
  if (!surplus && !above) return null
  const since = millis(waitingFor.since)
  if (since !== null && now < since + frozenSeconds * 1000) return { until: since + frozenSeconds * 1000 }
  const slot = [...pass.replicas, ...pass.condemned].find((each) => each.ordinal === waitingFor.ordinal)
  return {
    runbook: 'R12',
    params: {
      pod: slot?.name ?? '',
      removeCount: Number(waitingFor.params.removeCount ?? 0),
      createCount: Number(waitingFor.params.createCount ?? 0),
    },
    ordinals: [waitingFor.ordinal],
    since: waitingFor.since,
    proof: [
      proof('StatefulSet', objects.set.metadata, 'spec.replicas', objects.set.spec.replicas),
      ...(surplus ? [proof('StatefulSet', objects.set.metadata, 'status.replicas', objects.set.status.replicas)] : []),
      ...(waitingFor.proof ?? []),
    ],
  }
}

/** R18: the API server refuses the pod or its claim. */
export function detectUncreated({ explained }: DetectorInput): Detection {
  for (const slot of explained.pass.replicas) {
    const cause = explained.causes.get(slot.ordinal)
    if (cause === undefined || slot.pod !== null) continue
    if (!['quota', 'create-failed', 'claim-create-failed', 'name-too-long'].includes(cause.reason)) continue
    return {
      runbook: 'R18',
      params: { pod: slot.name, reason: cause.reason, detail: cause.params.detail ?? '' },
      ordinals: [slot.ordinal],
      since: cause.since,
      proof: cause.proof,
    }
  }
  return null
}

/**
 * R32: one ordinal is created again and again because its pod ends; only the set's event counts show it. The controller
 * writes the same events when it scales or rolls, so what changes of the set can account for is no loop.
 */
export function detectRecreateLoop({ objects, explained, now }: DetectorInput): Detection {
  const created = new Map<string, Event>()
  const deleted = new Map<string, Event>()
  for (const event of objects.events) {
    if (event.involved.uid !== objects.set.metadata.uid || event.count < loopCreations) continue
    const pod = /^(?:create|delete) Pod (\S+) in/i.exec(event.message)?.[1]
    if (pod === undefined) continue
    if (event.reason === 'SuccessfulCreate') created.set(pod, newer(event, created.get(pod)))
    if (event.reason === 'SuccessfulDelete') deleted.set(pod, newer(event, deleted.get(pod)))
  }
  for (const slot of explained.pass.replicas) {
    const make = created.get(slot.name)
    const remove = deleted.get(slot.name)
    if (make === undefined || remove === undefined) continue
    const first = millis(make.firstSeen) ?? 0
    const last = millis(make.lastSeen) ?? 0
    // The average of a loop, so that a pod that was replaced now and then over days is none.
    const pace = (last - first) / 1000 / Math.max(1, make.count - 1)
    if (now - last > loopSeconds * 1000 || pace > loopSeconds / loopCreations) continue
    if (changesAccountFor(make.count - 1, first, objects)) continue
    const ended = slot.pod !== null && isTerminal(slot.pod) ? (slot.pod.status.reason ?? slot.pod.status.phase) : ''
    return {
      runbook: 'R32',
      params: { pod: slot.name, count: make.count, reason: ended || 'none' },
      ordinals: [slot.ordinal],
      since: make.firstSeen,
      proof: [eventProof(make), eventProof(remove)],
    }
  }
  return null
}

/** Whether so many replacements since a moment may all come from somebody's changes: each takes at least one. */
function changesAccountFor(replacements: number, since: number, { set, revisions, unknown }: SetObjects): boolean {
  if (replacements > (set.metadata.generation ?? Infinity) - 1) return false
  const changes = [
    ...set.replicasManagers.map(({ time }) => millis(time)),
    ...revisions.map(({ metadata }) => millis(metadata.creationTimestamp)),
  ]
  const known = set.replicasManagers.length > 0 && unknown.controllerrevisions === undefined
  return !known || changes.some((time) => time === null || time > since)
}

function newer(event: Event, other: Event | undefined): Event {
  return other === undefined || (millis(event.lastSeen) ?? 0) > (millis(other.lastSeen) ?? 0) ? event : other
}

/** R33: more than half of three or more pods would go down with one node, or with one zone of several. */
export function detectPlacement({ objects, explained }: DetectorInput): Detection {
  const placed = explained.pass.replicas.filter((slot) => slot.pod?.spec.nodeName)
  if (placed.length < 3) return null
  const onNode = group(placed, (slot) => slot.pod?.spec.nodeName ?? null)
  const node = majority(onNode, placed.length)
  if (node !== null) return placement('node', node, onNode, placed.length)
  if (objects.unknown.nodes !== undefined) return null
  const inZone = group(
    placed,
    (slot) => objects.nodes.get(slot.pod?.spec.nodeName ?? '')?.metadata.labels['topology.kubernetes.io/zone'] ?? null,
  )
  const zone = inZone.size > 1 ? majority(inZone, placed.length) : null
  return zone === null ? null : placement('zone', zone, inZone, placed.length)
}

function group(slots: readonly Slot[], of: (slot: Slot) => string | null): Map<string, Slot[]> {
  const groups = new Map<string, Slot[]>()
  for (const slot of slots) {
    const key = of(slot)
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), slot])
  }
  return groups
}

function majority(groups: Map<string, Slot[]>, total: number): string | null {
  for (const [key, slots] of groups) if (slots.length * 2 > total) return key
  return null
}

function placement(kind: string, name: string, groups: Map<string, Slot[]>, total: number): Detection {
  const slots = groups.get(name) ?? []
  return {
    runbook: 'R33',
    params: { kind, name, count: slots.length, total },
    ordinals: slots.map((slot) => slot.ordinal),
    since: null,
    proof: slots
      .slice(0, 5)
      .flatMap((slot) =>
        slot.pod === null ? [] : [proof('Pod', slot.pod.metadata, 'spec.nodeName', slot.pod.spec.nodeName ?? '')],
      ),
  }
}
