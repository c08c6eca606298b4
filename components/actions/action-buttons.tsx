'use client'

import { MoreHorizontal } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useContext } from 'react'
import { Button, IconButton } from '@/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { useNow } from '@/lib/browser/now'
import { mayNeedForce } from '@/lib/browser/pending-write'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { ActionsContext } from './actions-context'
import { usePodDisabledReasons } from './pod-disabled-reasons'
import { podActions, scaleAction, type PodActionEntry } from './registry'

/** The button above the ladder. */
export function ScaleButton(props: { view: StatefulSetView }) {
  const t = useTranslations('actions')
  const { disabledReasons, open } = useContext(ActionsContext)
  const own = scaleAction.disabledReason(props.view)
  return (
    <Button
      data-action="scale"
      disabledReason={disabledReasons.scale ?? (own ? t(`off.${own}`) : undefined)}
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

type PodButton = { entry: PodActionEntry; words: string; disabledReason: string | undefined; press: () => void }

/** Which actions are named for an ordinal, and which of them may be pressed now. */
function usePodButtons(one: OrdinalView): PodButton[] {
  const t = useTranslations('actions')
  const { open } = useContext(ActionsContext)
  const now = useNow()
  const { pod } = one
  const disabledReasons = usePodDisabledReasons(pod ? one.name : null)
  if (!pod) return []
  return podActions.flatMap((entry): PodButton[] => {
    const label = entry.label(one, now)
    if (label === null) return []
    const own = entry.disabledReason(one)
    return [
      {
        entry,
        words: t(`menu.${label}`),
        disabledReason:
          (entry.looksFirst ? undefined : disabledReasons[entry.action]) ?? (own ? t(`off.${own}`) : undefined),
        press: () => open({ action: entry.action, ordinal: one.ordinal, uid: pod.uid }),
      },
    ]
  })
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
          <IconButton
            label={t('label', { pod: ordinal.name })}
            data-menu={ordinal.ordinal}
            className="size-7! -outline-offset-2"
          >
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
  return usePodButtons(props.ordinal).map(({ entry, words, disabledReason, press }, index) => (
    <div key={entry.action} data-action={entry.action}>
      {index > 0 ? <MenuSeparator /> : null}
      <MenuItem disabledReason={disabledReason} danger={entry.danger} onSelect={press}>
        {words}
      </MenuItem>
    </div>
  ))
}

/** The same actions as buttons, beside the details of an ordinal. */
export function OrdinalButtons(props: { ordinal: OrdinalView }) {
  return usePodButtons(props.ordinal).map(({ entry, words, disabledReason, press }) => (
    <Button key={entry.action} data-action={entry.action} disabledReason={disabledReason} onClick={press}>
      {words}
    </Button>
  ))
}
