import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import { liveCluster } from '@/lib/live/instance'
import type { LiveCluster } from '@/lib/live/live-cluster'
import { type Settings, settings } from '@/lib/settings'
import type { Resource } from '@/lib/statefulset/model/objects'
import { ActionError } from './action-error'

/** What an action is done with. */
export type ActionContext = {
  live: Pick<LiveCluster, 'connection' | 'kindStates' | 'now' | 'objects' | 'rememberLostPod'>
  connection: Connection
  settings: Pick<Settings, 'readOnly' | 'maxReplicas'>
  /** Asked once before something is sent that changes the cluster; what it throws refuses that. */
  admit?: () => Promise<void>
  /** How long an answer is waited for, and when reading again is tried after one that never came; in milliseconds. */
  patience?: { answer: number; look: readonly number[] }
}

/** The context of a cluster, when its store has caught up. Throws `ClusterError` for a connection that is none. */
export async function actionContext(cluster: string): Promise<ActionContext> {
  if (settings().readOnly) throw readOnly()
  return readingContext(cluster)
}

/** As `actionContext`, for what only reads. */
export async function readingContext(cluster: string): Promise<ActionContext> {
  const live = await liveCluster(cluster)
  await live.ready
  return { live, connection: live.access, settings: settings() }
}

/** The refusal of a server that may not write. */
export function readOnly(): ActionError {
  return new ActionError('read-only', 'This server was started with READ_ONLY=1: nothing can be changed through it.')
}

/**
 * Throws `stale` when what the page shows may be old: the connection is not live, or one of these kinds is not. A kind
 * that may not be listed does not stop an action; it only makes previews know less.
 */
export function refuseStale({ live }: ActionContext, needed: readonly Resource[]): void {
  const { state, since, error } = live.connection
  if (state !== 'live') {
    throw new ActionError('stale', `The API server has not answered since ${since}, so what is shown may be old.`, {
      since,
      reason: error?.message ?? null,
    })
  }
  const kinds = live.kindStates()
  for (const kind of needed) {
    const report = kinds[kind]
    if (report.state === 'stale') {
      const message = `The ${kind} are not up to date since ${report.since}: ${report.reason}`
      throw new ActionError('stale', message, { kind, since: report.since, reason: report.reason })
    }
    if (report.state === 'catching-up') {
      throw new ActionError('stale', `The ${kind} are still being read.`, { kind, since: null, reason: null })
    }
  }
}
