import 'server-only'
import type { Segment } from '@/lib/cluster/path'
import type { Asked } from '@/lib/cluster/proxy'
import type { RequestOptions } from '@/lib/cluster/request'

/** The one request that an action writes with. */
export type WriteRequest =
  | { method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: readonly Segment[]; through: Asked; body: unknown }
  | { method: 'PATCH'; path: readonly string[]; contentType: string; body: unknown }
  | { method: 'DELETE'; path: readonly string[]; body: Readonly<Record<string, unknown>> }

/** The request as it is sent: a patch tells the API server who owns the fields from then on. */
export function sent(write: WriteRequest): RequestOptions {
  return write.method === 'PATCH' ? { ...write, query: { fieldManager: 'ordinal' } } : write
}

/** The same request for a dry run: a patch says so in its query, a deletion in its options. Nothing else differs. */
export function sentDry(write: WriteRequest): RequestOptions {
  if (write.method === 'DELETE') return { ...sent(write), body: { ...write.body, dryRun: ['All'] } }
  const options = sent(write)
  return { ...options, query: { ...options.query, dryRun: 'All' } }
}
