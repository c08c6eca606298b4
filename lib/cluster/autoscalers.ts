import 'server-only'
import type { ListedAutoscaler } from '@/lib/contract/actions/lookups'
import type { Connection } from './connection'
import { isClusterError } from './errors'
import { rawPages } from './list'
import { array, integer, type Json, ParseError, record, text } from './read-json'

/**
 * The HorizontalPodAutoscalers whose target is this set, and those that cannot be read so far that it may be; none where
 * the API does not exist. Throws `ClusterError`.
 */
export async function readAutoscalers(
  connection: Connection,
  namespace: string,
  set: string,
  timeoutMs: number,
): Promise<ListedAutoscaler[]> {
  const path = ['apis', 'autoscaling', 'v2', 'namespaces', namespace, 'horizontalpodautoscalers']
  const found: ListedAutoscaler[] = []
  try {
    for await (const { items } of rawPages(connection, path, { timeoutMs })) {
      for (const item of items) found.push(...autoscalerFor(item, set))
    }
    return found
  } catch (error) {
    if (isClusterError(error) && error.code === 'not-found') return []
    throw error
  }
}

/** The autoscaler as one for this set: an empty list when its target is another. */
export function autoscalerFor(json: unknown, set: string): ListedAutoscaler[] {
  let name = ''
  try {
    const object = record(json, 'object')
    name = text(record(object.metadata, 'metadata').name, 'metadata.name') ?? ''
    const spec = record(object.spec, 'spec')
    return isTarget(record(spec.scaleTargetRef, 'spec.scaleTargetRef'), set) ? [parseAutoscaler(name, object)] : []
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return [{ name, unknown: error.message }]
  }
}

/** The name alone is not enough: other groups have a StatefulSet too. */
function isTarget(target: Json, set: string): boolean {
  const of = (field: string) => text(target[field], `spec.scaleTargetRef.${field}`)
  const [apiVersion, kind, name] = [of('apiVersion'), of('kind'), of('name')]
  return (apiVersion?.startsWith('apps/') ?? false) && kind === 'StatefulSet' && name === set
}

/** The API gives `maxReplicas` always, and `minReplicas` 1 where nobody has said it (k8s pkg/apis/autoscaling/v2/defaults.go). */
function parseAutoscaler(name: string, object: Json): ListedAutoscaler {
  const spec = record(object.spec, 'spec')
  const max = integer(spec.maxReplicas, 'spec.maxReplicas')
  if (max === null) throw new ParseError('spec.maxReplicas is missing')
  const conditions = array(record(object.status, 'status').conditions, 'status.conditions').map((condition) =>
    record(condition, 'status.conditions'),
  )
  return {
    name,
    min: integer(spec.minReplicas, 'spec.minReplicas') ?? 1,
    max,
    // Kubernetes 1.37: a zero that the autoscaler made itself, and will raise again.
    scaledToZero: conditions.some(({ type, status }) => type === 'ScaledToZero' && status === 'True'),
  }
}
