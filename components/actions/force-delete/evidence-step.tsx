'use client'

import type { PodAction } from '@/lib/browser/pending-write'
import type { CollectedEvidence } from '@/lib/contract/evidence'
import { EvidenceColumns } from './evidence-columns'
import { SaferWays } from './safer-ways'
import { VerdictBox } from './verdict-box'

/** What speaks for and against, what it comes to, and what helps without a force delete. */
export function EvidenceStep(props: {
  collected: CollectedEvidence
  pod: string
  onAction: (action: PodAction) => void
}) {
  const { evidence, collectedAt, pod } = props.collected
  return (
    <>
      <EvidenceColumns items={evidence.items} collectedAt={collectedAt} />
      <VerdictBox verdict={evidence.verdict} pod={props.pod} />
      <SaferWays ways={evidence.saferWays} node={pod.node} pod={props.pod} onAction={props.onAction} />
    </>
  )
}
