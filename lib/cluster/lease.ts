import 'server-only'
import type { Connection } from './connection'
import { isClusterError } from './errors'
import { request } from './request'

export type Lease = { renewTime: string | null; durationSeconds: number | null }

type Fields = Record<string, unknown>

/** Where the kubelet of a node renews its lease. */
export const nodeLeaseOf = (node: string) => ({ namespace: 'kube-node-lease', name: node })

/** A lease; null when there is none. Throws `ClusterError`. */
export async function readLease(
  connection: Connection,
  { namespace, name }: { namespace: string; name: string },
  timeoutMs: number,
): Promise<Lease | null> {
  const path = ['apis', 'coordination.k8s.io', 'v1', 'namespaces', namespace, 'leases', name]
  try {
    const { json } = await request(connection, { path, timeoutMs })
    const spec = fieldsOf(fieldsOf(json).spec)
    return {
      renewTime: typeof spec.renewTime === 'string' ? spec.renewTime : null,
      durationSeconds: typeof spec.leaseDurationSeconds === 'number' ? spec.leaseDurationSeconds : null,
    }
  } catch (error) {
    if (isClusterError(error) && error.code === 'not-found') return null
    throw error
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
