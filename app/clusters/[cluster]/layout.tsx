import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { ConnectionFailed } from '@/components/connection/connection-failed'
import { BarePage } from '@/components/shell/bare-page'
import { ClusterScopeProvider } from '@/components/shell/cluster-context'
import { demoMessages } from '@/components/shell/places'
import { CacheProvider } from '@/lib/browser/live'
import { PageMessages } from '@/lib/i18n/page-messages'
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
  // Whether it is the demo is known once it has answered.
  const { demo, state } = opened.live.connection
  return (
    <CacheProvider key={cluster}>
      <ClusterScopeProvider scope={{ cluster, clusters }}>
        <PageMessages paths={demo || state !== 'live' ? demoMessages : []}>{props.children}</PageMessages>
      </ClusterScopeProvider>
    </CacheProvider>
  )
}
