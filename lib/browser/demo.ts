'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { DemoOrder } from '@/lib/contract/answers'
import { api } from '@/lib/contract/routes'
import { postJson, readJson } from './read'

/** The scenarios, and what plays now: asked once a second while something plays, since the demo has no stream of it. */
export function useScenarios(cluster: string) {
  const cache = useQueryClient()
  const key = ['clusters', cluster, 'demo']
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readJson(api.demo(cluster), signal),
    staleTime: 5000,
    refetchInterval: ({ state }) => (state.data?.current?.state === 'running' ? 1000 : 10_000),
  })
  const order = useMutation({
    mutationFn: (order: DemoOrder) => postJson(api.demoOrder(cluster), order),
    onSettled: () => cache.invalidateQueries({ queryKey: key }),
  })
  return { ...query, order: order.mutate, ordering: order.isPending, orderError: order.error }
}
