import { claimNameFits, ordinalOfClaim, ordinalOfPod } from './identity'
import type { Claim, LabelSelector, Metadata, OwnerReference, Pod, SetObjects, StatefulSet } from './objects'

/** Which pods and claims are the set's, by the controller's rules and, for claims, by the safest reading of names. */

/** The owner reference that controls an object, or null. */
export function controllerOf(metadata: Metadata): Metadata['owners'][number] | null {
  return metadata.owners.find((owner) => owner.controller) ?? null
}

/** The set and the ordinal that a pod's controller and name stand for; null when no set controls it. */
export function ordinalOwnerOf({ metadata }: Pod): { set: string; ordinal: number } | null {
  const controller = controllerOf(metadata)
  if (controller?.kind !== 'StatefulSet' || groupOf(controller) !== 'apps') return null
  const ordinal = ordinalOfPod(controller.name, metadata.name)
  return ordinal === null ? null : { set: controller.name, ordinal }
}

/** The API group of an owner; empty for the core group. */
export function groupOf(owner: OwnerReference): string {
  const parts = owner.apiVersion.split('/')
  return parts.length > 1 ? (parts[0] ?? '') : ''
}

/**
 * An owner as a person can tell it apart: `Kind name`, with the group where Kubernetes has a kind of that name too, and
 * with the uid where only that differs from the set itself.
 */
export function describeOwner(owner: OwnerReference, set: Metadata): string {
  const group = groupOf(owner)
  const kind = group === '' || group === 'apps' || group === 'batch' ? owner.kind : `${owner.kind}.${group}`
  const twin = kind === 'StatefulSet' && owner.name === set.name && owner.uid !== set.uid
  return twin ? `${kind} ${owner.name} (uid ${owner.uid})` : `${kind} ${owner.name}`
}

/** `metav1.LabelSelectorAsSelector`: an empty selector matches everything, an unknown operator nothing. */
export function selectorMatches(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels)) if (labels[key] !== value) return false
  for (const { key, operator, values } of selector.matchExpressions) {
    const value = labels[key]
    if (operator === 'In') {
      if (value === undefined || !values.includes(value)) return false
    } else if (operator === 'NotIn') {
      if (value !== undefined && values.includes(value)) return false
    } else if (operator === 'Exists') {
      if (value === undefined) return false
    } else if (operator === 'DoesNotExist') {
      if (value !== undefined) return false
    } else return false
  }
  return true
}

/**
 * How a pod in an ordinal's name relates to the set (k8s pkg/controller/controller_ref_manager.go ClaimObject):
 * `owned` counts, `adopted` is an orphan that the controller takes next, `released` is owned but no longer selected
 * and will be let go, `foreign` only holds the name.
 */
export type Ownership = 'owned' | 'adopted' | 'released' | 'foreign'

export function ownershipOf(set: StatefulSet, pod: Pod): Ownership {
  const controller = controllerOf(pod.metadata)
  const matches = selectorMatches(set.spec.selector, pod.metadata.labels)
  if (controller !== null) {
    if (controller.uid !== set.metadata.uid) return 'foreign'
    return matches ? 'owned' : 'released'
  }
  const adoptable = matches && set.metadata.deletionTimestamp === null && pod.metadata.deletionTimestamp === null
  return adoptable ? 'adopted' : 'foreign'
}

/** True when the controller counts the pod in its passes. */
export function isMember(claimed: Ownership): boolean {
  return claimed === 'owned' || claimed === 'adopted'
}

export type PodOfOrdinal = { pod: Pod; claimed: Ownership; ordinal: number }

/**
 * The pods by ordinal: one each, the set's own before a foreign one. A name is unique in a namespace, but a store that
 * has just seen a replacement may hold both for a moment; then the newer one is taken.
 */
export function podsByOrdinal(objects: SetObjects): Map<number, PodOfOrdinal> {
  const found = new Map<number, PodOfOrdinal>()
  for (const pod of objects.pods) {
    const ordinal = ordinalOfPod(objects.set.metadata.name, pod.metadata.name)
    if (ordinal === null || pod.metadata.namespace !== objects.set.metadata.namespace) continue
    const entry = { pod, claimed: ownershipOf(objects.set, pod), ordinal }
    const other = found.get(ordinal)
    if (other === undefined || precedes(entry, other)) found.set(ordinal, entry)
  }
  return found
}

function precedes(a: PodOfOrdinal, b: PodOfOrdinal): boolean {
  if (isMember(a.claimed) !== isMember(b.claimed)) return isMember(a.claimed)
  // A name with leading zeros counts for the same ordinal; the controller takes either, the right name is shown.
  if (a.pod.metadata.name.length !== b.pod.metadata.name.length)
    return a.pod.metadata.name.length < b.pod.metadata.name.length
  const left = `${a.pod.metadata.creationTimestamp} ${a.pod.metadata.uid}`
  return left > `${b.pod.metadata.creationTimestamp} ${b.pod.metadata.uid}`
}

export type ClaimOfOrdinal = { claim: Claim; template: string; ordinal: number }

/**
 * The claims that are the set's, by template and ordinal. In range the name decides, because the controller binds by
 * name. Outside, a name that a neighbour set could have made too (`data-a-b-0`) counts only with further evidence:
 * an owner reference to this set or all labels of its selector.
 */
export function claimsOfSet(objects: SetObjects): ClaimOfOrdinal[] {
  const { set } = objects
  const last = set.spec.ordinalsStart + set.spec.replicas - 1
  const found: ClaimOfOrdinal[] = []
  for (const claim of objects.claims) {
    if (claim.metadata.namespace !== set.metadata.namespace) continue
    for (const template of set.spec.claimTemplates) {
      const ordinal = ordinalOfClaim(template.name, set.metadata.name, claim.metadata.name)
      if (ordinal === null) continue
      const inRange = ordinal >= set.spec.ordinalsStart && ordinal <= last
      if (inRange || !ambiguous(objects, claim) || hasEvidence(set, claim))
        found.push({ claim, template: template.name, ordinal })
    }
  }
  return found
}

function ambiguous(objects: SetObjects, claim: Claim): boolean {
  return objects.neighbours.some((neighbour) => claimNameFits(neighbour, claim.metadata.name))
}

function hasEvidence(set: StatefulSet, claim: Claim): boolean {
  if (claim.metadata.owners.some((owner) => owner.uid === set.metadata.uid)) return true
  const wanted = Object.entries(set.spec.selector.matchLabels)
  return wanted.length > 0 && wanted.every(([key, value]) => claim.metadata.labels[key] === value)
}
