import 'server-only'
import type { Connection } from './connection'
import { ClusterError } from './errors'
import { describe, request } from './request'

export type ServerVersion = {
  major: number
  minor: number
  gitVersion: string
  /** The embedded demo cluster says so in its version, and nowhere else. */
  demo: boolean
}

/** What `/version` says. Throws `not-kubernetes` when something else answers. */
export async function serverVersion(
  connection: Connection,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<ServerVersion> {
  const path = ['version']
  const { json, status } = await request(connection, { path, ...options })
  const { major, minor, gitVersion } = (json ?? {}) as Record<string, unknown>
  if (typeof major !== 'string' || typeof minor !== 'string' || typeof gitVersion !== 'string') {
    throw new ClusterError('not-kubernetes', 'The answer is not the version of a Kubernetes API server.', {
      tried: describe(connection, { path }),
      status,
    })
  }
  // Some providers write `27+`.
  return {
    major: Number.parseInt(major, 10) || 0,
    minor: Number.parseInt(minor, 10) || 0,
    gitVersion: gitVersion.slice(0, 100),
    demo: gitVersion.endsWith('+ordinal.demo'),
  }
}
