import { z } from 'zod'
import { connect } from '@/lib/cluster/connect'
import { ClusterError } from '@/lib/cluster/errors'
import { request } from '@/lib/cluster/request'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { json, HttpError } from '@/lib/http/responses'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

const params = z.strictObject({ cluster: ClusterId })
const scenario = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be the id of a scenario')
const body = z.union([
  z.strictObject({ start: scenario }),
  z.strictObject({ stop: z.literal(true) }),
  z.strictObject({ reset: z.literal(true) }),
])

/** The demo cluster's own paths; any other cluster has none, and is not asked. */
async function demoConnection(cluster: string) {
  const live = await liveCluster(cluster)
  await live.ready
  if (!live.connection.demo) throw new HttpError('not-the-demo', 'Only the demo cluster has scenarios.')
  return connect(cluster)
}

/** The scenarios that can be started, and the one that plays; `problem` when the demo cluster does not answer. */
export const GET = guard({ params }, async ({ params: { cluster }, signal }) => {
  const connection = await demoConnection(cluster)
  try {
    const [list, current] = await Promise.all([
      request(connection, { path: ['ordinal.demo', 'scenarios'], signal }),
      request(connection, { path: ['ordinal.demo', 'scenarios', 'current'], signal }),
    ])
    return json({ ...asObject(list.json), ...asObject(current.json) })
  } catch (error) {
    // Pages ask again and again; that the cluster is away is an answer, and they say it in their own words.
    if (!(error instanceof ClusterError)) throw error
    return json({ scenarios: [], current: null, problem: error.message })
  }
})

/** `{start: id}`, `{stop: true}` or `{reset: true}`. */
export const POST = guard({ params, body }, async ({ params: { cluster }, body: asked }) => {
  const connection = await demoConnection(cluster)
  const path =
    'start' in asked
      ? ['ordinal.demo', 'scenarios', asked.start]
      : 'stop' in asked
        ? ['ordinal.demo', 'scenarios', 'stop']
        : ['ordinal.demo', 'reset']
  const reply = await request(connection, { method: 'POST', path, body: {} })
  return json(asObject(reply.json))
})

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
