import { connections, defaultCluster } from '@/lib/cluster/connect'
import { guard } from '@/lib/http/guard'
import { json } from '@/lib/http/responses'
import { runningClusters } from '@/lib/live/instance'

export const dynamic = 'force-dynamic'

/**
 * Every way into a cluster, with the state of those that are being followed. `default` is the one that opens first,
 * null with `problem` when none can.
 */
export const GET = guard({}, () => {
  const running = new Map(runningClusters().map((live) => [live.id, live]))
  const clusters = connections().map(({ id, name, origin, server, user, namespace, current, broken }) => {
    const live = running.get(id)
    return { id, name, origin, server, user, namespace, current, broken, connection: live?.connection ?? null }
  })
  try {
    return json({ default: defaultCluster(), clusters })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return json({ default: null, problem: error.message, clusters })
  }
})
