import 'server-only'
import type { DeletePodPreview, PodDeleted } from '@/lib/contract/actions/delete-pod'
import { kinds, objectPath } from '@/lib/cluster/kinds'
import { ordinalOwnerOf } from '@/lib/statefulset/model/ownership'
import type { Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { planPodDelete, type PodDeletePlan } from '@/lib/statefulset/plan/plan'
import { ActionError } from './action-error'
import type { ActionBody } from '@/lib/contract/actions/contracts'
import { kubectl } from './kubectl'
import { type ActionContext, refuseStale } from './context'
import { dryRun } from './dry-run'
import { refuseUnaskedEnd } from './ending-claims'
import { budgetsFor } from './lookups'
import { mutate } from './mutate'
import { lookForPod, readPod, recreated, refuseUnconfirmed } from './preconditions'
import { refuseForbidden, ruleOf } from './rights'

type Body = ActionBody<'delete-pod'>

/** What deleting a pod would do and bring back, without doing it. */
export async function previewDeletePod(context: ActionContext, body: Body): Promise<DeletePodPreview> {
  refuseStale(context, ['pods'])
  const { connection } = context
  const { namespace, name, uid } = body
  await refuseForbidden(connection, ruleOf('delete-pod', namespace, name))
  const { pod, now } = await readPod(context, body)
  refuseTerminating(pod)
  return {
    plan: planOf(context, pod, now),
    command: kubectl(connection, namespace, 'delete', 'pod', name),
    dryRun: await dryRun(connection, deleteRequest(body, { dryRun: ['All'] })),
    budgets: budgetsFor(context, objectsOf(context, pod), pod.metadata),
    preconditions: { uid },
  }
}

/** Deletes a pod gracefully, with its uid as precondition: 409 `recreated` when another pod has the name by now. */
export async function deletePod(context: ActionContext, body: Body): Promise<PodDeleted> {
  refuseUnconfirmed(body)
  const { namespace, name, uid } = body
  const { id, confirmedBy, warnings } = await mutate(context, {
    action: 'delete-pod',
    namespace,
    name,
    uid,
    needs: ['pods'],
    prepare: async () => {
      const { pod, now } = await readPod(context, body)
      refuseTerminating(pod)
      const { nodeName, terminationGracePeriodSeconds } = pod.spec
      const plan = planOf(context, pod, now)
      refuseUnaskedEnd(body, plan?.claims ?? [])
      const evidence = {
        phase: pod.status.phase,
        node: nodeName,
        graceSeconds: terminationGracePeriodSeconds,
        comesBack: plan?.comesBack ?? null,
      }
      return { request: deleteRequest(body, {}), evidence, version: pod.metadata.resourceVersion }
    },
    explain: async (error) => (error.code === 'conflict' ? recreated(namespace, name, uid, null) : undefined),
    look: async () => {
      const found = await lookForPod(context, body)
      if (found.gone) return { effect: 'seen', known: found.known }
      const { deletionTimestamp, resourceVersion: version } = found.pod.metadata
      return deletionTimestamp
        ? { effect: 'seen', known: `The pod is terminating, until ${deletionTimestamp}.` }
        : { effect: 'not-seen', known: 'The pod is there and not being deleted.', version }
    },
  })
  return { id, confirmedBy, warnings }
}

/** The request of every deletion of a pod: the uid always, and no propagation policy, which pods have no use for. */
export function deleteRequest(
  { namespace, name, uid }: Pick<Body, 'namespace' | 'name' | 'uid'>,
  options: { gracePeriodSeconds?: 0; dryRun?: ['All'] },
): { method: 'DELETE'; path: string[]; body: unknown } {
  return {
    method: 'DELETE',
    path: objectPath(kinds.pods, namespace, name),
    body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid }, ...options },
  }
}

function refuseTerminating(pod: Pod): void {
  const { namespace, name, deletionTimestamp } = pod.metadata
  if (deletionTimestamp === null) return
  const message = `The pod ${namespace}/${name} is terminating already (until ${deletionTimestamp}): deleting it again changes nothing.`
  throw new ActionError('already-terminating', message, { deletionTimestamp })
}

function objectsOf({ live }: ActionContext, pod: Pod): SetObjects | undefined {
  const owner = ordinalOwnerOf(pod)
  return owner === null ? undefined : live.objects(pod.metadata.namespace, owner.set)
}

function planOf(context: ActionContext, pod: Pod, now: Date): PodDeletePlan | null {
  const owner = ordinalOwnerOf(pod)
  const objects = objectsOf(context, pod)
  return objects && owner ? planPodDelete(objects, owner.ordinal, now) : null
}
