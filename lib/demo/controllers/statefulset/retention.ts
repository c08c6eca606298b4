import { controllerReference, type Claim, type OwnerReference, type StatefulSet } from '@/lib/demo/controllers/objects'
import { inRange, nameOf, type Member } from './pods'

/**
 * Who owns a claim under the set's retention policy (k8s pkg/controller/statefulset/stateful_set_utils.go,
 * isClaimOwnerUpToDate and updateClaimOwnerRefForSetAndPod). The controller only writes owner references;
 * the garbage collector deletes.
 */

export const policyOf = (set: Readonly<StatefulSet>): { whenScaled: string; whenDeleted: string } => ({
  whenScaled: set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled ?? 'Retain',
  whenDeleted: set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted ?? 'Retain',
})

const namesSet = (reference: OwnerReference, set: Readonly<StatefulSet>) =>
  reference.apiVersion === 'apps/v1' && reference.kind === 'StatefulSet' && reference.name === set.metadata.name
const namesPod = (reference: OwnerReference, pod: Member) =>
  reference.apiVersion === 'v1' && reference.kind === 'Pod' && reference.name === nameOf(pod)
const uidOf = (object: { metadata: { uid?: string } }) => object.metadata.uid ?? ''
const refers = (references: OwnerReference[], owner: { metadata: { uid?: string } }) =>
  references.some(({ uid }) => uid === uidOf(owner))

/** Whether the claim names a pod of this name with another uid: it belongs to a pod that is gone. */
export const isStale = (claim: Readonly<Claim>, pod: Member): boolean => {
  const reference = (claim.metadata.ownerReferences ?? []).find((one) => namesPod(one, pod))
  return reference !== undefined && reference.uid !== uidOf(pod)
}

/** Whether somebody other than this set and pod controls the claim; under Retain/Retain nobody asks. */
export function hasUnexpectedController(claim: Readonly<Claim>, set: Readonly<StatefulSet>, pod: Member): boolean {
  const { whenScaled, whenDeleted } = policyOf(set)
  if (whenScaled === 'Retain' && whenDeleted === 'Retain') return false
  for (const reference of claim.metadata.ownerReferences ?? []) {
    if (namesSet(reference, set)) {
      if (reference.uid !== set.metadata.uid) return true
    } else if (namesPod(reference, pod)) {
      if (reference.uid !== uidOf(pod)) return true
    } else if (reference.controller) return true
  }
  return false
}

const wanted = (set: Readonly<StatefulSet>, pod: Member): { bySet: boolean; byPod: boolean } => {
  const { whenScaled, whenDeleted } = policyOf(set)
  const condemned = !inRange(set, pod)
  const byPod = whenScaled === 'Delete' && condemned
  return { byPod, bySet: whenDeleted === 'Delete' && !byPod }
}

/** Whether the claim's owners are what the policy wants. Claims in a state that nobody understands are left alone. */
export function ownersUpToDate(claim: Readonly<Claim>, set: Readonly<StatefulSet>, pod: Member): boolean {
  const references = claim.metadata.ownerReferences ?? []
  const ofSet = references.find((one) => namesSet(one, set))
  if ((ofSet && ofSet.uid !== set.metadata.uid) || isStale(claim, pod)) return true
  if (hasUnexpectedController(claim, set, pod)) return !refers(references, set) && !refers(references, pod)
  const ours = references.filter(({ uid }) => uid === set.metadata.uid || uid === uidOf(pod))
  if (ours.some(({ controller }) => !controller)) return false
  const { bySet, byPod } = wanted(set, pod)
  return refers(references, set) === bySet && refers(references, pod) === byPod
}

/** The owner references that the claim should have. */
export function correctedOwners(claim: Readonly<Claim>, set: Readonly<StatefulSet>, pod: Member): OwnerReference[] {
  const references = claim.metadata.ownerReferences ?? []
  const others = references.filter((one) => !namesSet(one, set) && !namesPod(one, pod))
  if (hasUnexpectedController(claim, set, pod)) return others
  const { bySet, byPod } = wanted(set, pod)
  if (byPod && pod.metadata.uid && !refers(others, pod)) {
    others.push({
      apiVersion: 'v1',
      kind: 'Pod',
      name: nameOf(pod),
      uid: pod.metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    })
  }
  if (bySet && !refers(others, set)) others.push(controllerReference(set))
  return others
}
