import 'server-only'
import { kinds, objectPath } from '@/lib/cluster/kinds'
import type { ObjectRef } from '@/lib/contract/names'
import type { WriteRequest } from './write-request'

/** The request of every deletion of a pod: the uid always, and no propagation policy, which pods have no use for. */
export function deleteRequest(
  { namespace, name, uid }: ObjectRef,
  options: { gracePeriodSeconds?: 0 } = {},
): WriteRequest {
  return {
    method: 'DELETE',
    path: objectPath(kinds.pods, namespace, name),
    body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid }, ...options },
  }
}
