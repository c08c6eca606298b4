import 'server-only'
import type { Ending } from '@/lib/contract/plans'
import type { ClaimFate } from '@/lib/statefulset/plan/claim-fates'
import { planPodDelete } from '@/lib/statefulset/plan/plan'
import type { StatefulSet } from '@/lib/statefulset/model/objects'
import { ActionError } from './action-error'
import { type ActionContext, refuseStale } from './context'

/** What follows for the claims of a pod of a set when it goes; nothing for a pod of no set that is known. */
export function endingWithPod(
  { live }: ActionContext,
  pod: { namespace: string; uid: string; owner: { set: string; ordinal: number } | null },
  now: Date,
): Ending {
  const objects = pod.owner === null ? undefined : live.objects(pod.namespace, pod.owner.set)
  if (objects === undefined || pod.owner === null) return { claims: [], confirm: [] }
  const plan = planPodDelete(objects, pod.owner.ordinal, now)
  return plan?.uid === pod.uid ? { claims: plan.claims, confirm: plan.confirm } : { claims: [], confirm: [] }
}

/** Throws `stale` when claims matter to what is promised, and what is known of them may be old. */
export function refuseStaleClaims(context: ActionContext, set: StatefulSet | undefined): void {
  if (set?.spec.whenScaled === 'Delete' && set.spec.claimTemplates.length > 0)
    refuseStale(context, ['persistentvolumeclaims'])
}

/** Throws `not-confirmed` when claims may end by what is asked for, and nobody has typed the name for it. */
export function refuseUnaskedEnd(
  { name, confirm }: { name: string; confirm?: string | undefined },
  claims: readonly ClaimFate[],
): void {
  const ending = claims.filter((claim) => claim.mayEnd).map((claim) => claim.name)
  if (ending.length === 0 || confirm === name) return
  const message = `Claims may be deleted by this (${ending.join(', ')}): \`confirm\` has to be ${name}. Nothing was done.`
  throw new ActionError('not-confirmed', message, { missing: ['claims-deleted'], claims: ending })
}
