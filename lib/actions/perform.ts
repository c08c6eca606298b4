import 'server-only'
import type { ActionAnswer, ActionBody, ActionPreview } from '@/lib/contract/actions/contracts'
import type { ActionName } from '@/lib/contract/actions/names'
import { actionContext, type ActionContext, readingContext } from './context'
import { deletePod, previewDeletePod } from './delete-pod'
import { forceDeletePod, previewForceDelete } from './force-delete-pod'
import type { CollectedEvidence } from '@/lib/contract/evidence'
import type { ObjectRef } from '@/lib/names'
import { collectEvidence } from './gather-evidence'
import { once } from './idempotency'
import { previewRemoveFinalizers, removeFinalizers } from './remove-finalizers'
import { previewScale, scale } from './scale'

type Handlers<A extends ActionName> = {
  preview: (context: ActionContext, body: ActionBody<A>) => Promise<ActionPreview<A>>
  perform: (context: ActionContext, body: ActionBody<A>) => Promise<ActionAnswer<A>>
}

const handlers: { readonly [A in ActionName]: Handlers<A> } = {
  scale: { preview: previewScale, perform: scale },
  'delete-pod': { preview: previewDeletePod, perform: deletePod },
  'force-delete-pod': { preview: previewForceDelete, perform: forceDeletePod },
  'remove-finalizers': { preview: previewRemoveFinalizers, perform: removeFinalizers },
}

/** What an action would do. Throws `ActionError` or `ClusterError`. */
export async function preview<A extends ActionName>(
  cluster: string,
  action: A,
  body: ActionBody<A>,
): Promise<ActionPreview<A>> {
  return handlers[action].preview(await actionContext(cluster), body)
}

/**
 * Does an action, once for each idempotency key. `admit` is asked before it is done, not when an answer is only given
 * again; what it throws refuses the action. Throws `ActionError` or `ClusterError`.
 */
export async function perform<A extends ActionName>(
  cluster: string,
  action: A,
  body: ActionBody<A>,
  admit: () => Promise<void>,
): Promise<ActionAnswer<A>> {
  const context = await actionContext(cluster)
  const act = async () => {
    await admit()
    return handlers[action].perform(context, body)
  }
  const { idempotencyKey, ...content } = body
  return idempotencyKey === undefined
    ? act()
    : once(`${context.connection.identity} ${idempotencyKey}`, [action, content], act)
}

/** Whether a pod may still run, collected now. Reads only, so it is given with READ_ONLY too. */
export async function evidenceFor(cluster: string, target: ObjectRef): Promise<CollectedEvidence> {
  return collectEvidence(await readingContext(cluster), target)
}
