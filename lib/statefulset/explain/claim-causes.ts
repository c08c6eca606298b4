import { newestEvent, timeOf } from '@/lib/statefulset/model/events'
import { claimName } from '@/lib/statefulset/model/identity'
import type { Claim, Event, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { claimTrouble } from '@/lib/statefulset/model/ordinal-state'
import { condition } from '@/lib/statefulset/model/pod-status'
import { placementOf } from '@/lib/statefulset/model/scheduling'
import type { SetIndex } from '@/lib/statefulset/model/set-index'
import { millis } from '@/lib/statefulset/model/time'
import { otherOwner } from '@/lib/statefulset/model/volume-owner'
import type { Proof } from '@/lib/statefulset/model/view'
import { detail, eventProof, proof } from './proof'
import { cause, type Reason } from './reasons'

/** Why a claim keeps a pod from starting. Texts: k8s pkg/controller/volume/persistentvolume/pv_controller.go. */

/** The first claim that keeps the pod from starting, by the order of the templates. */
export function whyClaims(
  objects: SetObjects,
  setIndex: SetIndex,
  ordinal: number,
  pod: Pod,
  now: number,
): Reason | null {
  if (objects.unknown.persistentvolumeclaims !== undefined) return null
  let pending: Reason | null = null
  for (const template of objects.set.spec.claimTemplates) {
    const name = claimName(template.name, objects.set.metadata.name, ordinal)
    const claim = setIndex.claimByName.get(name)
    const params = { pod: pod.metadata.name, claim: name }
    const trouble = claimTrouble(claim)
    if (trouble === null) continue
    if (claim === undefined)
      return cause('claim-missing', params, {
        proof: [proof('Pod', pod.metadata, 'spec.volumes[].persistentVolumeClaim.claimName', name)],
      })
    if (trouble === 'deleting')
      return cause('claim-deleting', params, {
        since: claim.metadata.deletionTimestamp,
        proof: [
          proof(
            'PersistentVolumeClaim',
            claim.metadata,
            'metadata.deletionTimestamp',
            claim.metadata.deletionTimestamp,
          ),
        ],
      })
    if (trouble === 'lost')
      return cause(
        'claim-lost',
        { ...params, volume: claim.spec.volumeName ?? '' },
        { proof: [phaseProof(claim, null)] },
      )
    pending ??= whyClaimPending(objects, setIndex, { name: pod.metadata.name, pod }, claim, now)
  }
  return pending
}

function phaseProof(claim: Claim, since: string | null): Proof {
  return proof('PersistentVolumeClaim', claim.metadata, 'status.phase', claim.status.phase ?? '', since)
}

/** Why a Pending claim has no volume: nobody will make one, making one fails, or it is only a matter of time. */
export function whyClaimPending(
  objects: SetObjects,
  setIndex: SetIndex,
  slot: { name: string; pod: Pod | null },
  claim: Claim,
  now: number,
): Reason {
  const params = { pod: slot.name, claim: claim.metadata.name }
  const since = claim.metadata.creationTimestamp
  const phase = phaseProof(claim, since)
  const events = setIndex.eventsByUid.get(claim.metadata.uid) ?? []
  const named = whyNamedVolume(objects, slot.name, claim, events)
  if (named !== null) return named
  const className = claim.spec.storageClassName
  // A default class that was marked later is written into the claim: then the event is over.
  const unbindable =
    className === null || className === ''
      ? newestEvent(events, (each) => each.reason === 'FailedBinding' && /no storage class is set/.test(each.message))
      : null
  if (unbindable !== null || (className === null && claim.spec.volumeName === null && noDefaultClass(objects)))
    return cause('claim-no-class', params, {
      since,
      proof: [phase, ...(unbindable === null ? [] : [eventProof(unbindable)])],
    })
  if (
    className !== null &&
    className !== '' &&
    objects.unknown.storageclasses === undefined &&
    !objects.storageClasses.has(className)
  ) {
    const missing = newestEvent(
      events,
      (each) => each.reason === 'ProvisioningFailed' && /not found/.test(each.message),
    )
    return cause(
      'claim-class-missing',
      { ...params, class: className },
      {
        since,
        proof: [
          proof('PersistentVolumeClaim', claim.metadata, 'spec.storageClassName', className),
          ...(missing === null ? [] : [eventProof(missing)]),
        ],
      },
    )
  }
  const unprovided = whyUnprovided(objects, slot, claim)
  if (unprovided !== null) return unprovided
  const storageClass = objects.storageClasses.get(className ?? '')
  const failed = newestEvent(
    events,
    (each) => each.reason === 'ProvisioningFailed' || each.reason === 'ProvisioningSucceeded',
  )
  // A class that was made after the try was missing then.
  const classMade = millis(storageClass?.metadata.creationTimestamp) ?? 0
  if (failed?.reason === 'ProvisioningFailed' && timeOf(failed) >= classMade)
    return cause(
      'claim-provisioning-failed',
      { ...params, class: className ?? '', detail: detail(failed.message) },
      { since: failed.firstSeen ?? failed.lastSeen ?? since, proof: [phase, eventProof(failed)] },
    )
  return whyUnanswered(events, params, now) ?? cause('claim-pending', params, { since, proof: [phase] })
}

/** A provisioner that runs says within seconds that it has begun (sig-storage-lib-external-provisioner `Provisioning`). */
const answerSeconds = 120

/**
 * The volume controller has asked an external provisioner, and that one has not said a word since: perhaps it does not
 * run (k8s pkg/controller/volume/persistentvolume/pv_controller.go `provisionClaimOperationExternal`).
 */
function whyUnanswered(events: readonly Event[], params: Record<string, string>, now: number): Reason | null {
  const asked = newestEvent(events, (each) => each.reason === 'ExternalProvisioning')
  const provisioner = /external provisioner '([^']+)'/.exec(asked?.message ?? '')?.[1]
  if (asked === null || provisioner === undefined) return null
  if (events.some((each) => /^Provisioning(Failed|Succeeded)?$/.test(each.reason))) return null
  const since = asked.firstSeen ?? asked.lastSeen
  const late = (millis(since) ?? now) + answerSeconds * 1000
  const because = { since, proof: [eventProof(asked)] }
  return now < late
    ? cause('claim-pending', params, { ...because, again: late })
    : cause('claim-provisioner-silent', { ...params, provisioner }, because)
}

/** The claim names a volume that is not its own, or not there: it never binds. */
function whyNamedVolume(objects: SetObjects, pod: string, claim: Claim, events: readonly Event[]): Reason | null {
  const name = claim.spec.volumeName
  if (name === null) return null
  const since = claim.metadata.creationTimestamp
  const wanted = proof('PersistentVolumeClaim', claim.metadata, 'spec.volumeName', name)
  const refused = newestEvent(events, (each) => each.reason === 'FailedBinding')
  const said = refused === null ? [] : [eventProof(refused)]
  const params = { pod, claim: claim.metadata.name, volume: name }
  const volume = objects.volumes.get(name)
  if (volume === undefined)
    return objects.unknown.persistentvolumes === undefined
      ? cause('claim-volume-missing', params, { since, proof: [wanted, ...said] })
      : null
  const owner = otherOwner(claim, volume)
  if (owner === null) return null
  return cause(
    owner.isEarlier ? 'claim-released' : 'claim-volume-taken',
    owner.isEarlier ? params : { ...params, owner: `${owner.namespace}/${owner.name}` },
    {
      since,
      proof: [
        wanted,
        proof('PersistentVolume', volume.metadata, 'spec.claimRef.uid', owner.uid),
        proof('PersistentVolume', volume.metadata, 'status.phase', volume.status.phase),
        ...said,
      ],
    },
  )
}

/** A class that nobody provides for: its volumes are made by hand, and none that fits is free. */
const byHand = 'kubernetes.io/no-provisioner'

function whyUnprovided(objects: SetObjects, slot: { name: string; pod: Pod | null }, claim: Claim): Reason | null {
  const storageClass = objects.storageClasses.get(claim.spec.storageClassName ?? '')
  if (storageClass?.provisioner !== byHand) return null
  const scheduled = condition(slot.pod?.status.conditions ?? [], 'PodScheduled')
  const looked = placementOf(scheduled?.message ?? '').misfits.has('free-volume')
  // A class that waits for the first pod has not been looked at before the scheduler says so.
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !looked) return null
  return cause(
    'claim-by-hand',
    { pod: slot.name, claim: claim.metadata.name, class: storageClass.metadata.name },
    {
      since: scheduled?.lastTransitionTime ?? claim.metadata.creationTimestamp,
      proof: [
        phaseProof(claim, claim.metadata.creationTimestamp),
        proof('StorageClass', storageClass.metadata, 'provisioner', storageClass.provisioner),
      ],
    },
  )
}

function noDefaultClass(objects: SetObjects): boolean {
  if (objects.unknown.storageclasses !== undefined) return false
  return ![...objects.storageClasses.values()].some((each) => each.isDefault)
}
