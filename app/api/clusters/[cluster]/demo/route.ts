import { z } from 'zod'
import { connect } from '@/lib/cluster/connect'
import { isClusterError } from '@/lib/cluster/errors'
import { request } from '@/lib/cluster/request'
import { DemoAnswer, DemoOrder, type DemoOrdered } from '@/lib/contract/answers'
import { countRequest } from '@/lib/http/rates'
import { settings } from '@/lib/settings'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { json, HttpError } from '@/lib/http/responses'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

const params = z.strictObject({ cluster: ClusterId })
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
    return json(DemoAnswer.parse({ ...asObject(list.json), ...asObject(current.json) }))
  } catch (error) {
    // Pages ask again and again; that the cluster is away is an answer, and they say it in their own words.
    if (!isClusterError(error)) throw error
    return json<DemoAnswer>({ scenarios: [], current: null, problem: error.message })
  }
})

/** `{start: id}`, `{stop: true}` or `{reset: true}`. */
export const POST = guard({ params, body: DemoOrder }, async ({ params: { cluster }, body: asked, request: sent }) => {
  if (settings().readOnly) throw new HttpError('read-only', 'This server was started with READ_ONLY=1.')
  await countRequest(sent, 'change')
  const connection = await demoConnection(cluster)
  const path =
    'start' in asked
      ? ['ordinal.demo', 'scenarios', asked.start]
      : 'stop' in asked
        ? ['ordinal.demo', 'scenarios', 'stop']
        : ['ordinal.demo', 'reset']
  await request(connection, { method: 'POST', path, body: {} })
  return json<DemoOrdered>({ ordered: true })
})

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
