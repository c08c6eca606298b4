'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

/** A sentence in both languages, as the demo cluster gives it. */
export type Words = { en: string; zh: string }
export type Scenario = { id: string; title: Words; lines: Words[] }
export type Playing = {
  id: string
  title: Words
  step: number
  steps: number
  say: Words
  state: 'running' | 'done' | 'failed'
  said: { at: string; say: Words }[]
  look: { namespace: string; statefulSet: string }
  error?: string
}
type Answer = { scenarios: Scenario[]; current: Playing | null; problem?: string }
export type Order = { start: string } | { stop: true } | { reset: true }

async function ask<T>(cluster: string, order?: Order): Promise<T> {
  const response = await fetch(`/api/clusters/${encodeURIComponent(cluster)}/demo`, {
    ...(order ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) } : {}),
  })
  const answer = (await response.json()) as T & { error?: { message?: string } }
  if (!response.ok) throw new Error(answer.error?.message ?? response.statusText)
  return answer
}

/** The scenarios, and what plays now: asked once a second while something plays, since the demo has no stream of it. */
export function useScenarios(cluster: string) {
  const cache = useQueryClient()
  const key = ['clusters', cluster, 'demo']
  const query = useQuery({
    queryKey: key,
    queryFn: () => ask<Answer>(cluster),
    staleTime: 5000,
    refetchInterval: ({ state }) => (state.data?.current?.state === 'running' ? 1000 : 10_000),
  })
  const order = useMutation({
    mutationFn: (wanted: Order) => ask<object>(cluster, wanted),
    onSettled: () => cache.invalidateQueries({ queryKey: key }),
  })
  return { ...query, order: order.mutate, ordering: order.isPending, orderError: order.error }
}
