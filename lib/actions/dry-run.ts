import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import { isClusterError } from '@/lib/cluster/errors'
import type { DryRun } from '@/lib/contract/actions/action'
import { request, type RequestOptions } from '@/lib/cluster/request'

/** Sends a request that has to carry `dryRun=All`, in its query or its body: admission and validation run, no more. */
export async function dryRun(connection: Connection, options: RequestOptions): Promise<DryRun> {
  const inQuery = options.query?.dryRun === 'All'
  const inBody = /"dryRun":\["All"\]/.test(JSON.stringify(options.body ?? null))
  if (!inQuery && !inBody) throw new Error('a dry run without dryRun=All would be a write')
  try {
    const { warnings } = await request(connection, { timeoutMs: 8_000, ...options })
    return { ok: true, warnings }
  } catch (error) {
    if (!isClusterError(error)) throw error
    return { ok: false, status: error.status, code: error.code, message: error.kubernetes?.message ?? error.message }
  }
}
