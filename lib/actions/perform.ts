import 'server-only'
import type { ActionName, BodyOf } from './bodies'
import { actionContext, type ActionContext, readingContext } from './context'
import { deletePod, previewDeletePod } from './delete-pod'
import { forceDeletePod, previewForceDelete } from './force-delete-pod'
import { type CollectedEvidence, collectEvidence } from './gather-evidence'
import { once } from './idempotency'
import { previewRemoveFinalizers, removeFinalizers } from './remove-finalizers'
import { previewScale, scale } from './scale'

type Handlers<A extends ActionName> = {
  preview: (context: ActionContext, body: BodyOf<A>) => Promise<unknown>
  perform: (context: ActionContext, body: BodyOf<A>) => Promise<unknown>
}

const handlers: { readonly [A in ActionName]: Handlers<A> } = {
  scale: { preview: previewScale, perform: scale },
  'delete-pod': { preview: previewDeletePod, perform: deletePod },
  'force-delete-pod': { preview: previewForceDelete, perform: forceDeletePod },
  'remove-finalizers': { preview: previewRemoveFinalizers, perform: removeFinalizers },
}

/** What an action would do. Throws `ActionError` or `ClusterError`. */
export async function preview<A extends ActionName>(cluster: string, action: A, body: BodyOf<A>): Promise<unknown> {
  return handlers[action].preview(await actionContext(cluster), body)
}

/**
 * Does an action, once for each idempotency key. `admit` is asked before it is done, not when an answer is only given
 * again; what it throws refuses the action. Throws `ActionError` or `ClusterError`.
 */
export async function perform<A extends ActionName>(
  cluster: string,
  action: A,
  body: BodyOf<A>,
  admit: () => Promise<void>,
): Promise<unknown> {
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
export async function evidenceFor(
  cluster: string,
  target: { namespace: string; name: string; uid: string },
): Promise<CollectedEvidence> {
  return collectEvidence(await readingContext(cluster), target)
}
