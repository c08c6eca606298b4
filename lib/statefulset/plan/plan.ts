import { fateOnScaleDown, staleClaim } from '@/lib/statefulset/controller/claim-retention'
import { isMember } from '@/lib/statefulset/model/ownership'
import { explain } from '@/lib/statefulset/explain/explain'
import { forecast } from '@/lib/statefulset/controller/forecast'
import { claimName, podName } from '@/lib/statefulset/model/identity'
import type { Claim, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { reconcile, revisionForNew } from '@/lib/statefulset/controller/reconcile'
import { indexByOrdinal, updateRevisionOf, type SetIndex } from '@/lib/statefulset/model/set-index'
import { condition, isTerminal, podRevision } from '@/lib/statefulset/model/pod-status'
import type { Waiting } from '@/lib/statefulset/model/view'

/** What a change would do, before it is made: the same functions that say what the controller will do next. */

/**
 * What becomes of a claim:
 * `kept` stays without its pod · `deleted` goes with its pod, by the owner reference of whenScaled=Delete ·
 * `kept-foreign` another controller owns it, so the policy does not reach it · `wakes` exists and is mounted again
 * with the data it has · `created` is made new and empty · `replaced` goes with the pod that is
 * terminating now and is made anew and empty · `blocked-deleting` is being deleted, so the pod cannot be
 * made · `blocked-stale` is still owned by a pod that is gone · `stays` the pod that comes back mounts it again ·
 * `absent` there is nothing to keep · `unknown` claims may not be listed.
 */
export type ClaimFate = {
  template: string
  name: string
  fate:
    | 'kept'
    | 'deleted'
    | 'kept-foreign'
    | 'wakes'
    | 'created'
    | 'replaced'
    | 'blocked-deleting'
    | 'blocked-stale'
    | 'stays'
    | 'absent'
    | 'unknown'
  uid: string | null
  capacity: string | null
  storageClass: string | null
  createdAt: string | null
  /** Since when no pod uses the claim, where Kubernetes tells it (1.37); at least since then. */
  unusedSince: string | null
  /** What happens to the data when the claim goes; null when it is not known. */
  reclaimPolicy: string | null
}

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
  /** Why the dialog must ask for the set's name to be typed. */
  confirm: ('claims-deleted' | 'to-zero')[]
  /** More ordinals would be created than are listed. */
  omitted: number
  /** What could not be seen while planning, by kind, with the missing rule. */
  unknown: SetObjects['unknown']
}

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
  const before = new Set(
    forecast(objects, reconcile(objects, now.getTime())).map((step) => `${step.action}/${step.ordinal}`),
  )
  const running = new Set(
    pass.replicas
      .filter((slot) => slot.pod !== null && !slot.terminating && !isTerminal(slot.pod))
      .map((slot) => slot.ordinal),
  )
  const steps: ScaleStep[] = []
  for (const step of forecast(changed, pass)) {
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
      graceSeconds: step.action === 'create' ? null : graceOf(changed, setIndex, step.ordinal),
      revision: step.revision,
      claims: claimFates(
        changed,
        setIndex,
        step.ordinal,
        step.action === 'create' ? 'create' : inRange ? 'replace' : 'remove',
      ),
    })
  }
  const blocked = explain(changed, now, setIndex).waitingFor
  const first = setIndex.first
  return {
    from: objects.set.spec.replicas,
    to: replicas,
    policy: pass.ordered ? 'OrderedReady' : 'Parallel',
    steps,
    result: replicas === 0 ? null : { first, last: first + replicas - 1 },
    blockedBy: steps.length > 0 && !steps.some((step) => step.now) ? blocked : null,
    confirm: [
      ...(steps.some((step) => step.claims.some((claim) => claim.fate === 'deleted' || claim.fate === 'replaced'))
        ? (['claims-deleted'] as const)
        : []),
      ...(replicas === 0 && objects.set.spec.replicas > 0 ? (['to-zero'] as const) : []),
    ],
    omitted: Math.max(0, replicas - pass.replicas.length),
    unknown: objects.unknown,
  }
}

function graceOf(objects: SetObjects, setIndex: SetIndex, ordinal: number): number {
  const pod = setIndex.pods.get(ordinal)?.pod
  if (pod === undefined || pod.spec.nodeName === null) return 0
  return pod.spec.terminationGracePeriodSeconds ?? objects.set.spec.template.terminationGracePeriodSeconds ?? 30
}

/** What becomes of the claims of an ordinal when its pod is created, removed for good, or replaced. */
function claimFates(
  objects: SetObjects,
  setIndex: SetIndex,
  ordinal: number,
  what: 'create' | 'remove' | 'replace',
): ClaimFate[] {
  const { set } = objects
  const pod = setIndex.pods.get(ordinal)?.pod
  const known = objects.unknown.persistentvolumeclaims === undefined
  const stale =
    what === 'create' && set.spec.whenScaled === 'Delete'
      ? staleClaim(objects, setIndex, ordinal, podName(set.metadata.name, ordinal))
      : null
  return set.spec.claimTemplates.map((template) => {
    const name = claimName(template.name, set.metadata.name, ordinal)
    const claim = setIndex.claimByName.get(name)
    const fate = !known
      ? 'unknown'
      : what === 'create'
        ? fateOnCreate(objects, claim, pod, stale === name)
        : claim === undefined
          ? 'absent'
          : what === 'remove'
            ? fateOnScaleDown(claim, set, ordinal, pod?.metadata.uid ?? null)
            : goesWith(claim, pod)
              ? 'deleted'
              : 'stays'
    return describe(objects, template.name, name, claim, fate)
  })
}

/** The garbage collector removes a claim with the pod that owns it. */
function goesWith(claim: Claim, pod: Pod | undefined): boolean {
  return pod !== undefined && claim.metadata.owners.some((owner) => owner.uid === pod.metadata.uid)
}

function fateOnCreate(
  objects: SetObjects,
  claim: Claim | undefined,
  pod: Pod | undefined,
  stale: boolean,
): ClaimFate['fate'] {
  if (claim === undefined) return 'created'
  if (claim.metadata.deletionTimestamp !== null) return 'blocked-deleting'
  if (pod !== undefined) {
    // An ordered set does not take the owner reference back from a pod that is already terminating.
    const ordered = objects.set.spec.podManagementPolicy !== 'Parallel'
    return ordered && goesWith(claim, pod) ? 'replaced' : 'stays'
  }
  return stale ? 'blocked-stale' : 'wakes'
}

function describe(
  objects: SetObjects,
  template: string,
  name: string,
  claim: Claim | undefined,
  fate: ClaimFate['fate'],
): ClaimFate {
  const volume = claim?.spec.volumeName ? objects.volumes.get(claim.spec.volumeName) : undefined
  const unused = claim === undefined ? null : condition(claim.status.conditions, 'Unused')
  const wanted = objects.set.spec.claimTemplates.find((each) => each.name === template)
  return {
    template,
    name,
    fate,
    uid: claim?.metadata.uid ?? null,
    capacity: claim?.status.capacity ?? claim?.spec.requested ?? wanted?.requested ?? null,
    storageClass: claim?.spec.storageClassName ?? wanted?.storageClassName ?? null,
    createdAt: claim?.metadata.creationTimestamp ?? null,
    unusedSince: unused?.status === 'True' ? unused.lastTransitionTime : null,
    reclaimPolicy: volume?.spec.reclaimPolicy ?? null,
  }
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
  /** What the controller waits for before it makes the pod again; null when nothing. */
  blockedBy: Waiting | null
  /** OrderedReady: until the pod is available again nothing else is created, removed or updated. */
  holdsUpTheSet: boolean
  unknown: SetObjects['unknown']
}

/** What deleting the pod of an ordinal would bring back; null when no pod has the ordinal's name. */
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
    claims: claimFates(objects, setIndex, ordinal, comesBack === 'outside-range' ? 'remove' : 'replace'),
    blockedBy: comesBack === true && !createdNow ? explain(gone, now).waitingFor : null,
    holdsUpTheSet: comesBack === true && pass.ordered,
    unknown: objects.unknown,
  }
}
