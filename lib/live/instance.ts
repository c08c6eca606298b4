import 'server-only'
import { connect } from '@/lib/cluster/connect'
import { serverVersion } from '@/lib/cluster/version'
import { settings } from '@/lib/settings'
import { lostPodsOf } from './lost-pods'
import { LiveCluster } from './live-cluster'

type Held = { clusters: Map<string, LiveCluster>; sweep: NodeJS.Timeout | null }

const key = Symbol.for('ordinal.live')
const holder = globalThis as { [key]?: Held }
// On globalThis because pages, routes and the door are bundled apart, and development reloads modules.
const held = (holder[key] ??= { clusters: new Map(), sweep: null })

/**
 * The live view of a cluster, one per process and identity: started on first use, stopped when nobody has looked for
 * `ORDINAL_IDLE_SECONDS`. Rejects with `ClusterError` when the connection is not one that can be tried.
 */
export async function liveCluster(id: string): Promise<LiveCluster> {
  const connection = connect(id)
  const name = `${connection.id} ${connection.identity}`
  const existing = held.clusters.get(name)
  if (existing && !existing.stopped) return existing
  const live = new LiveCluster(connection, {
    namespaces: settings().namespaces,
    askVersion: (to, signal) => serverVersion(to, { signal }),
    lostPods: lostPodsOf(connection.server),
  })
  held.clusters.set(name, live)
  held.sweep ??= setInterval(stopIdle, 5000)
  held.sweep.unref()
  return live
}

/** The clusters that are being followed now, without starting any. */
export function runningClusters(): LiveCluster[] {
  return [...held.clusters.values()]
}

/** Stops everything; for the end of the process. */
export function stopAll() {
  for (const live of held.clusters.values()) live.stop()
  held.clusters.clear()
  if (held.sweep) clearInterval(held.sweep)
  held.sweep = null
}

function stopIdle() {
  const idleMs = settings().idleSeconds * 1000
  for (const [name, live] of held.clusters) {
    if (live.idleMs() < idleMs) continue
    live.stop()
    held.clusters.delete(name)
  }
  if (held.clusters.size === 0 && held.sweep) {
    clearInterval(held.sweep)
    held.sweep = null
  }
}
