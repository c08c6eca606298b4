'use client'

import { ConnectionFailed } from '@/components/connection/connection-failed'
import { Overview } from '@/components/overview/overview'
import { useClusterScope } from '@/components/shell/cluster-context'
import { Shell } from '@/components/shell/shell'
import { useOverview } from '@/lib/browser/live'
import type { OverviewSnapshot } from '@/lib/contract/stream'

/** The overview, live. While there has never been a connection it says why, and changes by itself when there is. */
export function OverviewPage(props: { cluster: string; first: OverviewSnapshot }) {
  const { snapshot, lastSign } = useOverview(props.cluster, props.first)
  const { clusters } = useClusterScope()
  const { connection, kinds } = snapshot
  const failed = connection.state === 'error' && snapshot.summaries.length === 0 ? connection.error : undefined
  return (
    <Shell status={{ connection, kinds, lastSign }} failed={failed !== undefined}>
      {failed ? (
        <ConnectionFailed
          name={connection.name}
          problem={failed}
          automatic
          others={clusters.filter((each) => each.id !== props.cluster)}
        />
      ) : (
        <Overview cluster={props.cluster} snapshot={snapshot} />
      )}
    </Shell>
  )
}
