import 'server-only'
import { mayI, type Rule, type Verdict } from '@/lib/cluster/access'
import type { Connection } from '@/lib/cluster/connection'
import { connect } from '@/lib/cluster/connect'
import type { Rights } from '@/lib/contract/rights'
import { settings } from '@/lib/settings'
import { ActionError } from './action-error'
import { actionContracts } from '@/lib/contract/actions/list'
import { type ActionName, actionNames } from '@/lib/contract/actions/names'

/** The one right that an action writes with; what it reads before is asked for by reading. */
export function ruleOf(action: ActionName, namespace: string, name?: string): Rule {
  const { verb, group, resource } = actionContracts[action].rule
  return { verb, group, resource, namespace, ...(name === undefined ? {} : { name }) }
}

/** Throws `forbidden` with the missing rule when the API server says no; a review that fails lets the attempt decide. */
export async function refuseForbidden(connection: Connection, rule: Rule): Promise<Verdict> {
  const verdict = await mayI(connection, rule)
  if (verdict.allowed === false) {
    throw new ActionError('forbidden', `The rule that is missing: ${verdict.rule}.`, {
      rule: verdict.rule,
      reason: verdict.reason,
    })
  }
  return verdict
}

/**
 * Which buttons may be pressed. The question is the one of the write: with the name of the set, and of the pod where it
 * is known, since a role can grant by name. With READ_ONLY nothing is asked: none may.
 */
export async function rightsIn(
  cluster: string,
  namespace: string,
  names: { set?: string | undefined; pod?: string | undefined } = {},
): Promise<Rights> {
  const own = settings()
  if (own.readOnly) {
    const none = { allowed: false, rule: null, reason: 'READ_ONLY' } as const
    return {
      readOnly: true,
      actions: Object.fromEntries(actionNames.map((action) => [action, none])) as Rights['actions'],
    }
  }
  const connection = connect(cluster)
  const verdicts = await Promise.all(
    actionNames.map(
      async (action) =>
        [action, await mayI(connection, ruleOf(action, namespace, names[actionContracts[action].rule.on]))] as const,
    ),
  )
  return { readOnly: false, actions: Object.fromEntries(verdicts) as Rights['actions'] }
}
