import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import type { Autoscaler, Budget } from '@/lib/contract/actions/lookups'
import type { Unknown } from '@/lib/contract/unknown'
import { isClusterError } from '@/lib/cluster/errors'
import { ruleText } from '@/lib/cluster/kinds'
import { type Lease, readNodeLease } from '@/lib/cluster/lease'
import { request } from '@/lib/cluster/request'
import { budgetsOf } from '@/lib/statefulset/model/eviction'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import type { ActionContext } from './context'

type Json = Record<string, unknown>
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

/** HorizontalPodAutoscalers whose target is this set; none where the API does not exist. */
export function autoscalersOf(connection: Connection, namespace: string, set: string): Promise<Autoscaler[] | Unknown> {
  return look(ruleText('list', 'horizontalpodautoscalers.autoscaling', namespace), async () => {
    const items = await itemsOf(connection, [
      'apis',
      'autoscaling',
      'v2',
      'namespaces',
      namespace,
      'horizontalpodautoscalers',
    ])
    return items.flatMap((item) => {
      const spec = field(item, 'spec')
      const target = field(spec, 'scaleTargetRef')
      // The name alone is not enough: other groups have a StatefulSet too.
      const isApps = typeof target.apiVersion === 'string' && target.apiVersion.startsWith('apps/')
      if (!isApps || target.kind !== 'StatefulSet' || target.name !== set) return []
      const conditions = list(field(item, 'status').conditions)
      return [
        {
          name: String(field(item, 'metadata').name ?? ''),
          min: number(spec.minReplicas) ?? 1,
          max: number(spec.maxReplicas) ?? 0,
          // Kubernetes 1.37: a zero that the autoscaler made itself, and will raise again.
          scaledToZero: conditions.some(
            (condition) => condition.type === 'ScaledToZero' && condition.status === 'True',
          ),
        },
      ]
    })
  })
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

/** The lease that a node's kubelet renews; null when there is none. */
export function nodeLease(connection: Connection, node: string): Promise<Lease | null | Unknown> {
  const rule = ruleText('get', 'leases.coordination.k8s.io', 'kube-node-lease')
  return look(rule, () => readNodeLease(connection, node, timeoutMs))
}

/** Every object of a collection, page by page. */
async function itemsOf(connection: Connection, path: string[]): Promise<Json[]> {
  const items: Json[] = []
  try {
    for (let token: string | undefined = ''; token !== undefined;) {
      const query = token === '' ? { limit: 500 } : { limit: 500, continue: token }
      const { json } = await request(connection, { path, query, timeoutMs })
      items.push(...list((json as Json).items))
      const next = field(json as Json, 'metadata').continue
      token = typeof next === 'string' && next !== '' ? next : undefined
    }
    return items
  } catch (error) {
    // A cluster without that API has no such objects.
    if (isClusterError(error) && error.code === 'not-found') return []
    throw error
  }
}

function field(json: Json, name: string): Json {
  const value = json[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((item): item is Json => typeof item === 'object' && item !== null) : []
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
