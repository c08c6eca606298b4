import type { StreamTopic } from '@/lib/contract/stream'

/** Where each snapshot lies in the query cache; the event stream writes there and nobody else. */
export const overviewKey = (cluster: string) => ['clusters', cluster, 'overview'] as const
export const setKey = (cluster: string, namespace: string, name: string) =>
  ['clusters', cluster, 'sets', namespace, name] as const

/** The key of what a stream watches. */
export function keyOf(cluster: string, watch: StreamTopic) {
  return watch.of === 'overview' ? overviewKey(cluster) : setKey(cluster, watch.namespace, watch.name)
}
