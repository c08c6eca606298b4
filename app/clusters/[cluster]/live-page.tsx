'use client'

import type { ComponentType } from 'react'
import { ConnectionFailed } from '@/components/connection/connection-failed'
import { useClusterScope } from '@/components/shell/cluster-context'
import { Shell } from '@/components/shell/shell'
import { useOverview } from '@/lib/browser/live'
import type { OverviewSnapshot } from '@/lib/contract/stream'

/**
 * A page that shows what the overview's stream carries. While there has never been a connection it says why, and
 * changes by itself when there is one.
 */
export function LivePage<More extends object>(props: {
  cluster: string
  first: OverviewSnapshot
  /** What the page shows: a component of the browser, which the server hands over by its reference. */
  show: ComponentType<{ cluster: string; snapshot: OverviewSnapshot } & More>
  /** What the component gets from the server besides the stream. */
  more: More
}) {
  const { snapshot, lastSign, failure } = useOverview(props.cluster, props.first)
  const { clusters } = useClusterScope()
  const { connection, kinds } = snapshot
  const failed = connection.state === 'error' && snapshot.summaries.length === 0 ? connection.error : undefined
  return (
    <Shell status={{ connection, kinds, lastSign, failure }} failed={failed !== undefined}>
      {failed ? (
        <ConnectionFailed
          name={connection.name}
          problem={failed}
          automatic
          others={clusters.filter((each) => each.id !== props.cluster)}
        />
      ) : (
        <props.show cluster={props.cluster} snapshot={snapshot} {...props.more} />
      )}
    </Shell>
  )
}
