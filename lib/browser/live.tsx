'use client'

import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { OverviewSnapshot, SetSnapshot, StreamTopic } from '@/lib/contract/stream'
import { overviewKey, setKey } from './keys'
import { LiveStream } from './live-stream'

/** The tab's query cache. Nothing in it is ever fetched again by itself: the event stream keeps it true. */
export function CacheProvider(props: { children: ReactNode }) {
  const [cache] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, gcTime: 10 * 60_000, retry: false } } }),
  )
  return <QueryClientProvider client={cache}>{props.children}</QueryClientProvider>
}

/** `lastSign`: when the stream last said anything (ms), null before it did. */
export type Live<T> = { snapshot: T; lastSign: number | null }

/** The overview of a cluster, live, beginning with what the server painted. */
export function useOverview(cluster: string, first: OverviewSnapshot): Live<OverviewSnapshot> {
  const lastSign = useStream(cluster, { of: 'overview' })
  return { snapshot: useSnapshot(overviewKey(cluster), first), lastSign }
}

/** One set, live, beginning with what the server painted. */
export function useSet(cluster: string, namespace: string, name: string, first: SetSnapshot): Live<SetSnapshot> {
  const lastSign = useStream(cluster, { of: 'set', namespace, name })
  return { snapshot: useSnapshot(setKey(cluster, namespace, name), first), lastSign }
}

/** What lies in the cache under a key; a newer first paint (a navigation back) replaces what is older. */
function useSnapshot<T extends OverviewSnapshot | SetSnapshot>(key: readonly string[], first: T): T {
  const { data } = useQuery<T>({
    queryKey: key,
    // The stream writes it; there is nothing to fetch.
    queryFn: () => first,
    enabled: false,
    initialData: first,
  })
  return data ?? first
}

function useStream(cluster: string, watch: StreamTopic): number | null {
  const cache = useQueryClient()
  const key = watch.of === 'overview' ? '' : `${watch.namespace}/${watch.name}`
  const stream = useMemo(() => {
    const [namespace = '', name = ''] = key.split('/')
    return new LiveStream(cluster, key === '' ? { of: 'overview' } : { of: 'set', namespace, name }, cache)
  }, [cluster, key, cache])
  useEffect(() => {
    stream.open()
    return () => stream.close()
  }, [stream])
  return useSyncExternalStore(stream.onSign, stream.sign, () => null)
}
