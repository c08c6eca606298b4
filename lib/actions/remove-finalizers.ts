import 'server-only'
import type { Ending } from '@/lib/contract/plans'
import type { RemoveFinalizersPreview, FinalizersRemoved } from '@/lib/contract/actions/remove-finalizers'
import { kinds, objectPath } from '@/lib/cluster/kinds'
import { ordinalOwnerOf } from '@/lib/statefulset/model/ownership'
import type { Pod } from '@/lib/statefulset/model/objects'
import { ActionError } from './action-error'
import type { ActionBody } from '@/lib/contract/actions/contracts'
import { kubectl } from './kubectl'
import { type ActionContext, refuseStale } from './context'
import { dryRun } from './dry-run'
import { endingWithPod, refuseUnaskedEnd } from './ending-claims'
import { mutate } from './mutate'
import { lookForPod, readPod, recreated, refuseUnconfirmed } from './preconditions'
import { refuseForbidden, ruleOf } from './rights'

type Body = ActionBody<'remove-finalizers'>

/** What removing the finalizers would do, without doing it. */
export async function previewRemoveFinalizers(context: ActionContext, body: Body): Promise<RemoveFinalizersPreview> {
  refuseStale(context, ['pods'])
  const { connection } = context
  const { namespace, name, uid, finalizers } = body
  await refuseForbidden(connection, ruleOf('remove-finalizers', namespace, name))
  const { pod, now } = await readHeldPod(context, body)
  const patch = JSON.stringify(operations(body))
  return {
    finalizers,
    ...endingOf(context, pod, now),
    command: kubectl(connection, namespace, 'patch', 'pod', name, '--type=json', '-p', patch),
    dryRun: await dryRun(connection, { ...patchRequest(body), query: { dryRun: 'All' } }),
    preconditions: { uid, finalizers },
  }
}

/**
 * Removes exactly the finalizers that were shown, by a JSON patch that tests uid and list first. 409
 * `finalizers-changed` when one was added, taken away or moved; nothing is removed then.
 */
export async function removeFinalizers(context: ActionContext, body: Body): Promise<FinalizersRemoved> {
  refuseUnconfirmed(body)
  const { namespace, name, uid, finalizers } = body
  const { id, confirmedBy, warnings } = await mutate(context, {
    action: 'remove-finalizers',
    namespace,
    name,
    uid,
    needs: ['pods'],
    prepare: async () => {
      const { pod, now } = await readHeldPod(context, body)
      refuseUnaskedEnd(body, endingOf(context, pod, now).claims)
      const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
      const evidence = { finalizers, deletionTimestamp, deletionGracePeriodSeconds, node: pod.spec.nodeName }
      return { request: patchRequest(body), evidence, version: pod.metadata.resourceVersion }
    },
    explain: async (error) => {
      if (error.code !== 'invalid' && error.code !== 'conflict') return undefined
      // A test of the patch failed; the API server does not say which.
      const found = await lookForPod(context, body)
      if (found.gone) return recreated(namespace, name, uid, null)
      const now = found.pod.metadata.finalizers
      return same(now, finalizers) ? undefined : changed(body, now)
    },
    look: async () => {
      const found = await lookForPod(context, body)
      if (found.gone) return { effect: 'seen', known: found.known }
      const { finalizers: left, resourceVersion: version } = found.pod.metadata
      return finalizers.some((finalizer) => left.includes(finalizer))
        ? { effect: 'not-seen', known: `The pod still has the finalizers ${left.join(', ')}.`, version }
        : { effect: 'seen', known: 'The finalizers are gone.' }
    },
  })
  return { id, confirmedBy, warnings }
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

function patchRequest(body: Body): { method: 'PATCH'; path: string[]; contentType: string; body: unknown } {
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
