'use client'

import { useTranslations } from 'next-intl'
import { useCallback, useMemo, type ReactNode } from 'react'
import { useKeys } from '@/components/ui/keys'
import { isLoud } from '@/components/ui/states'
import { showToast } from '@/components/ui/toast'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'
import { ladderGrid } from './cell'
import { HeatGrid } from './heat-grid'
import { LadderRow } from './row'

/** More ordinals than this are drawn as a grid of places, with rows for those that need a person. */
const gridFrom = 50

/**
 * The set ordinal by ordinal, lowest first: those in range, created or not, then what is left outside the range.
 * `selected` is the ordinal that is open beside the ladder.
 */
export function Ladder(props: {
  view: StatefulSetView
  selected: number | null
  onSelect: (ordinal: number | null) => void
  menu?: (ordinal: OrdinalView) => ReactNode
}) {
  const t = useTranslations('set')
  const { view, selected, onSelect, menu } = props
  const inRange = useMemo(() => view.ordinals.filter((one) => one.inRange), [view.ordinals])
  const outside = useMemo(() => view.ordinals.filter((one) => !one.inRange), [view.ordinals])
  const dense = inRange.length > gridFrom
  const rows = dense ? inRange.filter((one) => isLoud(one.state) || one.ordinal === selected) : inRange
  const shown = [...rows, ...outside]
  const move = (by: 1 | -1) => {
    const links = [...document.querySelectorAll<HTMLElement>('[data-open-ordinal]')]
    const at = links.findIndex((link) => link === document.activeElement)
    const from = at === -1 ? (by === 1 ? -1 : links.length) : at
    links[Math.min(links.length - 1, Math.max(0, from + by))]?.focus()
  }
  /** The row that has the focus, else the one that is open, else the first. */
  const row = () =>
    document.activeElement?.closest<HTMLElement>('[data-ordinal]') ??
    document.querySelector<HTMLElement>('[data-ordinal][aria-selected=true]') ??
    document.querySelector<HTMLElement>('[data-ordinal]')
  const openMenu = () => {
    const button = row()?.querySelector<HTMLElement>('[aria-haspopup=menu]')
    button?.focus()
    button?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
  }
  const copy = () => {
    const pod = row()?.querySelector<HTMLElement>('[data-open-ordinal]')?.textContent
    if (!pod) return
    const command = `kubectl -n ${view.namespace} describe pod ${pod}`
    void navigator.clipboard.writeText(command).then(() => showToast({ id: 'copied', title: t('copied', { command }) }))
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    '.': openMenu,
    c: copy,
  })
  const open = useCallback((ordinal: number) => onSelect(ordinal), [onSelect])
  const last = view.spec.start + view.replicas.desired - 1
  const drawn = (one: OrdinalView) => (
    <LadderRow
      key={one.ordinal}
      view={view}
      ordinal={one}
      selected={one.ordinal === selected}
      onOpen={open}
      menu={menu?.(one)}
    />
  )

  return (
    <section aria-label={t('ladder.label')} className="mt-1">
      {dense ? <HeatGrid ordinals={inRange} selected={selected} onSelect={open} /> : null}
      {view.replicas.desired === 0 ? <p className="py-3 text-lead text-muted">{t('ladder.asleep')}</p> : null}
      {shown.length > 0 ? (
        <div
          role="grid"
          aria-label={t('ladder.label')}
          aria-rowcount={shown.length + 1}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
            if (!(event.target instanceof HTMLElement && event.target.dataset.openOrdinal)) return
            event.preventDefault()
            move(event.key === 'ArrowDown' ? 1 : -1)
          }}
        >
          <div role="row" className={`${ladderGrid} hidden! pb-2 text-small text-muted desk:grid!`}>
            <span role="columnheader">
              <span className="sr-only">{t('ladder.ordinal')}</span>
            </span>
            <span role="columnheader">{t('ladder.pod')}</span>
            <span role="columnheader">{t('ladder.node')}</span>
            <span role="columnheader">{t('ladder.disk')}</span>
            <span role="columnheader">{t('ladder.peers')}</span>
            <span role="columnheader" className="text-right">
              {t('ladder.since')}
            </span>
          </div>
          {rows.map(drawn)}
          {outside.length > 0 ? (
            <>
              <div role="row" className="flex items-center gap-3 pt-2 pb-1 text-small text-muted">
                <span role="gridcell" className="shrink-0">
                  {view.replicas.desired === 0
                    ? t('ladder.outsideNone')
                    : t('ladder.outside', { first: view.spec.start, last, count: view.replicas.desired })}
                </span>
                <span aria-hidden className="h-px flex-1 bg-line" />
              </div>
              {outside.map(drawn)}
            </>
          ) : null}
        </div>
      ) : null}
    </section>
  )
}
