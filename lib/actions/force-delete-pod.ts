import 'server-only'
import type { Ending } from '@/lib/contract/plans'
import type { CollectedEvidence } from '@/lib/contract/evidence'
import type { ForceDeletePodPreview, PodForceDeleted } from '@/lib/contract/actions/force-delete-pod'
import { ActionError, isActionError } from './action-error'
import type { ActionBody } from '@/lib/contract/actions/contracts'
import { kubectl } from './kubectl'
import { type ActionContext, refuseStale } from './context'
import { deleteRequest } from './delete-pod'
import { dryRun } from './dry-run'
import { endingWithPod, refuseUnaskedEnd } from './ending-claims'
import { collectEvidence } from './gather-evidence'
import { mutate, type Operation } from './mutate'
import { lookForPod, recreated, refuseUnconfirmed } from './preconditions'
import { refuseForbidden, ruleOf } from './rights'

type Body = ActionBody<'force-delete-pod'>

/** The evidence and what the API server says to the request, without doing it; also for a pod that is not offered. */
export async function previewForceDelete(context: ActionContext, body: Body): Promise<ForceDeletePodPreview> {
  refuseStale(context, ['pods'])
  const { connection } = context
  const { namespace, name, uid } = body
  await refuseForbidden(connection, ruleOf('force-delete-pod', namespace, name))
  const collected = await collectEvidence(context, body)
  return {
    ...collected,
    ...endingOf(context, body, collected),
    command: kubectl(connection, namespace, 'delete', 'pod', name, '--grace-period=0', '--force'),
    dryRun: await dryRun(connection, deleteRequest(body, { gracePeriodSeconds: 0, dryRun: ['All'] })),
    preconditions: { uid },
  }
}

/**
 * Takes a pod out of the API with grace period 0 and its uid as precondition. Only for a pod that is overdue or whose
 * node is not Ready (422 `not-offered`), on evidence that is collected again now: a contradiction that the person was
 * not shown gives 409 `evidence-changed`. The containers may still run: the ordinal stays marked until its old node is
 * known to have stopped.
 */
export async function forceDeletePod(context: ActionContext, body: Body): Promise<PodForceDeleted> {
  refuseUnconfirmed(body)
  const { namespace, name, uid } = body
  let seen: CollectedEvidence | undefined
  const operation: Operation = {
    action: 'force-delete-pod',
    namespace,
    name,
    uid,
    needs: ['pods'],
    prepare: async () => {
      seen = await collectEvidence(context, body)
      refuseUnproven(body, seen)
      refuseUnaskedEnd(body, endingOf(context, body, seen).claims)
      const evidence = { ...seen, acknowledged: body.contradictions }
      return { request: deleteRequest(body, { gracePeriodSeconds: 0 }), evidence }
    },
    explain: async (error) => (error.code === 'conflict' ? recreated(namespace, name, uid, null) : undefined),
    look: async () => {
      const found = await lookForPod(context, body)
      if (found.gone) return { effect: 'seen', known: found.known }
      const { deletionGracePeriodSeconds, finalizers } = found.pod.metadata
      return deletionGracePeriodSeconds === 0 && finalizers.length > 0
        ? { effect: 'seen', known: `The pod is deleted and kept by its finalizers: ${finalizers.join(', ')}.` }
        : { effect: 'not-seen', known: 'The pod is still there.' }
    },
  }
  try {
    const { id, confirmedBy, warnings } = await mutate(context, operation)
    if (seen) markTwinRisk(context, body, seen)
    return { id, confirmedBy, warnings, keptBy: seen?.pod.finalizers ?? [] }
  } catch (error) {
    // It may have been deleted: better a mark too many than one too few.
    if (isActionError(error) && error.code === 'outcome-unknown' && seen) markTwinRisk(context, body, seen)
    throw error
  }
}

function endingOf(context: ActionContext, { namespace, uid }: Body, { owner, collectedAt }: CollectedEvidence): Ending {
  return endingWithPod(context, { namespace, uid, owner }, new Date(collectedAt))
}

/** Throws 422 for a pod that is not offered, 409 when something speaks against it that the person was not shown. */
function refuseUnproven({ namespace, name, contradictions }: Body, { evidence }: CollectedEvidence): void {
  if (evidence.offered !== true) {
    const message = `The pod ${namespace}/${name} is neither overdue nor on a node that is not Ready; nothing was done.`
    throw new ActionError('not-offered', message, { reason: evidence.offered, evidence })
  }
  const unseen = evidence.contradictions.map(({ code }) => code).filter((code) => !contradictions.includes(code))
  if (unseen.length === 0) return
  const message = `There is new evidence that the pod still runs (${unseen.join(', ')}); nothing was done.`
  throw new ActionError('evidence-changed', message, { unseen, evidence })
}

/** From now on two pods may have this name: the ordinal says so until its old node is known to have stopped. */
function markTwinRisk({ live }: ActionContext, { namespace, name, uid }: Body, seen: CollectedEvidence): void {
  if (seen.owner === null || seen.pod.node === null) return
  // Where the kubelet told that nothing of it runs there are no two.
  if (seen.evidence.verdict === 'gone' && seen.evidence.items.some(({ code }) => code === 'ended')) return
  live.rememberLostPod({
    namespace,
    set: seen.owner.set,
    ordinal: seen.owner.ordinal,
    pod: name,
    uid,
    node: seen.pod.node,
    nodeUid: seen.node?.uid ?? null,
    bootID: seen.node?.bootID ?? null,
    at: new Date().toISOString(),
    closedAt: null,
  })
}
