'use client'

import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { useCommand, type Command } from '@/lib/browser/actions'
import type { Failure } from '@/lib/browser/command-sender'
import type { PendingWrite, PodAction } from '@/lib/browser/pending-write'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { FailureNotice } from './failure-notice'
import { PodProgress } from './pod-progress'

/** What every dialog is given. */
export type DialogProps = {
  cluster: string
  view: StatefulSetView
  /** Why it may not be done now, as far as the whole page goes. */
  disabledReason?: string
  onClose: () => void
  onWritten: (write: PendingWrite, askedAt: number) => void
  onFailed: (failure: Failure) => void
}

/** What every dialog about one pod is given. */
export type PodDialogProps = DialogProps & {
  ordinal: number
  /** The pod that was looked at; another one of the same name is never touched. */
  uid: string
  /** Goes over to another action on the same pod. */
  onAction: (action: PodAction) => void
}

/**
 * The pod that a dialog is about, and its command. `gone`: the pod that was looked at is there no more. `progress` once
 * the command was accepted: then the ordinal is followed until it is back.
 */
export function usePodDialog<A extends PodAction>(props: PodDialogProps, action: A) {
  const { view, ordinal, uid } = props
  const one = view.ordinals.find((each) => each.ordinal === ordinal)
  // The name stays on the page when the ordinal has left the list.
  const [first] = useState<OrdinalView | undefined>(one)
  const name = one?.name ?? first?.name ?? `${view.name}-${ordinal}`
  const write: PodWrite = { action, ordinal, uid }
  const command = useCommand(
    props.cluster,
    action,
    (_answer, _body, askedAt) => props.onWritten(write, askedAt),
    props.onFailed,
  )
  const done = command.state === 'done'
  return {
    one,
    first,
    name,
    target: { namespace: view.namespace, name, uid },
    gone: one?.pod?.uid !== uid,
    command,
    done,
    progress: done ? <CommandProgress view={view} write={write} command={command} /> : null,
    notice: command.failure ? <CommandFailure command={command} failure={command.failure} /> : null,
  }
}

type PodWrite = Exclude<PendingWrite, { action: 'scale' }>

/** Why the command failed, with a way to ask again for an answer that never reached this page. */
function CommandFailure(props: { command: Pick<Command<PodAction>, 'askAgain'>; failure: Failure }) {
  const t = useTranslations('actions.failure')
  const { failure, command } = props
  const again = failure.code === 'no-answer' ? <Button onClick={command.askAgain}>{t('askAgain')}</Button> : undefined
  return <FailureNotice failure={failure} action={again} />
}

/** What has become of a command that was accepted. */
function CommandProgress<A extends PodAction>(props: { view: StatefulSetView; write: PodWrite; command: Command<A> }) {
  const { askedAt, acceptedAt, answer } = props.command
  const byReading = answer?.confirmedBy === 'reading'
  return (
    <PodProgress
      view={props.view}
      of={props.write}
      write={{ askedAt: askedAt ?? 0, acceptedAt: acceptedAt ?? 0, byReading }}
    />
  )
}

/** The pod's name in a dialog's title. */
export function podInTitle(text: ReactNode): ReactNode {
  return (
    <span lang="en" className="font-mono">
      {text}
    </span>
  )
}
