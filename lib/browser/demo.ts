'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { postJson, readJson } from './read'

/** A sentence of the demo cluster: its key in the messages `scenarios`, below the scenario's steps. */
export type ScenarioSentence = { key: string; params?: Record<string, string | number> }
export type PlayingScenario = {
  id: string
  step: number
  steps: number
  /** Null while what an earlier scenario has left is cleared away. */
  say: ScenarioSentence | null
  state: 'running' | 'done' | 'failed'
  said: { at: string; say: ScenarioSentence }[]
  look: { namespace: string; statefulSet: string }
  error?: string
}
type Answer = { scenarios: { id: string }[]; current: PlayingScenario | null; problem?: string }
export type ScenarioOrder = { start: string } | { stop: true } | { reset: true }

/** The scenarios, and what plays now: asked once a second while something plays, since the demo has no stream of it. */
export function useScenarios(cluster: string) {
  const cache = useQueryClient()
  const key = ['clusters', cluster, 'demo']
  const path = `/api/clusters/${encodeURIComponent(cluster)}/demo`
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readJson<Answer>(path, signal),
    staleTime: 5000,
    refetchInterval: ({ state }) => (state.data?.current?.state === 'running' ? 1000 : 10_000),
  })
  const order = useMutation({
    mutationFn: (wanted: ScenarioOrder) => postJson<object>(path, wanted),
    onSettled: () => cache.invalidateQueries({ queryKey: key }),
  })
  return { ...query, order: order.mutate, ordering: order.isPending, orderError: order.error }
}
