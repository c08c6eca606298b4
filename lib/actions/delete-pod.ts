import 'server-only'
import { ordinalOwnerOf } from '@/lib/statefulset/model/ownership'
import type { Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { planPodDelete, type PodDeletePlan } from '@/lib/statefulset/plan/plan'
import type { Action } from './action'
import { ActionError } from './action-error'
import type { ActionContext } from './context'
import { deleteRequest } from './delete-request'
import { refuseUnaskedEnd } from './ending-claims'
import { budgetsFor } from './lookups'
import { lookForPod, readPod, recreated } from './preconditions'

/** Deletes a pod gracefully, with its uid as precondition: 409 `recreated` when another pod has the name by now. */
export const deletePod: Action<'delete-pod', { pod: Pod; now: Date }, PodDeletePlan | null> = {
  name: 'delete-pod',
  needs: ['pods'],
  read: async (context, body) => {
    const found = await readPod(context, body)
    refuseTerminating(found.pod)
    return found
  },
  prepare: (context, _, { pod, now }) => planOf(context, pod, now),
  refuse: (body, _, plan) => refuseUnaskedEnd(body, plan?.claims ?? []),
  request: (body) => deleteRequest(body),
  command: ({ name }) => ['delete', 'pod', name],
  show: (context, { uid }, { pod }, plan) => ({
    plan,
    budgets: budgetsFor(context, objectsOf(context, pod), pod.metadata),
    preconditions: { uid },
  }),
  evidence: (_, { pod }, plan) => ({
    phase: pod.status.phase,
    node: pod.spec.nodeName,
    graceSeconds: pod.spec.terminationGracePeriodSeconds,
    comesBack: plan?.comesBack ?? null,
  }),
  version: ({ pod }) => pod.metadata.resourceVersion,
  explain: async (_, { namespace, name, uid }, error) =>
    error.code === 'conflict' ? recreated(namespace, name, uid, null) : undefined,
  look: async (context, body) => {
    const found = await lookForPod(context, body)
    if (found.gone) return { effect: 'seen', known: found.known }
    const { deletionTimestamp, resourceVersion: version } = found.pod.metadata
    return deletionTimestamp
      ? { effect: 'seen', known: `The pod is terminating, until ${deletionTimestamp}.` }
      : { effect: 'not-seen', known: 'The pod is there and not being deleted.', version }
  },
  answer: (done) => done,
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
