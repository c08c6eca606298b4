import 'server-only'
import type { Ending } from '@/lib/contract/plans'
import type { CollectedEvidence } from '@/lib/contract/evidence'
import type { ActionBody } from '@/lib/contract/actions/contracts'
import type { Action } from './action'
import { ActionError } from './action-error'
import type { ActionContext } from './context'
import { deleteRequest } from './delete-request'
import { endingWithPod, refuseUnaskedEnd } from './ending-claims'
import { collectEvidence } from './gather-evidence'
import { lookForPod, recreated } from './preconditions'

type Body = ActionBody<'force-delete-pod'>

/**
 * Takes a pod out of the API with grace period 0 and its uid as precondition. Only for a pod that is overdue or whose
 * node is not Ready (422 `not-offered`), on evidence that is collected again now: a contradiction that the person was
 * not shown gives 409 `evidence-changed`. The containers may still run: the ordinal stays marked until its old node is
 * known to have stopped. The preview shows the evidence also for a pod that is not offered.
 */
export const forceDeletePod: Action<'force-delete-pod', CollectedEvidence, Ending> = {
  name: 'force-delete-pod',
  needs: ['pods'],
  read: collectEvidence,
  prepare: endingOf,
  refuse: (body, seen, { claims }) => {
    refuseUnproven(body, seen)
    refuseUnaskedEnd(body, claims)
  },
  request: (body) => deleteRequest(body, { gracePeriodSeconds: 0 }),
  command: ({ name }) => ['delete', 'pod', name, '--grace-period=0', '--force'],
  show: (_, { uid }, seen, ending) => ({ ...seen, ...ending, preconditions: { uid } }),
  evidence: ({ contradictions }, seen) => ({ ...seen, acknowledged: contradictions }),
  explain: async (_, { namespace, name, uid }, error) =>
    error.code === 'conflict' ? recreated(namespace, name, uid, null) : undefined,
  look: async (context, body) => {
    const found = await lookForPod(context, body)
    if (found.gone) return { effect: 'seen', known: found.known }
    const { deletionGracePeriodSeconds, finalizers } = found.pod.metadata
    return deletionGracePeriodSeconds === 0 && finalizers.length > 0
      ? { effect: 'seen', known: `The pod is deleted and kept by its finalizers: ${finalizers.join(', ')}.` }
      : { effect: 'not-seen', known: 'The pod is still there.' }
  },
  answer: (done, _, { pod }) => ({ ...done, keptBy: pod.finalizers }),
  remember: markTwinRisk,
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
