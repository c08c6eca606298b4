'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { PodAction } from '@/lib/browser/pending-write'
import { onlyFinalizersHold } from '@/lib/browser/pending-write'
import type { OrdinalView } from '@/lib/statefulset/model/view'
import { KeptNotice } from './kept-notice'

/** After the force delete: how far the ordinal has come, what keeps the object, and how long the mark stays. */
export function WatchStep(props: {
  one: OrdinalView | undefined
  uid: string
  node: string | null
  pod: string
  onAction: (action: PodAction) => void
  children: ReactNode
}) {
  const t = useTranslations('actions.forceDelete')
  const { one, node, pod } = props
  const kept = one?.pod?.uid === props.uid && onlyFinalizersHold(one) ? one.pod.finalizers : null
  return (
    <>
      {props.children}
      {kept ? <KeptNotice finalizers={kept} onFinalizers={() => props.onAction('remove-finalizers')} /> : null}
      <p className="text-body text-muted">{t(node ? 'marked' : 'unmarked', { node: node ?? '', pod })}</p>
    </>
  )
}
