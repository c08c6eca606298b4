import 'server-only'
import type { ActionAnswer, ActionBody, ActionPreview } from '@/lib/contract/actions/contracts'
import type { ActionName } from '@/lib/contract/actions/names'
import { actionContext } from './context'
import { once } from './idempotency'
import { actions } from './list'

/** What an action would do. Throws `ActionError` or `ClusterError`. */
export async function preview<A extends ActionName>(
  cluster: string,
  action: A,
  body: ActionBody<A>,
): Promise<ActionPreview<A>> {
  return actions[action].preview(await actionContext(cluster), body)
}

/**
 * Does an action, once for each idempotency key. `admit` is asked when everything is checked and the write would be
 * sent, not when an answer is only given again; what it throws refuses the action. Throws `ActionError` or
 * `ClusterError`.
 */
export async function perform<A extends ActionName>(
  cluster: string,
  action: A,
  body: ActionBody<A>,
  admit: () => Promise<void>,
): Promise<ActionAnswer<A>> {
  const context = { ...(await actionContext(cluster)), admit }
  const act = () => actions[action].perform(context, body)
  const { idempotencyKey, ...content } = body
  return idempotencyKey === undefined
    ? act()
    : once(`${context.connection.identity} ${idempotencyKey}`, [action, content], act)
}
