'use client'

import { useTranslations } from 'next-intl'
import { useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react'
import { dismissToast, showToast } from '@/components/ui/toast'
import { serverNow } from '@/lib/browser/now'
import type { Failure } from '@/lib/browser/command-sender'
import type { PendingWrite } from '@/lib/browser/pending-write'
import type { ConnectionState, TopicFailure } from '@/lib/contract/stream'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { ActionsContext, type Opened } from './actions-context'
import { useDisabledReasons } from './disabled-reasons'
import type { DialogProps } from './pod-command'
import { usePodDisabledReasons } from './pod-disabled-reasons'
import { podDialogs, scaleAction } from './registry'
import { WriteToast, writeToastId, type AcceptedWrite } from './write-toast'

/**
 * What can be done to a set from its page: which buttons may be pressed, the dialogs, and the toast that goes on
 * following a write when its dialog is closed. It stands outside of the shell, whose clock stops when the page is not
 * live.
 */
export function SetActions(props: {
  cluster: string
  namespace: string
  view: StatefulSetView | null
  connection: ConnectionState
  lastSign: number | null
  failure: TopicFailure | null
  children: ReactNode
}) {
  const { cluster, namespace, view } = props
  const failures = useTranslations('actions.failure')
  const { rights, disabledReasons, reasonsFor } = useDisabledReasons(props)
  const [opened, setOpened] = useState<Opened | null>(null)
  const [accepted, setAccepted] = useState<AcceptedWrite | null>(null)
  const opener = useRef<HTMLElement | null>(null)
  const isOpen = useRef(false)
  const open = useCallback((what: Opened) => {
    opener.current = focusBefore() ?? opener.current
    isOpen.current = true
    setAccepted(null)
    dismissToast(writeToastId)
    setOpened(what)
  }, [])
  const close = () => {
    isOpen.current = false
    setOpened(null)
    requestAnimationFrame(() => {
      if (document.activeElement === document.body && opener.current?.isConnected) opener.current.focus()
    })
  }
  const onWritten = (write: PendingWrite, askedAt: number) => setAccepted({ write, askedAt, acceptedAt: serverNow() })
  const onFailed = (failure: Failure) => {
    if (isOpen.current) return
    showToast({
      id: 'write-failed',
      tone: 'bad',
      title: failures(failure.mayBeDone ? 'unknown' : 'nothing'),
      verbatim: failure.message,
    })
  }
  const set = view?.name ?? null
  const context = useMemo(
    () => ({ cluster, namespace, set, rights, disabledReasons, reasonsFor, open }),
    [cluster, namespace, set, rights, disabledReasons, reasonsFor, open],
  )
  return (
    <ActionsContext value={context}>
      {props.children}
      {opened && view ? (
        <OpenedDialog
          opened={opened}
          onOpened={setOpened}
          cluster={cluster}
          view={view}
          onClose={close}
          onWritten={onWritten}
          onFailed={onFailed}
        />
      ) : null}
      {opened === null && view && accepted ? <WriteToast view={view} accepted={accepted} /> : null}
    </ActionsContext>
  )
}

/** What had the focus, unless it was a dialog; from a menu, which is gone afterwards, the button that it hangs on. */
function focusBefore(): HTMLElement | null {
  const at = document.activeElement
  const trigger = at?.closest('[role=menu]')?.getAttribute('aria-labelledby')
  const from = trigger ? document.getElementById(trigger) : at
  return from instanceof HTMLElement && !from.closest('[role=dialog]') ? from : null
}

type OpenedProps<Shown> = Omit<DialogProps, 'disabledReason'> & { opened: Shown; onOpened: (opened: Opened) => void }

function OpenedDialog({ opened, ...shared }: OpenedProps<Opened>) {
  const { disabledReasons } = useContext(ActionsContext)
  if (opened.action !== 'scale') return <OpenedPodDialog opened={opened} {...shared} />
  const { onOpened: _, ...props } = shared
  return <scaleAction.dialog {...props} to={opened.to} disabledReason={disabledReasons.scale} />
}

function OpenedPodDialog(props: OpenedProps<Extract<Opened, { ordinal: number }>>) {
  const { opened, onOpened, ...shared } = props
  const pod = shared.view.ordinals.find((one) => one.ordinal === opened.ordinal)?.name ?? null
  const disabledReasons = usePodDisabledReasons(pod)
  const PodDialog = podDialogs[opened.action]
  const { ordinal, uid } = opened
  return (
    <PodDialog
      // Another action is another dialog: nothing that was typed for one goes over to the next.
      key={opened.action}
      {...shared}
      disabledReason={disabledReasons[opened.action]}
      ordinal={ordinal}
      uid={uid}
      onAction={(action) => onOpened({ action, ordinal, uid })}
    />
  )
}
