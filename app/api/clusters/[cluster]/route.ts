import { z } from 'zod'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { json } from '@/lib/http/responses'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

/** How far the connection and each kind can be trusted. */
export const GET = guard({ params: z.strictObject({ cluster: ClusterId }) }, async ({ params }) => {
  const live = await liveCluster(params.cluster)
  await live.ready
  return json({ id: live.id, connection: live.connection, kinds: live.kindStates() })
})
