import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import { isClusterError } from '@/lib/cluster/errors'
import type { DryRun } from '@/lib/contract/actions/action'
import { request } from '@/lib/cluster/request'
import { sentDry, type WriteRequest } from './write-request'

/**
 * What the API server says to an action's own request when it may store nothing: admission and validation run. Null for
 * a request to a pod: there is nothing between asking it and not asking.
 */
export async function dryRun(connection: Connection, write: WriteRequest): Promise<DryRun | null> {
  if ('through' in write) return null
  try {
    const { warnings } = await request(connection, { timeoutMs: 8_000, ...sentDry(write) })
    return { ok: true, warnings }
  } catch (error) {
    if (!isClusterError(error)) throw error
    return { ok: false, status: error.status, code: error.code, message: error.kubernetes?.message ?? error.message }
  }
}
