import { z } from 'zod'
import { type ActionName, actionNames, bodies } from '@/lib/actions/bodies'
import { perform, preview } from '@/lib/actions/perform'
import { guard, methodNotAllowed } from '@/lib/http/guard'
import { clusterId, flag } from '@/lib/http/names'
import { countRequest, type Rate } from '@/lib/http/rates'
import { json, HttpError } from '@/lib/http/responses'

export const dynamic = 'force-dynamic'

const rates: Readonly<Record<ActionName, Rate>> = {
  scale: 'change',
  'delete-pod': 'change',
  'force-delete-pod': 'destructive',
  'remove-finalizers': 'destructive',
}

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
  async ({ params: { cluster, action }, query, body, request }) => {
    const result = bodies[action].safeParse(body)
    if (!result.success) {
      const details = result.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message }))
      const first = details[0]
      throw new HttpError(400, 'invalid-body', `${first?.path ?? ''} ${first?.message ?? 'is not valid'}`.trim(), {
        details,
      })
    }
    if (query.preview) {
      await countRequest(request, 'read')
      return json(await preview(cluster, action, result.data))
    }
    const admit = () => countRequest(request, rates[action])
    return json(await perform(cluster, action, result.data, admit))
  },
)

export const GET = methodNotAllowed('POST')
export const PUT = methodNotAllowed('POST')
export const PATCH = methodNotAllowed('POST')
export const DELETE = methodNotAllowed('POST')
