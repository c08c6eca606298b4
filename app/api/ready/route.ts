import { guard } from '@/lib/http/guard'
import { json } from '@/lib/http/responses'
import { defaultCluster } from '@/lib/cluster/connect'
import { liveCluster } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

/** 200 when the default cluster's API server answers and every kind that may be listed has been; 503 with why not. */
export const GET = guard({}, async () => {
  const live = await liveCluster(defaultCluster())
  const connection = live.connection
  const waiting = Object.entries(live.kindStates())
    .filter(([, { state }]) => state === 'catching-up' || state === 'stale')
    .map(([kind]) => kind)
  const ready = connection.state === 'live' && waiting.length === 0
  return json({ ready, cluster: live.id, connection: connection.state, waiting }, { status: ready ? 200 : 503 })
})
