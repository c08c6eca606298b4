import { z } from 'zod'
import { actionNames, bodies } from '@/lib/actions/bodies'
import { perform, preview } from '@/lib/actions/perform'
import { guard, methodNotAllowed } from '@/lib/http/guard'
import { clusterId, flag } from '@/lib/http/names'
import { json, Refusal } from '@/lib/http/replies'

export const dynamic = 'force-dynamic'

/**
 * Every write. With `preview=true` the plan, the command and the server's dry run, and nothing is written; else the
 * action is done once and journaled. The page changes when the watch brings the effect back, not by this answer.
 */
export const POST = guard(
  {
    params: z.strictObject({ cluster: clusterId, action: z.enum(actionNames, 'is not the name of an action') }),
    query: z.strictObject({ preview: flag.default(false) }),
    body: z.unknown(),
  },
  async ({ params: { cluster, action }, query, body }) => {
    const result = bodies[action].safeParse(body)
    if (!result.success) {
      const details = result.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message }))
      const first = details[0]
      throw new Refusal(400, 'invalid-body', `${first?.path ?? ''} ${first?.message ?? 'is not valid'}`.trim(), {
        details,
      })
    }
    const act = query.preview ? preview : perform
    return json(await act(cluster, action, result.data))
  },
)

export const GET = methodNotAllowed('POST')
export const PUT = methodNotAllowed('POST')
export const PATCH = methodNotAllowed('POST')
export const DELETE = methodNotAllowed('POST')
