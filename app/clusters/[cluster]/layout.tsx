import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { ConnectionFailed } from '@/components/connection/connection-failed'
import { Caption } from '@/components/demo/caption'
import { ScenarioMenu } from '@/components/demo/scenario-menu'
import { BarePage } from '@/components/shell/bare-page'
import { ClusterScopeProvider } from '@/components/shell/cluster-context'
import { CacheProvider } from '@/lib/browser/live'
import { clusterEntries, openCluster } from '@/lib/live/clusters'

/** Everything under one cluster: which clusters there are, the tab's cache, or why there is no connection. */
export default async function ClusterLayout(props: { params: Promise<{ cluster: string }>; children: ReactNode }) {
  const { cluster } = await props.params
  const entries = clusterEntries()
  const entry = entries.find((each) => each.id === cluster)
  if (!entry) notFound()
  const opened = await openCluster(cluster)
  if ('problem' in opened)
    return (
      <BarePage>
        <ConnectionFailed
          name={entry.name}
          problem={opened.problem}
          automatic={false}
          others={entries.filter((each) => each !== entry).map(({ id, name }) => ({ id, name }))}
        />
      </BarePage>
    )
  const clusters = entries.map(({ connection, ...each }) => ({
    ...each,
    demo: connection?.demo ?? false,
    state: connection?.state ?? null,
  }))
  const demo = { menu: <ScenarioMenu cluster={cluster} />, caption: <Caption cluster={cluster} /> }
  return (
    <CacheProvider key={cluster}>
      <ClusterScopeProvider scope={{ cluster, clusters, demo }}>{props.children}</ClusterScopeProvider>
    </CacheProvider>
  )
}
