import { z } from 'zod'
import { request } from '@/lib/cluster/request'
import { DemoLevers, DemoPull } from '@/lib/contract/demo'
import { ClusterId } from '@/lib/contract/params'
import { guard } from '@/lib/http/guard'
import { json } from '@/lib/http/responses'
import { demoConnection, demoToChange } from '@/lib/http/demo-connection'

export const dynamic = 'force-dynamic'

const params = z.strictObject({ cluster: ClusterId })
const path = ['ordinal.demo', 'levers']

/** What is broken in the demo cluster, and what can be. */
export const GET = guard({ params }, async ({ params: { cluster }, signal }) => {
  const { json: said } = await request(await demoConnection(cluster), { path, signal })
  return json(DemoLevers.parse(said))
})

/** Breaks something, or mends it. */
export const POST = guard({ params, body: DemoPull }, async ({ params: { cluster }, body, request: sent }) => {
  const { json: said } = await request(await demoToChange(cluster, sent), { method: 'POST', path, body })
  return json(DemoLevers.parse(said))
})
