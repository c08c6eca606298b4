'use client'

import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, type ReactNode } from 'react'
import { IconButton } from '@/components/ui/button'
import { Glyph } from '@/components/ui/glyph'
import { states } from '@/components/ui/states'
import { Tabs } from '@/components/ui/tabs'
import type { OrdinalView } from '@/lib/statefulset/model/view'

export type DrawerTab = 'now' | 'ask' | 'logs' | 'events' | 'yaml'

/** One ordinal beside the ladder, a full sheet on a phone. Escape closes it and gives the focus back to its row. */
export function OrdinalDrawer(props: {
  ordinal: OrdinalView
  tab: DrawerTab
  onTab: (tab: DrawerTab) => void
  onClose: () => void
  /** To the neighbour; absent where there is none. */
  onPrevious?: () => void
  onNext?: () => void
  actions?: ReactNode
  children: ReactNode
}) {
  const t = useTranslations('set.drawer')
  const names = useTranslations('states')
  const { ordinal, onClose } = props
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [ordinal.ordinal])
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[role=dialog],[role=menu]'))
        return
      onClose()
      document.querySelector<HTMLElement>(`[data-open-ordinal="${ordinal.ordinal}"]`)?.focus()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [onClose, ordinal.ordinal])
  return (
    <aside
      aria-label={t('label', { pod: ordinal.name })}
      data-drawer={ordinal.ordinal}
      className="fixed inset-0 z-40 flex animate-appear flex-col bg-panel shadow-dialog tablet:left-auto tablet:w-[min(640px,92vw)]"
    >
      <header className="flex items-start gap-3 border-b border-line px-4 pt-4 pb-3 tablet:px-6">
        <Glyph state={ordinal.state} size={32} className="mt-0.5" />
        <div className="min-w-0 flex-1">
          <h2
            ref={heading}
            tabIndex={-1}
            lang="en"
            className="font-mono text-dialog font-semibold break-all outline-none"
          >
            {ordinal.name}
          </h2>
          <p data-tone={states[ordinal.state].tone} className="text-body font-strong text-tone">
            {names(ordinal.state)}
          </p>
        </div>
        <div className="flex">
          {props.onPrevious ? (
            <IconButton label={t('previous')} onClick={props.onPrevious}>
              <ChevronUp aria-hidden size={16} strokeWidth={1.75} />
            </IconButton>
          ) : null}
          {props.onNext ? (
            <IconButton label={t('next')} onClick={props.onNext}>
              <ChevronDown aria-hidden size={16} strokeWidth={1.75} />
            </IconButton>
          ) : null}
          <IconButton label={t('close')} onClick={onClose}>
            <X aria-hidden size={16} strokeWidth={1.75} />
          </IconButton>
        </div>
      </header>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-4 pb-5 tablet:px-6">
        {props.actions ? <div className="flex flex-wrap gap-2 pt-3">{props.actions}</div> : null}
        <Tabs<DrawerTab>
          value={props.tab}
          onChange={props.onTab}
          label={t('tabs')}
          tabs={(['now', 'ask', 'logs', 'events', 'yaml'] as const).map((value) => ({
            value,
            label: t(`tab.${value}`),
          }))}
        >
          {props.children}
        </Tabs>
      </div>
    </aside>
  )
}
