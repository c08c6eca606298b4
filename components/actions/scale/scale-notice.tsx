'use client'

import { useTranslations } from 'next-intl'
import { FailureNotice } from '@/components/actions/failure-notice'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { Command } from '@/lib/browser/actions'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import type { ScalePhase } from './scale-state'

/** What stands between the person and the next press: another set, another number, or a command without an answer. */
export function ScaleNotice(props: {
  phase: ScalePhase
  view: StatefulSetView
  /** The number of replicas that the person saw. */
  before: number
  /** The page does not show yet what has changed. */
  reading: boolean
  /** Something was written from this dialog. */
  written: boolean
  command: Pick<Command<'scale'>, 'failure' | 'askAgain'>
  onAccept: () => void
}) {
  const t = useTranslations('actions.scale')
  const why = useTranslations('actions.off')
  const failed = useTranslations('actions.failure')
  const { phase, view, command, onAccept } = props
  const { failure } = command
  if (phase === 'recreated')
    return (
      <Notice tone="bad" role="alert" title={t('recreated')}>
        {t(props.written ? 'recreatedSince' : 'recreatedThen')}
      </Notice>
    )
  if (phase === 'conflict')
    return (
      <Notice
        tone="attention"
        role="alert"
        title={t('changed', { set: view.name })}
        action={
          <Button onClick={onAccept} disabledReason={props.reading ? why('behind') : undefined}>
            {t('useNew')}
          </Button>
        }
      >
        {t('changedThen', { before: props.before, now: view.replicas.desired })}
      </Notice>
    )
  if (!failure) return null
  return (
    <FailureNotice
      failure={failure}
      action={
        failure.code === 'no-answer' ? (
          <Button onClick={command.askAgain}>{failed('askAgain')}</Button>
        ) : failure.mayBeDone ? (
          <Button onClick={onAccept}>{failed('lookAgain')}</Button>
        ) : undefined
      }
    />
  )
}
