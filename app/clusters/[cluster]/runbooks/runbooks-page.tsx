'use client'

import { RunbookList } from '@/components/runbooks/runbook-list'
import { Shell } from '@/components/shell/shell'
import { useOverview } from '@/lib/browser/live'
import type { OverviewSnapshot } from '@/lib/contract/stream'

export function RunbooksPage(props: { cluster: string; first: OverviewSnapshot }) {
  const { snapshot, lastSign } = useOverview(props.cluster, props.first)
  const { connection, kinds } = snapshot
  return (
    <Shell status={{ connection, kinds, lastSign }}>
      <RunbookList cluster={props.cluster} snapshot={snapshot} />
    </Shell>
  )
}
