import { fateOnScaleDown, goesWithPod, isOrphaned, staleClaim } from '@/lib/statefulset/controller/claim-retention'
import { claimName, podName } from '@/lib/statefulset/model/identity'
import type { Claim, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { condition } from '@/lib/statefulset/model/pod-status'
import type { SetIndex } from '@/lib/statefulset/model/set-index'

/**
 * What becomes of a claim:
 * `kept` stays without its pod · `deleted` goes with its pod, by the owner reference of whenScaled=Delete or because
 * only the pod holds it back from a deletion that was asked for · `kept-foreign` another controller owns it, so the
 * policy does not reach it · `wakes` exists and is mounted again with the data it has · `created` is made new and
 * empty · `replaced` goes with the pod that is terminating now and is made anew and empty · `collected` every owner
 * that it names is gone, so the garbage collector removes it, whatever the policy says · `blocked-deleting` is being
 * deleted, so the pod cannot be made · `blocked-stale` is still owned by a pod that is gone · `stays` the pod that
 * comes back mounts it again · `absent` there is nothing to keep · `unknown` claims may not be listed.
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
    | 'collected'
    | 'blocked-deleting'
    | 'blocked-stale'
    | 'stays'
    | 'absent'
    | 'unknown'
  /** The claim may end, and with it perhaps its data: a person has to agree. True also where it cannot be seen. */
  mayEnd: boolean
  uid: string | null
  capacity: string | null
  storageClass: string | null
  createdAt: string | null
  /** Since when no pod uses the claim, where Kubernetes tells it (1.37); at least since then. */
  unusedSince: string | null
  /** What happens to the data when the claim goes; null when it is not known. */
  reclaimPolicy: string | null
}

type Fate = ClaimFate['fate']

/**
 * What becomes of the claims of an ordinal when its pod is created, removed for good, or replaced. `rewritten`: the
 * controller writes the owner references of the policy before the pod goes.
 */
export function claimFates(
  objects: SetObjects,
  setIndex: SetIndex,
  ordinal: number,
  what: 'create' | 'remove' | 'replace',
  { rewritten }: { rewritten: boolean },
): ClaimFate[] {
  const { set } = objects
  const pod = setIndex.pods.get(ordinal)?.pod
  const known = objects.unknown.persistentvolumeclaims === undefined
  const stale =
    what === 'create' && set.spec.whenScaled === 'Delete'
      ? staleClaim(objects, setIndex, ordinal, podName(set.metadata.name, ordinal))
      : null
  const fateOf = (claim: Claim | undefined): Fate => {
    if (!known) return 'unknown'
    if (what === 'create')
      return fateOnCreate(objects, claim, pod, { stale: stale === claim?.metadata.name, rewritten })
    if (claim === undefined) return 'absent'
    if (claim.metadata.deletionTimestamp !== null) return 'deleted'
    if (isOrphaned(objects, claim)) return 'collected'
    if (pod !== undefined && !rewritten && goesWithPod(objects, claim, pod)) return 'deleted'
    return what === 'remove' ? fateOnScaleDown(claim, set, ordinal, pod?.metadata.uid ?? null) : 'stays'
  }
  // A claim that cannot be seen may carry the pod's reference wherever the policy has such references written.
  const unseenMayEnd = set.spec.whenScaled === 'Delete' && pod !== undefined
  return set.spec.claimTemplates.map((template) => {
    const name = claimName(template.name, set.metadata.name, ordinal)
    const claim = setIndex.claimByName.get(name)
    const fate = fateOf(claim)
    const mayEnd =
      fate === 'unknown'
        ? unseenMayEnd
        : fate === 'blocked-stale'
          ? claim !== undefined && isOrphaned(objects, claim)
          : fate === 'deleted' || fate === 'replaced' || fate === 'collected'
    return describe(objects, template.name, name, claim, fate, mayEnd)
  })
}

function fateOnCreate(
  objects: SetObjects,
  claim: Claim | undefined,
  pod: Pod | undefined,
  { stale, rewritten }: { stale: boolean; rewritten: boolean },
): Fate {
  if (claim === undefined) return 'created'
  if (pod !== undefined) {
    if (claim.metadata.deletionTimestamp !== null) return 'replaced'
    if (rewritten) return 'stays'
    // An ordered set does not take the owner reference back from a pod that is already terminating.
    return goesWithPod(objects, claim, pod) || isOrphaned(objects, claim) ? 'replaced' : 'stays'
  }
  if (claim.metadata.deletionTimestamp !== null) return 'blocked-deleting'
  if (stale) return 'blocked-stale'
  return isOrphaned(objects, claim) ? 'collected' : 'wakes'
}

function describe(
  objects: SetObjects,
  template: string,
  name: string,
  claim: Claim | undefined,
  fate: Fate,
  mayEnd: boolean,
): ClaimFate {
  const volume = claim?.spec.volumeName ? objects.volumes.get(claim.spec.volumeName) : undefined
  const unused = claim === undefined ? null : condition(claim.status.conditions, 'Unused')
  const wanted = objects.set.spec.claimTemplates.find((each) => each.name === template)
  return {
    template,
    name,
    fate,
    mayEnd,
    uid: claim?.metadata.uid ?? null,
    capacity: claim?.status.capacity ?? claim?.spec.requested ?? wanted?.requested ?? null,
    storageClass: claim?.spec.storageClassName ?? wanted?.storageClassName ?? null,
    createdAt: claim?.metadata.creationTimestamp ?? null,
    unusedSince: unused?.status === 'True' ? unused.lastTransitionTime : null,
    reclaimPolicy: volume?.spec.reclaimPolicy ?? null,
  }
}
