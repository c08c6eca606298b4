import { z } from 'zod'
import type { Connection } from '@/lib/cluster/connection'
import { isClusterError } from '@/lib/cluster/errors'
import { request } from '@/lib/cluster/request'
import { DemoAnswer, DemoOrder, type DemoOrdered } from '@/lib/contract/demo'
import { ClusterId } from '@/lib/contract/params'
import { guard } from '@/lib/http/guard'
import { json } from '@/lib/http/responses'
import { demoConnection, demoToChange } from '@/lib/http/demo-connection'

export const dynamic = 'force-dynamic'

const params = z.strictObject({ cluster: ClusterId })
const path = ['ordinal.demo', 'scenarios']

/** The scenarios that can be started, and the one that plays; `problem` when the demo cluster does not answer. */
export const GET = guard({ params }, async ({ params: { cluster }, signal }) => {
  const connection = await demoConnection(cluster)
  try {
    const { json: said } = await request(connection, { path, signal })
    return json(withWholeCommands(DemoAnswer.parse(said), connection))
  } catch (error) {
    // Pages ask again and again; that the cluster is away is an answer, and they say it in their own words.
    if (!isClusterError(error)) throw error
    const { message: problem } = error
    return json<DemoAnswer>({ scenarios: [], stage: null, current: null, cleared: null, problem })
  }
})

/** What is ordered of the demo cluster's scenarios. */
export const POST = guard({ params, body: DemoOrder }, async ({ params: { cluster }, body, request: sent }) => {
  const connection = await demoToChange(cluster, sent)
  await request(connection, { method: 'POST', path, body })
  return json<DemoOrdered>({ ordered: true })
})

/** The demo names what stands behind `kubectl`; where it is reached, Ordinal knows. */
function withWholeCommands(answer: DemoAnswer, { server }: Connection): DemoAnswer {
  const { current } = answer
  if (!current?.turn) return answer
  const ways = current.turn.ways.map(({ kubectl, ...way }) =>
    kubectl === undefined
      ? way
      : { ...way, kubectl: `kubectl -s ${server.replace(/\/$/, '')} -n ${current.look.namespace} ${kubectl}` },
  )
  return { ...answer, current: { ...current, turn: { ...current.turn, ways } } }
}
