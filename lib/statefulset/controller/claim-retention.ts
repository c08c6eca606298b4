import { claimName, ordinalOfPod, podName } from '@/lib/statefulset/model/identity'
import type { Claim, OwnerReference, Pod, SetObjects, StatefulSet } from '@/lib/statefulset/model/objects'
import type { SetIndex } from '@/lib/statefulset/model/set-index'

/**
 * The owner references that the retention policy asks for on a claim, by which the garbage collector later removes
 * it. Source: k8s pkg/controller/statefulset/stateful_set_utils.go isClaimOwnerUpToDate, hasUnexpectedController,
 * hasStaleOwnerRef; stateful_pod_control.go PodClaimIsStale.
 */

// `matchesRef` compares group, version, kind and name: another group may have a kind of the same name.
const isSet = (owner: OwnerReference, set: StatefulSet) =>
  owner.kind === 'StatefulSet' && owner.apiVersion === 'apps/v1' && owner.name === set.metadata.name
const isPod = (owner: OwnerReference, pod: string) =>
  owner.kind === 'Pod' && owner.apiVersion === 'v1' && owner.name === pod

function isStale(claim: Claim, matches: (owner: OwnerReference) => boolean, uid: string): boolean {
  const owner = claim.metadata.owners.find(matches)
  return owner !== undefined && owner.uid !== uid
}

/** True when another controller owns the claim, so that the retention policy leaves it alone. */
export function hasForeignController(claim: Claim, set: StatefulSet, pod: { name: string; uid: string }): boolean {
  if (set.spec.whenScaled === 'Retain' && set.spec.whenDeleted === 'Retain') return false
  for (const owner of claim.metadata.owners) {
    if (isSet(owner, set)) {
      if (owner.uid !== set.metadata.uid) return true
    } else if (isPod(owner, pod.name)) {
      if (owner.uid !== pod.uid) return true
    } else if (owner.controller) return true
  }
  return false
}

function isUpToDate(claim: Claim, set: StatefulSet, pod: { name: string; uid: string }, inRange: boolean): boolean {
  const { owners } = claim.metadata
  if (isStale(claim, (owner) => isSet(owner, set), set.metadata.uid)) return true
  if (isStale(claim, (owner) => isPod(owner, pod.name), pod.uid)) return true
  const bySet = owners.some((owner) => owner.uid === set.metadata.uid)
  const byPod = owners.some((owner) => owner.uid === pod.uid)
  if (hasForeignController(claim, set, pod)) return !bySet && !byPod
  if (owners.some((owner) => (owner.uid === set.metadata.uid || owner.uid === pod.uid) && !owner.controller))
    return false
  const { whenScaled, whenDeleted } = set.spec
  const wantsPod = whenScaled === 'Delete' && !inRange
  const wantsSet = whenDeleted === 'Delete' && !wantsPod
  return bySet === wantsSet && byPod === wantsPod
}

/** True when a claim of the pod does not carry the owner references of the policy, so that the controller writes. */
export function claimsOutOfDate(objects: SetObjects, setIndex: SetIndex, ordinal: number, pod: Pod): boolean {
  const { set } = objects
  const inRange = ordinal >= setIndex.first && ordinal <= setIndex.last
  return set.spec.claimTemplates.some((template) => {
    const claim = setIndex.claimByName.get(claimName(template.name, set.metadata.name, ordinal))
    const owner = { name: pod.metadata.name, uid: pod.metadata.uid }
    return claim !== undefined && !isUpToDate(claim, set, owner, inRange)
  })
}

/**
 * The claim of an ordinal without a pod that is still owned by a pod of that name which is gone: the controller waits
 * silently until the garbage collector has removed it. Null when there is none.
 */
export function staleClaim(objects: SetObjects, setIndex: SetIndex, ordinal: number, pod: string): string | null {
  const { set } = objects
  for (const template of set.spec.claimTemplates) {
    const name = claimName(template.name, set.metadata.name, ordinal)
    const claim = setIndex.claimByName.get(name)
    if (claim?.metadata.owners.some((owner) => isPod(owner, pod)) === true) return name
  }
  return null
}

/**
 * What becomes of a claim when its pod is removed by a scale-down: `kept`, `deleted` with the pod by the garbage
 * collector, or `kept-foreign` because another controller owns it and the policy is ignored.
 */
export function fateOnScaleDown(
  claim: Claim,
  set: StatefulSet,
  ordinal: number,
  podUid: string | null,
): 'kept' | 'deleted' | 'kept-foreign' {
  if (set.spec.whenScaled !== 'Delete') return 'kept'
  const name = podName(set.metadata.name, ordinal)
  return hasForeignController(claim, set, { name, uid: podUid ?? '' }) ? 'kept-foreign' : 'deleted'
}

/**
 * Whether an owner that a claim names is known to be gone: a pod of the set's names, or the set, with another uid than
 * the one that is there now. Of any other owner it is not known.
 */
function isGone({ set, pods, unknown }: SetObjects, owner: OwnerReference): boolean {
  if (isSet(owner, set)) return owner.uid !== set.metadata.uid
  if (!isPod(owner, owner.name) || ordinalOfPod(set.metadata.name, owner.name) === null) return false
  return unknown.pods === undefined && !pods.some(({ metadata }) => metadata.uid === owner.uid)
}

/**
 * True when every owner that a claim names is gone: the garbage collector removes it then, whatever the policy says (k8s
 * pkg/controller/garbagecollector/garbagecollector.go attemptToDeleteItem).
 */
export function isOrphaned(objects: SetObjects, claim: Claim): boolean {
  const { owners } = claim.metadata
  return owners.length > 0 && owners.every((owner) => isGone(objects, owner))
}

/** True when the garbage collector removes the claim once the pod is gone: no other owner of it is left then. */
export function goesWithPod(objects: SetObjects, claim: Claim, pod: Pod): boolean {
  const { owners } = claim.metadata
  const isThePod = (owner: OwnerReference) => owner.uid === pod.metadata.uid
  return owners.some(isThePod) && owners.every((owner) => isThePod(owner) || isGone(objects, owner))
}
