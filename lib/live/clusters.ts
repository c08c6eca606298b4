import 'server-only'
import { connections, defaultCluster } from '@/lib/cluster/connect'
import { isClusterError } from '@/lib/cluster/errors'
import type { ConnectionProblem, ConnectionState } from '@/lib/contract/stream'
import { liveCluster, runningClusters } from './instance'
import type { LiveCluster } from './live-cluster'

/** A way into a cluster, and the state of its connection; null while nobody has opened it. */
export type ClusterEntry = {
  id: string
  name: string
  origin: 'kubeconfig' | 'in-cluster' | 'url'
  server: string
  user: string
  broken: string | null
  connection: ConnectionState | null
}

/** Every way into a cluster that is configured. Opens nothing. */
export function clusterEntries(): ClusterEntry[] {
  const running = new Map(runningClusters().map((live) => [live.id, live.connection]))
  return connections().map(({ id, name, origin, server, user, broken }) => ({
    id,
    name,
    origin,
    server,
    user,
    broken,
    connection: running.get(id) ?? null,
  }))
}

/** The cluster that opens first, or why none does. */
export function firstCluster(): { id: string } | { problem: ConnectionProblem } {
  try {
    return { id: defaultCluster() }
  } catch (error) {
    return { problem: problemOf(error) }
  }
}

/** The live view of a cluster when its first lists are there, or why there is none. */
export async function openCluster(id: string): Promise<{ live: LiveCluster } | { problem: ConnectionProblem }> {
  try {
    const live = await liveCluster(id)
    await live.ready
    return { live }
  } catch (error) {
    return { problem: problemOf(error) }
  }
}

function problemOf(error: unknown): ConnectionProblem {
  if (!isClusterError(error)) throw error
  return { code: error.code, message: error.message, tried: error.tried }
}
