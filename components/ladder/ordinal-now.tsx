'use client'

import { useReasonWords } from '@/components/ui/reason-words'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { DiskPart } from './disk-part'
import { Facts } from './facts'
import { NodePart } from './node-part'
import { PeerPart } from './peer-part'
import { PodPart } from './pod-part'
import { ProofRows } from './proof-rows'

/** Everything about one ordinal now: why it is as it is, its pod and containers, node, claims, and its names. */
export function OrdinalNow(props: { view: StatefulSetView; ordinal: OrdinalView }) {
  const words = useReasonWords()
  const { view, ordinal } = props
  const { cause } = ordinal
  return (
    <div className="flex flex-col gap-5">
      {cause ? (
        <section className="flex flex-col gap-1">
          <p className="text-lead font-strong">{words(cause)}</p>
          <Facts>
            <ProofRows proof={cause.proof} />
          </Facts>
        </section>
      ) : null}
      <PodPart view={view} one={ordinal} />
      <NodePart view={view} one={ordinal} />
      <DiskPart view={view} one={ordinal} />
      <PeerPart view={view} one={ordinal} />
    </div>
  )
}
