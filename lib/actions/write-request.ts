import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import { type Asked, askThroughProxy, proxyRequest } from '@/lib/cluster/proxy'
import { request, type Reply, type RequestOptions } from '@/lib/cluster/request'

/** What the API server stores itself, and may try without storing. */
type Stored =
  | { method: 'PATCH'; path: readonly string[]; contentType: string; body: unknown }
  | { method: 'DELETE'; path: readonly string[]; body: Readonly<Record<string, unknown>> }

/** The one request that an action writes with: to the API server, or `through` its proxy to a pod. */
export type WriteRequest = Stored | { through: Asked }

/** Sends it, once; what a pod has answered is the reply's JSON. */
export async function sendWrite(connection: Connection, write: WriteRequest, timeoutMs: number): Promise<Reply> {
  if (!('through' in write)) return request(connection, { timeoutMs, ...sent(write) })
  const answer = await askThroughProxy(connection, write.through)
  return { status: answer.status, headers: {}, json: answer, warnings: [] }
}

/** What the journal keeps of it: the request, without the text that goes to a pod, which may hold a secret. */
export function journaled(write: WriteRequest): Pick<RequestOptions, 'method' | 'path' | 'body'> {
  if (!('through' in write)) return { method: write.method, path: write.path, body: write.body }
  const { text = '', contentType = null } = write.through
  return { ...proxyRequest(write.through), body: { bytes: Buffer.byteLength(text), contentType } }
}

/** The request as it is sent: a patch tells the API server who owns the fields from then on. */
function sent(write: Stored): RequestOptions {
  return write.method === 'PATCH' ? { ...write, query: { fieldManager: 'ordinal' } } : write
}

/** The same request for a dry run: a patch says so in its query, a deletion in its options. Nothing else differs. */
export function sentDry(write: Stored): RequestOptions {
  if (write.method === 'DELETE') return { ...sent(write), body: { ...write.body, dryRun: ['All'] } }
  const options = sent(write)
  return { ...options, query: { ...options.query, dryRun: 'All' } }
}
