import 'server-only'
import { connect } from '@/lib/cluster/connect'
import type { Connection } from '@/lib/cluster/connection'
import { HttpError } from './responses'
import { countRequest } from './rates'
import { liveCluster } from '@/lib/live/instance'
import { settings } from '@/lib/settings'

/** The way into the demo cluster; any other cluster has no paths of its own, and is not asked. */
export async function demoConnection(cluster: string): Promise<Connection> {
  const live = await liveCluster(cluster)
  await live.ready
  if (!live.connection.demo) throw new HttpError('not-the-demo', 'Only the demo cluster has scenarios and levers.')
  return connect(cluster)
}

/** The same for what changes something there. */
export async function demoToChange(cluster: string, sent: Request): Promise<Connection> {
  if (settings().readOnly) throw new HttpError('read-only', 'This server was started with READ_ONLY=1.')
  await countRequest(sent, 'change')
  return demoConnection(cluster)
}
