'use client'

import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import {
  type OverviewSnapshot,
  type SetSnapshot,
  type StreamTopic,
  type TopicFailure,
  topicText,
} from '@/lib/contract/stream'
import { overviewKey, setKey } from './keys'
import type { Snapshot } from './snapshots'
import { tabStream } from './tab'
import { TopicReader } from './topic-reader'

/** The tab's query cache. Nothing in it is ever fetched again by itself: the event stream keeps it true. */
export function CacheProvider(props: { children: ReactNode }) {
  const [cache] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, gcTime: 10 * 60_000, retry: false } } }),
  )
  return <QueryClientProvider client={cache}>{props.children}</QueryClientProvider>
}

/**
 * `lastSign`: when the stream last said anything (ms), null before it did. `failure`: why there is no news, null while
 * there is.
 */
export type Live<T> = { snapshot: T; lastSign: number | null; failure: TopicFailure | null }

/** The overview of a cluster, live, beginning with what the server painted. */
export function useOverview(cluster: string, first: OverviewSnapshot): Live<OverviewSnapshot> {
  return useTopic(cluster, { of: 'overview' }, overviewKey(cluster), first)
}

/** One set, live, beginning with what the server painted. */
export function useSet(cluster: string, namespace: string, name: string, first: SetSnapshot): Live<SetSnapshot> {
  return useTopic(cluster, { of: 'set', namespace, name }, setKey(cluster, namespace, name), first)
}

/** First paints that lie in the cache, or did. */
const taken = new WeakSet<Snapshot>()

/**
 * What lies in the cache under a key. A first paint that is another one than before is newer than what lies there; one
 * that was there already has come back from the framework's own cache with the page, and is older.
 */
function useTopic<T extends Snapshot>(cluster: string, topic: StreamTopic, key: readonly string[], first: T): Live<T> {
  const cache = useQueryClient()
  const text = topicText(cluster, topic)
  const path = key.join(' ')
  const reader = useMemo(() => new TopicReader(cache, path.split(' ')), [cache, path])
  useLayoutEffect(() => {
    if (taken.has(first)) return
    taken.add(first)
    reader.put(first)
  }, [reader, first])
  // Whatever lies there now is compared by the server, which then says what is missing.
  useEffect(() => tabStream().follow(text, reader), [text, reader, first])
  const lastSign = useSyncExternalStore(reader.onSign, reader.lastSign, () => null)
  const failure = useSyncExternalStore(reader.onSign, reader.failure, () => null)
  const { data } = useQuery<T>({
    queryKey: key,
    // The stream writes it; there is nothing to fetch.
    queryFn: () => first,
    enabled: false,
    initialData: first,
  })
  return { snapshot: data ?? first, lastSign, failure }
}
