'use client'

import { createContext, useContext, useEffect, type ReactNode } from 'react'
import type { ClusterChoice } from './cluster-switcher'
import { lastClusterCookie } from './last-cluster'

export type ClusterScope = {
  cluster: string
  clusters: readonly ClusterChoice[]
}
const ScopeContext = createContext<ClusterScope>({ cluster: '', clusters: [] })

/** The cluster that a page is under, and all that there are. */
export function useClusterScope(): ClusterScope {
  return useContext(ScopeContext)
}

export function ClusterScopeProvider(props: { scope: ClusterScope; children: ReactNode }) {
  const { cluster } = props.scope
  useEffect(() => {
    document.cookie = `${lastClusterCookie}=${cluster}; path=/; max-age=${60 * 60 * 24 * 365}; samesite=lax`
  }, [cluster])
  return <ScopeContext value={props.scope}>{props.children}</ScopeContext>
}
