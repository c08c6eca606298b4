import 'server-only'
import type { ActionAnswer, ActionBody, ActionPreview } from '@/lib/contract/actions/contracts'
import type { Rule } from '@/lib/cluster/access'
import type { ActionName } from '@/lib/contract/actions/names'
import type { Action } from './action'
import { isActionError } from './action-error'
import { type ActionContext, refuseStale } from './context'
import { dryRun } from './dry-run'
import { kubectl } from './kubectl'
import { mutate } from './mutate'
import { refuseUnconfirmed } from './preconditions'
import { refuseForbidden, ruleOf } from './rights'

export type Runnable<A extends ActionName> = {
  preview: (context: ActionContext, body: ActionBody<A>) => Promise<ActionPreview<A>>
  perform: (context: ActionContext, body: ActionBody<A>) => Promise<ActionAnswer<A>>
}

/** An action without what it reads and prepares, which is nobody's but its own. */
export function runnable<A extends ActionName, Read, Prepared>(action: Action<A, Read, Prepared>): Runnable<A> {
  return {
    preview: (context, body) => preview(context, action, body),
    perform: (context, body) => perform(context, action, body),
  }
}

/** What an action would do, without doing it. Throws 409 when the object is no longer the one that was shown. */
async function preview<A extends ActionName, Read, Prepared>(
  context: ActionContext,
  action: Action<A, Read, Prepared>,
  body: ActionBody<A>,
): Promise<ActionPreview<A>> {
  const { connection } = context
  const { namespace } = body
  action.admit?.(context, body)
  refuseStale(context, action.needs)
  await refuseForbidden(connection, ruleFor(action, body))
  const read = await action.read(context, body)
  const showing = action.show(context, body, read, action.prepare(context, body, read))
  const [shown, dry] = await Promise.all([showing, dryRun(connection, action.request(body, read))])
  const command = kubectl(connection, namespace, ...action.command(body, read))
  return { ...shown, command, dryRun: dry } as ActionPreview<A>
}

/** Does an action, through `mutate`. */
async function perform<A extends ActionName, Read, Prepared>(
  context: ActionContext,
  action: Action<A, Read, Prepared>,
  body: ActionBody<A>,
): Promise<ActionAnswer<A>> {
  refuseUnconfirmed(body)
  action.admit?.(context, body)
  const { namespace, name, uid } = body
  const { explain, triesAfterConflict } = action
  let last: { read: Read } | null = null
  const remember = () => {
    if (last) action.remember?.(context, body, last.read)
  }
  try {
    const { id, confirmedBy, warnings, read, json } = await mutate<Read>(context, {
      action: action.name,
      namespace,
      name,
      uid,
      rule: ruleFor(action, body),
      needs: action.needs,
      ...(triesAfterConflict === undefined ? {} : { triesAfterConflict }),
      prepare: async () => {
        const read = await action.read(context, body)
        last = { read }
        const prepared = action.prepare(context, body, read)
        action.refuse(body, read, prepared)
        const attempt = { read, request: action.request(body, read), evidence: action.evidence(body, read, prepared) }
        return action.version ? { ...attempt, version: action.version(read) } : attempt
      },
      ...(explain ? { explain: (error) => explain(context, body, error) } : {}),
      look: (read) => action.look(context, body, read),
    })
    remember()
    return action.answer({ id, confirmedBy, warnings }, body, read, json)
  } catch (error) {
    // It may have been done: better remembered once too often than once too seldom.
    if (isActionError(error) && error.code === 'outcome-unknown') remember()
    throw error
  }
}

function ruleFor<A extends ActionName, Read, Prepared>(action: Action<A, Read, Prepared>, body: ActionBody<A>): Rule {
  return action.rule?.(body) ?? ruleOf(action.name, body.namespace, body.name)
}
