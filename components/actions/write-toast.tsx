'use client'

import { useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { showToast } from '@/components/ui/toast'
import { reachedBy, type PendingWrite } from '@/lib/browser/pending-write'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { useWriteProgress } from './write-progress'

export const writeToastId = 'write'

/** A write that was accepted: what it wants, and when it was sent and accepted (ms). */
export type AcceptedWrite = { write: PendingWrite; askedAt: number; acceptedAt: number }

/** Goes on telling how far a write has come after its dialog was closed. */
export function WriteToast(props: { view: StatefulSetView; accepted: AcceptedWrite }) {
  const t = useTranslations('actions.toast')
  const progress = useWriteProgress()
  const { view } = props
  const { write, askedAt, acceptedAt } = props.accepted
  const { step } = reachedBy(view, write)
  const name = write.action === 'scale' ? view.name : `${view.name}-${write.ordinal}`
  const title = t(write.action, { name, replicas: write.action === 'scale' ? write.replicas : 0 })
  useEffect(() => {
    showToast({ id: writeToastId, title, progress: progress({ askedAt, acceptedAt, reached: step }) })
    // The progress only depends on what is listed; the function itself is new at every rendering.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [title, step, askedAt, acceptedAt])
  return null
}
