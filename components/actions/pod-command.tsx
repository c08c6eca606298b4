'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { FailureNotice } from './failure-notice'
import { PodProgress } from './pod-progress'
import { useCommand, type ActionName, type Command } from '@/lib/browser/actions'
import type { Failure } from '@/lib/browser/command-sender'
import type { PendingWrite } from '@/lib/browser/pending-write'
import type { StatefulSetView } from '@/lib/statefulset/model/view'

export type PodAction = Exclude<ActionName, 'scale'>

/** What every dialog about one pod is given. */
export type PodDialogProps = {
  cluster: string
  view: StatefulSetView
  ordinal: number
  /** The pod that was looked at; another one of the same name is never touched. */
  uid: string
  /** Why it may not be done now. */
  disabledReason?: string
  onClose: () => void
  onWritten: (followed: PendingWrite, askedAt: number) => void
  onFailed: (failure: Failure) => void
}

/** The command of such a dialog. `done` once it was accepted: then the ordinal is followed until it is back. */
export function usePodCommand<A extends PodAction>(props: PodDialogProps, action: A) {
  const followed = { action, ordinal: props.ordinal, uid: props.uid }
  const command = useCommand(
    props.cluster,
    action,
    (_answer, _body, askedAt) => props.onWritten(followed, askedAt),
    props.onFailed,
  )
  return { command, followed, done: command.state === 'done' }
}

/** Why the command failed, with a way to ask again for an answer that never reached this page. */
export function CommandFailure(props: { command: Pick<Command<PodAction>, 'failure' | 'askAgain'> }) {
  const t = useTranslations('actions.failure')
  const { failure, askAgain } = props.command
  if (!failure) return null
  const again = failure.code === 'no-answer' ? <Button onClick={askAgain}>{t('askAgain')}</Button> : undefined
  return <FailureNotice failure={failure} action={again} />
}

/** What has become of a command that was accepted. */
export function CommandProgress<A extends PodAction>(props: {
  view: StatefulSetView
  followed: Exclude<PendingWrite, { action: 'scale' }>
  command: Command<A>
}) {
  const { askedAt, acceptedAt, answer } = props.command
  const byReading = answer?.confirmedBy === 'reading'
  return (
    <PodProgress
      view={props.view}
      followed={props.followed}
      write={{ askedAt: askedAt ?? 0, acceptedAt: acceptedAt ?? 0, byReading }}
    />
  )
}
