import { z } from 'zod'
import { guard } from '@/lib/http/guard'
import { ClusterId } from '@/lib/contract/params'
import { json } from '@/lib/http/responses'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

const params = z.strictObject({ cluster: ClusterId })
const body = z.strictObject({})

/** A person has logged in again, or wants to know now: waits end, and a credential plugin that failed is asked again. */
export const POST = guard({ params, body }, async ({ params: { cluster } }) => {
  const live = await liveCluster(cluster)
  live.retry()
  return json({ id: live.id, connection: live.connection, kinds: live.kindStates() })
})
