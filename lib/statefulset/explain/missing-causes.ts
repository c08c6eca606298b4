import { refusalOf } from '@/lib/statefulset/controller/attempts'
import type { Reconciliation, Slot, Stop } from '@/lib/statefulset/controller/reconcile'
import type { Event, SetObjects } from '@/lib/statefulset/model/objects'
import { controllerOf, describeOwner } from '@/lib/statefulset/model/ownership'
import { readRefusal, type Refusal } from '@/lib/statefulset/model/refusal'
import type { SetIndex } from '@/lib/statefulset/model/set-index'
import type { Cause } from '@/lib/statefulset/model/view'
import { eventProof, proof } from './proof'
import { cause, type Reason, type ReasonCode } from './reasons'

/** Why the pod of an ordinal is missing, beside that its turn has not come: what would make its creation fail. */

type Context = {
  objects: SetObjects
  setIndex: SetIndex
  pass: Reconciliation
}

/** Null when nothing is known to prevent it. That it has failed before says something only while it is its `turn`. */
export function whyMissing(context: Context, slot: Slot, { turn }: { turn: boolean }): Reason | null {
  const { objects, pass } = context
  const stop = pass.stops.find((each) => 'claim' in each && each.slot.ordinal === slot.ordinal)
  if (stop !== undefined && 'claim' in stop) return whyClaimStops(context, stop)
  if (slot.taken !== null) {
    const { metadata } = slot.taken.pod
    const owner = controllerOf(metadata)
    return cause(
      'name-taken',
      { pod: slot.name, owner: owner === null ? 'none' : describeOwner(owner, objects.set.metadata) },
      {
        since: metadata.creationTimestamp,
        proof: [
          owner === null
            ? proof('Pod', metadata, 'metadata.ownerReferences', [])
            : proof('Pod', metadata, 'metadata.ownerReferences[0].uid', owner.uid),
        ],
      },
    )
  }
  const longest = Math.max(slot.name.length, slot.revision.length)
  if (longest > 63)
    return cause(
      'name-too-long',
      { pod: slot.name },
      {
        since: objects.set.metadata.creationTimestamp,
        proof: [proof('StatefulSet', objects.set.metadata, 'metadata.name', objects.set.metadata.name)],
      },
    )
  const failed = turn ? refusalOf(context.pass.refused, 'create', { name: slot.name, madeAt: 0 }) : null
  return failed === null ? null : whyRefused(slot, failed)
}

/** The API server will not create the pod: it waits for nobody's turn, and a person has to mend something. */
export function isRefusal(reason: string): boolean {
  return reason === 'quota' || reason === 'name-too-long' || reason === 'name-taken' || reason.startsWith('create-')
}

function whyClaimStops({ setIndex }: Context, stop: Extract<Stop, { claim: string }>): Reason {
  const claim = setIndex.claimByName.get(stop.claim)
  const params = { pod: stop.slot.name, claim: stop.claim }
  if (claim === undefined) return cause(stop.kind, params)
  return cause(stop.kind, params, {
    since: claim.metadata.deletionTimestamp ?? null,
    proof: [
      stop.kind === 'claim-deleting'
        ? proof('PersistentVolumeClaim', claim.metadata, 'metadata.deletionTimestamp', claim.metadata.deletionTimestamp)
        : proof('PersistentVolumeClaim', claim.metadata, 'metadata.ownerReferences', claim.metadata.owners),
    ],
  })
}

/** The API server's refusal in words of ours; its own stand under the proof. */
function whyRefused(slot: Slot, event: Event): Reason | null {
  const refusal = readRefusal(event.message)
  const [code, params] = saidOf(refusal)
  // One error of the server's own is no refusal: the controller tries again at once.
  if (code === 'create-server-error' && event.count < 2) return null
  return cause(
    code,
    { pod: slot.name, claim: refusal.claim ?? 'none', ...params },
    { since: event.firstSeen ?? event.lastSeen, proof: [eventProof(event)] },
  )
}

function saidOf(refusal: Refusal): [ReasonCode, Cause['params']] {
  switch (refusal.why) {
    case 'quota': {
      const [worst] = refusal.shortages.filter(({ over }) => over !== null)
      const told = {
        resource: worst?.resource ?? 'none',
        over: worst?.over ?? '',
        used: worst?.used ?? '',
        limited: worst?.limited ?? '',
        requested: worst?.requested ?? '',
      }
      return ['quota', { quota: refusal.quota, ...told, others: Math.max(0, refusal.shortages.length - 1) }]
    }
    case 'quota-unset':
      return ['create-quota-unset', { quota: refusal.quota, resources: refusal.resources }]
    case 'limit-range':
      return [
        'create-limit-range',
        { resource: refusal.resource, bound: refusal.bound, asked: refusal.asked ?? 'none' },
      ]
    case 'pod-security':
      return ['create-pod-security', { level: refusal.level }]
    case 'webhook-denied':
      return ['create-webhook-denied', { webhook: refusal.webhook }]
    case 'webhook-down':
      return ['create-webhook-down', { webhook: refusal.webhook }]
    case 'policy-denied':
      return ['create-policy-denied', { policy: refusal.policy }]
    case 'security-context':
      return ['create-security-context', {}]
    case 'too-long':
      return refusal.claim === null ? ['name-too-long', {}] : ['create-invalid', { field: refusal.field, others: 0 }]
    case 'invalid-field':
      return ['create-invalid', { field: refusal.field === '' ? 'none' : refusal.field, others: refusal.others }]
    case 'account-missing':
      return ['create-account-missing', { account: refusal.account }]
    case 'class-missing':
      return ['create-class-missing', { kind: refusal.kind, name: refusal.name }]
    case 'namespace-ending':
      return ['create-namespace-ending', { namespace: refusal.namespace }]
    case 'namespace-missing':
      return ['create-namespace-missing', { namespace: refusal.namespace }]
    case 'not-allowed':
      return ['create-not-allowed', { user: refusal.user, resource: refusal.resource }]
    case 'already-exists':
      return ['create-exists', { name: refusal.name }]
    case 'server-error':
      return ['create-server-error', {}]
    case 'unknown':
      return ['create-failed', {}]
  }
}
