'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DemoOrder, DemoPull } from '@/lib/contract/demo'
import { api } from '@/lib/contract/routes'
import { postJson, readJson } from './read'

/** What the page asks of the demo while something plays, since the demo has no stream of it. */
const playingMs = 500

/** The scenarios, and what plays now. */
export function useScenarios(cluster: string) {
  const cache = useQueryClient()
  const key = ['clusters', cluster, 'demo']
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readJson(api.demo(cluster), signal),
    staleTime: 5000,
    refetchInterval: ({ state: { data } }) =>
      data?.current?.state === 'running' || data?.current?.state === 'waiting' ? playingMs : 10_000,
  })
  const order = useMutation({
    mutationFn: (order: DemoOrder) => postJson(api.demoOrder(cluster), order),
    onSettled: () => cache.invalidateQueries({ queryKey: key }),
  })
  return { ...query, order: order.mutate, ordering: order.isPending, orderError: order.error }
}

/** What is broken in the demo cluster; asked only while somebody looks. */
export function useLevers(cluster: string, enabled: boolean) {
  const cache = useQueryClient()
  const key = ['clusters', cluster, 'demo', 'levers']
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readJson(api.demoLevers(cluster), signal),
    enabled,
    refetchInterval: 1000,
  })
  const pull = useMutation({
    mutationFn: (pull: DemoPull) => postJson(api.demoLevers(cluster), pull),
    onSuccess: (levers) => cache.setQueryData(key, levers),
  })
  return { ...query, pull: pull.mutate, pulling: pull.isPending, pullError: pull.error }
}
