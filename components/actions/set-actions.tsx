'use client'

import { MoreHorizontal } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { DeletePodDialog } from './delete-pod/delete-pod-dialog'
import { FinalizersDialog } from './finalizers/finalizers-dialog'
import { ForceDeleteDialog } from './force-delete/force-delete-dialog'
import { ScaleDialog } from './scale/scale-dialog'
import { freshness } from '@/components/shell/freshness'
import { Button, IconButton } from '@/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import type { PodAction } from './pod-command'
import { dismissToast, showToast } from '@/components/ui/toast'
import { useWriteProgress } from './write-progress'
import { useRights, type ActionName } from '@/lib/browser/actions'
import type { Failure } from '@/lib/browser/command-sender'
import { mayNeedForce, onlyFinalizersHold, reachedBy, type PendingWrite } from '@/lib/browser/pending-write'
import { useNow } from '@/lib/browser/now'
import type { ConnectionState } from '@/lib/contract/stream'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'

type Opened = { action: 'scale' } | { action: PodAction; ordinal: number; uid: string }
type Actions = {
  /** Why an action may not be pressed now; absent when it may. */
  disabledReasons: Partial<Record<ActionName, string>>
  open: (what: Opened) => void
}
const ActionsContext = createContext<Actions>({ disabledReasons: {}, open: () => {} })

const toastId = 'write'

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
  children: ReactNode
}) {
  const { cluster, view } = props
  const off = useOff(props)
  const [opened, setOpened] = useState<Opened | null>(null)
  const [write, setWrite] = useState<{ followed: PendingWrite; askedAt: number; acceptedAt: number } | null>(null)
  const opener = useRef<HTMLElement | null>(null)
  const isOpen = useRef(false)
  const failures = useTranslations('actions.failure')
  const open = useCallback((what: Opened) => {
    const at = document.activeElement
    // From a menu, which is gone afterwards, it is the button that the menu hangs on.
    const trigger = at?.closest('[role=menu]')?.getAttribute('aria-labelledby')
    const from = trigger ? document.getElementById(trigger) : at
    if (from instanceof HTMLElement && !from.closest('[role=dialog]')) opener.current = from
    isOpen.current = true
    setWrite(null)
    dismissToast(toastId)
    setOpened(what)
  }, [])
  const close = () => {
    isOpen.current = false
    setOpened(null)
    requestAnimationFrame(() => {
      if (document.activeElement === document.body && opener.current?.isConnected) opener.current.focus()
    })
  }
  const onWritten = (followed: PendingWrite, askedAt: number) => setWrite({ followed, askedAt, acceptedAt: Date.now() })
  const onFailed = (failure: Failure) => {
    if (isOpen.current) return
    showToast({
      id: 'write-failed',
      tone: 'bad',
      title: failures(failure.mayBeDone ? 'unknown' : 'nothing'),
      verbatim: failure.message,
    })
  }
  const context = useMemo(() => ({ disabledReasons: off, open }), [off, open])
  const shared = { cluster, onClose: close, onWritten, onFailed }
  return (
    <ActionsContext value={context}>
      {props.children}
      {opened && view ? (
        opened.action === 'scale' ? (
          <ScaleDialog {...shared} view={view} disabledReason={off.scale} />
        ) : opened.action === 'delete-pod' ? (
          <DeletePodDialog {...shared} {...podOf(opened)} view={view} disabledReason={off['delete-pod']} />
        ) : opened.action === 'force-delete-pod' ? (
          <ForceDeleteDialog
            {...shared}
            {...podOf(opened)}
            view={view}
            disabledReason={off['force-delete-pod']}
            onDelete={() => setOpened({ ...opened, action: 'delete-pod' })}
            onFinalizers={() => setOpened({ ...opened, action: 'remove-finalizers' })}
          />
        ) : (
          <FinalizersDialog {...shared} {...podOf(opened)} view={view} disabledReason={off['remove-finalizers']} />
        )
      ) : null}
      {opened === null && view && write ? <FollowingToast view={view} write={write} /> : null}
    </ActionsContext>
  )
}

const podOf = ({ ordinal, uid }: { ordinal: number; uid: string }) => ({ ordinal, uid })

function useOff(props: {
  cluster: string
  namespace: string
  view: StatefulSetView | null
  connection: ConnectionState
  lastSign: number | null
}): Partial<Record<ActionName, string>> {
  const t = useTranslations('actions.off')
  const rights = useRights(props.cluster, props.namespace)
  const fresh = freshness(props.connection, props.lastSign, useNow()).kind
  return useMemo(() => {
    const live = fresh === 'live' || fresh === 'delayed'
    const common = rights?.readOnly
      ? t('readOnly')
      : live
        ? undefined
        : t(fresh === 'connecting' ? 'connecting' : 'stale')
    const reason = (action: ActionName) => {
      const right = rights?.actions[action]
      const missing = right?.allowed === false && !rights?.readOnly
      return missing ? t('forbidden', { rule: right.rule ?? action }) : common
    }
    const off: Partial<Record<ActionName, string>> = {}
    for (const action of ['scale', 'delete-pod', 'force-delete-pod', 'remove-finalizers'] as const) {
      const why = reason(action)
      if (why !== undefined) off[action] = why
    }
    return off
  }, [rights, fresh, t])
}

/** Goes on telling how far a write has come after its dialog was closed. */
function FollowingToast(props: {
  view: StatefulSetView
  write: { followed: PendingWrite; askedAt: number; acceptedAt: number }
}) {
  const t = useTranslations('actions.toast')
  const progress = useWriteProgress()
  const { view, write } = props
  const { followed } = write
  const { step } = reachedBy(view, followed)
  const name = followed.action === 'scale' ? view.name : `${view.name}-${followed.ordinal}`
  const title = t(followed.action, { name, replicas: followed.action === 'scale' ? followed.replicas : 0 })
  const { askedAt, acceptedAt } = write
  useEffect(() => {
    showToast({ id: toastId, title, progress: progress({ askedAt, acceptedAt, reached: step }) })
    // The progress only depends on what is listed; the function itself is new at every rendering.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [title, step, askedAt, acceptedAt])
  return null
}

/** The button above the ladder. */
export function ScaleButton(props: { view: StatefulSetView }) {
  const t = useTranslations('actions')
  const { disabledReasons, open } = useContext(ActionsContext)
  return (
    <Button
      data-action="scale"
      disabledReason={disabledReasons.scale ?? (props.view.deletionTimestamp ? t('off.deleting') : undefined)}
      onClick={() => open({ action: 'scale' })}
    >
      {t('menu.scale')}
    </Button>
  )
}

/** Beside what the set waits for: the evidence about a pod that nobody can confirm to be gone. */
export function EvidenceButton(props: { view: StatefulSetView }) {
  const t = useTranslations('actions.menu')
  const { open } = useContext(ActionsContext)
  const now = useNow()
  const one = props.view.ordinals.find((each) => each.ordinal === props.view.waitingFor?.ordinal)
  const pod = one?.pod
  if (!one || !pod || !mayNeedForce(one, now)) return null
  return (
    <Button
      data-action="evidence"
      variant="primary"
      onClick={() => open({ action: 'force-delete-pod', ordinal: one.ordinal, uid: pod.uid })}
    >
      {t('evidence')}
    </Button>
  )
}

/** Which actions are named for an ordinal, and which of them may be pressed now. */
function usePodActions(one: OrdinalView): { action: PodAction; off: string | undefined; press: () => void }[] {
  const t = useTranslations('actions.off')
  const { disabledReasons, open } = useContext(ActionsContext)
  const now = useNow()
  const { pod } = one
  if (!pod) return []
  const named: PodAction[] = [
    'delete-pod',
    ...(mayNeedForce(one, now) ? (['force-delete-pod'] as const) : []),
    ...(onlyFinalizersHold(one) ? (['remove-finalizers'] as const) : []),
  ]
  return named.map((action) => ({
    action,
    // The evidence may always be looked at: its dialog says what may not be done after it.
    off:
      action === 'force-delete-pod'
        ? undefined
        : (disabledReasons[action] ??
          (action === 'delete-pod' && pod.deletionTimestamp !== null ? t('terminating') : undefined)),
    press: () => open({ action, ordinal: one.ordinal, uid: pod.uid }),
  }))
}

/** The menu at the end of a row; a row without a pod has none. */
export function OrdinalMenu(props: { ordinal: OrdinalView }) {
  const t = useTranslations('actions.menu')
  const { ordinal } = props
  if (!ordinal.pod) return null
  return (
    // What happens in the menu is not a click on the row, although it is drawn inside of it.
    <span onClick={(event) => event.stopPropagation()}>
      <Menu
        label={t('label', { pod: ordinal.name })}
        trigger={
          <IconButton label={t('label', { pod: ordinal.name })} data-menu={ordinal.ordinal} className="size-7!">
            <MoreHorizontal aria-hidden size={16} strokeWidth={1.75} />
          </IconButton>
        }
      >
        <OrdinalMenuItems ordinal={ordinal} />
      </Menu>
    </span>
  )
}

function OrdinalMenuItems(props: { ordinal: OrdinalView }) {
  const t = useTranslations('actions.menu')
  return usePodActions(props.ordinal).map(({ action, off, press }, index) => (
    <div key={action} data-action={action}>
      {index > 0 ? <MenuSeparator /> : null}
      <MenuItem disabledReason={off} danger={action !== 'delete-pod'} onSelect={press}>
        {t(action)}
      </MenuItem>
    </div>
  ))
}

/** The same actions as buttons, beside the details of an ordinal. */
export function OrdinalButtons(props: { ordinal: OrdinalView }) {
  const t = useTranslations('actions.menu')
  return usePodActions(props.ordinal).map(({ action, off, press }) => (
    <Button key={action} data-action={action} disabledReason={off} onClick={press}>
      {t(action)}
    </Button>
  ))
}
