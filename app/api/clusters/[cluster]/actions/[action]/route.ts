import { z } from 'zod'
import { perform, preview } from '@/lib/actions/registry'
import { actionBodies } from '@/lib/contract/actions/contracts'
import { actionContracts } from '@/lib/contract/actions/list'
import { type ActionName, actionNames } from '@/lib/contract/actions/names'
import { ClusterId, Flag } from '@/lib/contract/params'
import { check, guard, methodNotAllowed } from '@/lib/http/guard'
import { countRequest } from '@/lib/http/rates'
import { json } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

/**
 * Every write. With `preview=true` the plan, the command and the server's dry run, and nothing is written; else the
 * action is done once and journaled. The page changes when the watch brings the effect back, not by this answer.
 */
export const POST = guard(
  {
    params: z.strictObject({ cluster: ClusterId, action: z.enum(actionNames, 'is not the name of an action') }),
    query: z.strictObject({ preview: Flag.default(false) }),
    body: z.unknown(),
  },
  ({ params: { cluster, action }, query, body, request }) => answer(cluster, action, query.preview, body, request),
)

async function answer<A extends ActionName>(
  cluster: string,
  action: A,
  onlyPreview: boolean,
  sent: unknown,
  request: Request,
): Promise<Response> {
  const body = check(actionBodies[action], sent, 'invalid-body')
  await countRequest(request, 'read')
  if (onlyPreview) return json(await preview(cluster, action, body))
  return json(await perform(cluster, action, body, () => countRequest(request, actionContracts[action].rate)))
}

export const GET = methodNotAllowed('POST')
export const PUT = methodNotAllowed('POST')
export const PATCH = methodNotAllowed('POST')
export const DELETE = methodNotAllowed('POST')
