import 'server-only'
import { connect } from '@/lib/cluster/connect'
import { serverVersion } from '@/lib/cluster/version'
import { perProcess } from '@/lib/per-process'
import { settings } from '@/lib/settings'
import { lostPodsOf } from './lost-pods'
import { LiveCluster } from './live-cluster'

const sweepMs = 5000

type Held = { clusters: Map<string, { live: LiveCluster; identity: string }>; sweep: NodeJS.Timeout | null }

const held = perProcess<Held>('live', () => ({ clusters: new Map(), sweep: null }))

/**
 * The live view of a cluster, one per process: started on first use, stopped when nobody has looked for
 * `ORDINAL_IDLE_SECONDS`, made anew when the credentials are others. Rejects with `ClusterError` when the connection is
 * not one that can be tried.
 */
export async function liveCluster(id: string): Promise<LiveCluster> {
  const connection = connect(id)
  const existing = held.clusters.get(connection.id)
  if (existing && !existing.live.stopped && existing.identity === connection.identity) return existing.live
  // Other credentials: whoever still looks through the old ones is sent here.
  existing?.live.renew()
  const live = new LiveCluster(connection, {
    namespaces: settings().namespaces,
    askVersion: (to, signal) => serverVersion(to, { signal }),
    lostPods: lostPodsOf(connection.server),
  })
  held.clusters.set(connection.id, { live, identity: connection.identity })
  held.sweep ??= setInterval(sweep, sweepMs)
  held.sweep.unref()
  return live
}

/** Whether the cluster of this id is followed with the credentials that are configured: looking at it opens nothing. */
export function isOpen(id: string): boolean {
  const existing = held.clusters.get(id)
  return existing !== undefined && !existing.live.stopped && !isRenewed(id, existing.identity)
}

/** The clusters that are being followed now, without starting any. */
export function runningClusters(): LiveCluster[] {
  return [...held.clusters.values()].map(({ live }) => live)
}

/** Stops everything; for the end of the process. */
export function stopAll() {
  for (const { live } of held.clusters.values()) live.stop()
  held.clusters.clear()
  if (held.sweep) clearInterval(held.sweep)
  held.sweep = null
}

/** Stops what nobody looks at, and what looks through credentials that have been replaced. */
function sweep() {
  const idleMs = settings().idleSeconds * 1000
  for (const [id, { live, identity }] of held.clusters) {
    const idle = live.idleMs() >= idleMs
    if (!idle && !isRenewed(id, identity)) continue
    if (idle) live.stop()
    else live.renew()
    held.clusters.delete(id)
  }
  if (held.clusters.size === 0 && held.sweep) {
    clearInterval(held.sweep)
    held.sweep = null
  }
}

/** False for a connection that is no longer configured or cannot be read now: what is open stays open. */
function isRenewed(id: string, identity: string): boolean {
  try {
    return connect(id).identity !== identity
  } catch {
    return false
  }
}
