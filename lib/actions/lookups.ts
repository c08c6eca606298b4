import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import type { Budget, ListedAutoscaler } from '@/lib/contract/actions/lookups'
import type { Unknown } from '@/lib/contract/unknown'
import { readAutoscalers } from '@/lib/cluster/autoscalers'
import { isClusterError } from '@/lib/cluster/errors'
import { ruleText } from '@/lib/cluster/kinds'
import { type Lease, readLease } from '@/lib/cluster/lease'
import { budgetsOf } from '@/lib/statefulset/model/eviction'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import type { ActionContext } from './context'

const timeoutMs = 4_000

/** Kinds that are read when a dialog opens and not followed: each gives a value or says what could not be seen. */
async function look<T>(rule: string, read: () => Promise<T>): Promise<T | Unknown> {
  try {
    return await read()
  } catch (error) {
    if (!isClusterError(error)) throw error
    return { unknown: error.code === 'forbidden' ? rule : error.message }
  }
}

/** The HorizontalPodAutoscalers of this set, each read or not; none where the API does not exist. */
export function autoscalersOf(
  connection: Connection,
  namespace: string,
  set: string,
): Promise<ListedAutoscaler[] | Unknown> {
  const rule = ruleText('list', 'horizontalpodautoscalers.autoscaling', namespace)
  return look(rule, () => readAutoscalers(connection, namespace, set, timeoutMs))
}

/**
 * The budgets that select a pod with these labels, of those that are followed. They do not stop a deletion or a scale;
 * people ask for them.
 */
export function budgetsFor(
  { live }: Pick<ActionContext, 'live'>,
  objects: SetObjects | undefined,
  pod: { namespace: string; labels: Readonly<Record<string, string>> },
): Budget[] | Unknown {
  // A cluster without that API has no such objects.
  if (live.kindStates().poddisruptionbudgets.state === 'absent') return []
  if (objects === undefined) return { unknown: 'The pod belongs to no set that is seen.' }
  const unknown = objects.unknown.poddisruptionbudgets
  if (unknown !== undefined) return { unknown }
  return budgetsOf(pod, objects.budgets).map(({ metadata, status, minAvailable, maxUnavailable }) => ({
    name: metadata.name,
    disruptionsAllowed: status?.disruptionsAllowed ?? null,
    minAvailable,
    maxUnavailable,
  }))
}

/** A lease; null when there is none. */
export function leaseOf(
  connection: Connection,
  of: { namespace: string; name: string },
): Promise<Lease | null | Unknown> {
  const rule = ruleText('get', 'leases.coordination.k8s.io', of.namespace)
  return look(rule, () => readLease(connection, of, timeoutMs))
}
