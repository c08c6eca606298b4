import 'server-only'
import type { Ending } from '@/lib/contract/plans'
import { kinds, objectPath } from '@/lib/cluster/kinds'
import { ordinalOwnerOf } from '@/lib/statefulset/model/ownership'
import type { Pod } from '@/lib/statefulset/model/objects'
import type { ActionBody } from '@/lib/contract/actions/contracts'
import type { Action } from './action'
import { ActionError } from './action-error'
import type { ActionContext } from './context'
import { endingWithPod, refuseUnaskedEnd } from './ending-claims'
import { keepersOf } from './finalizer-keepers'
import { lookForPod, readPod, recreated } from './preconditions'
import type { WriteRequest } from './write-request'

type Body = ActionBody<'remove-finalizers'>

/**
 * Removes exactly the finalizers that were shown, by a JSON patch that tests uid and list first. 409
 * `finalizers-changed` when one was added, taken away or moved; nothing is removed then.
 */
export const removeFinalizers: Action<'remove-finalizers', { pod: Pod; now: Date }, Ending> = {
  name: 'remove-finalizers',
  needs: ['pods'],
  read: readHeldPod,
  prepare: (context, _, { pod, now }) => endingOf(context, pod, now),
  refuse: (body, _, { claims }) => refuseUnaskedEnd(body, claims),
  request: patchRequest,
  command: (body) => ['patch', 'pod', body.name, '--type=json', '-p', JSON.stringify(operations(body))],
  show: async ({ connection }, { uid, finalizers }, { pod, now }, ending) => ({
    finalizers,
    keepers: await keepersOf(connection, pod.metadata, now),
    ...ending,
    preconditions: { uid, finalizers },
  }),
  evidence: ({ finalizers }, { pod }) => {
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
    return { finalizers, deletionTimestamp, deletionGracePeriodSeconds, node: pod.spec.nodeName }
  },
  version: ({ pod }) => pod.metadata.resourceVersion,
  explain: async (context, body, error) => {
    if (error.code !== 'invalid' && error.code !== 'conflict') return undefined
    // A test of the patch failed; the API server does not say which.
    const found = await lookForPod(context, body)
    if (found.gone) return recreated(body.namespace, body.name, body.uid, null)
    const now = found.pod.metadata.finalizers
    return same(now, body.finalizers) ? undefined : changed(body, now)
  },
  look: async (context, body) => {
    const found = await lookForPod(context, body)
    if (found.gone) return { effect: 'seen', known: found.known }
    const { finalizers: left, resourceVersion: version } = found.pod.metadata
    return body.finalizers.some((finalizer) => left.includes(finalizer))
      ? { effect: 'not-seen', known: `The pod still has the finalizers ${left.join(', ')}.`, version }
      : { effect: 'seen', known: 'The finalizers are gone.' }
  },
  answer: (done) => done,
}

/** The pod, if nothing but its finalizers can be what keeps it. Throws 404, 409 or 422. */
async function readHeldPod(context: ActionContext, body: Body): Promise<{ pod: Pod; now: Date }> {
  const { pod, now } = await readPod(context, body)
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = pod.metadata
  if (deletionTimestamp === null) {
    const message =
      'The pod is not being deleted: its finalizers are at work, and taking them away is not the last step of anything.'
    throw new ActionError('not-terminating', message)
  }
  if (deletionGracePeriodSeconds !== 0 && Date.parse(deletionTimestamp) > now.getTime()) {
    const message = `The pod has until ${deletionTimestamp} to stop: its finalizers are not what keeps it yet.`
    throw new ActionError('not-terminating', message, { deletionTimestamp })
  }
  if (!same(finalizers, body.finalizers)) throw changed(body, finalizers)
  return { pod, now }
}

function endingOf(context: ActionContext, pod: Pod, now: Date): Ending {
  const { namespace, uid } = pod.metadata
  return endingWithPod(context, { namespace, uid, owner: ordinalOwnerOf(pod) }, now)
}

function operations({ uid, finalizers }: Body): unknown {
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/finalizers', value: finalizers },
    { op: 'remove', path: '/metadata/finalizers' },
  ]
}

function patchRequest(body: Body): WriteRequest {
  return {
    method: 'PATCH',
    path: objectPath(kinds.pods, body.namespace, body.name),
    contentType: 'application/json-patch+json',
    body: operations(body),
  }
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index])
}

function changed({ namespace, name, finalizers }: Body, now: readonly string[]): ActionError {
  const message = `The finalizers of ${namespace}/${name} are not those that were shown any more; nothing was removed.`
  return new ActionError('finalizers-changed', message, { shown: finalizers, now })
}
