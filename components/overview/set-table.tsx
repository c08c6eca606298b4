'use client'

import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { useKeys } from '@/components/ui/keys'
import type { StatefulSetSummary } from '@/lib/statefulset/model/view'
import { keepOrder, keyOf, type SortKey } from './order'
import { SetRow, rowGrid } from './set-row'

/** From here on only the rows that can be seen are in the page. */
const virtualFrom = 60

const useIsomorphicLayoutEffect = typeof window === 'undefined' ? useEffect : useLayoutEffect

/**
 * Every set as a row. While the pointer or the focus is on the rows, the order stands still and only the contents change:
 * nobody clicks a row that has just moved away (WCAG 2.2.2).
 */
export function SetTable(props: {
  cluster: string
  rows: readonly StatefulSetSummary[]
  sort: SortKey
  reversed: boolean
  onSort: (key: SortKey) => void
}) {
  const t = useTranslations('overview')
  const [still, setStill] = useState<readonly string[] | null>(null)
  const { rows, moved } = still ? keepOrder(props.rows, still) : { rows: props.rows, moved: 0 }
  const inside = useRef({ pointer: false, focus: false })
  const hold = (change: Partial<{ pointer: boolean; focus: boolean }>) => {
    Object.assign(inside.current, change)
    const held = inside.current.pointer || inside.current.focus
    setStill((now) => (held ? (now ?? rows.map(keyOf)) : null))
  }

  const list = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  const virtual = rows.length > virtualFrom
  // The table moves when what stands above it grows or shrinks.
  useIsomorphicLayoutEffect(() => {
    const element = list.current
    if (!element || !virtual) return
    const measure = () => setMargin(Math.round(element.getBoundingClientRect().top + window.scrollY))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [virtual])
  const virtualizer = useWindowVirtualizer({
    count: virtual ? rows.length : 0,
    estimateSize: () => 47,
    overscan: 12,
    scrollMargin: margin,
    initialRect: { width: 1440, height: 900 },
    getItemKey: (index) => {
      const row = rows[index]
      return row ? keyOf(row) : index
    },
  })

  const focusRow = (step: 1 | -1) => {
    const current = Number(document.activeElement?.getAttribute('data-row-link') ?? (step === 1 ? -1 : 1))
    const next = Math.min(Math.max(current + step, 0), rows.length - 1)
    if (virtual) virtualizer.scrollToIndex(next)
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-row-link="${next}"]`)?.focus())
  }
  useKeys({ j: () => focusRow(1), k: () => focusRow(-1) })

  const heads: { key: SortKey | null; label: string; className: string }[] = [
    { key: 'name', label: t('column.set'), className: '' },
    { key: null, label: t('column.ordinals'), className: '' },
    { key: 'ready', label: t('column.ready'), className: 'justify-end' },
    { key: 'attention', label: t('column.waits'), className: '' },
    { key: null, label: t('column.revision'), className: 'hidden wide:flex' },
    { key: 'changed', label: t('column.changed'), className: 'justify-end' },
  ]
  return (
    <>
      {/* In front of the page, since it must not push the rows away under the pointer. */}
      <p
        role="status"
        className={
          moved > 0
            ? 'pointer-events-none fixed bottom-24 left-1/2 z-30 -translate-x-1/2 rounded-control bg-panel px-3 py-1.5 text-small text-muted shadow-pop tablet:bottom-4'
            : 'sr-only'
        }
      >
        {moved > 0 ? t('sort.moved', { count: moved }) : ''}
      </p>
      <div role="table" aria-label={t('all')} aria-rowcount={rows.length + 1}>
        <div role="rowgroup" className="hidden tablet:block">
          <div role="row" aria-rowindex={1} className={`${rowGrid} h-9 items-center border-b border-line`}>
            {heads.map((head) => (
              <ColumnHead
                key={head.label}
                sorted={head.key !== null && head.key === props.sort ? (props.reversed ? 'reversed' : 'sorted') : null}
                onSort={head.key === null ? null : () => head.key && props.onSort(head.key)}
                sortLabel={t('sort.label', { column: head.label })}
                className={head.className}
              >
                {head.label}
              </ColumnHead>
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          ref={list}
          onPointerEnter={(event) => event.pointerType === 'mouse' && hold({ pointer: true })}
          onPointerLeave={() => hold({ pointer: false })}
          onFocus={() => hold({ focus: true })}
          onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && hold({ focus: false })}
          className="border-t border-line tablet:border-t-0"
          style={virtual ? { position: 'relative', height: virtualizer.getTotalSize() } : undefined}
        >
          {virtual
            ? virtualizer.getVirtualItems().map((item) => {
                const row = rows[item.index]
                return row ? (
                  <div
                    key={item.key}
                    role="presentation"
                    ref={virtualizer.measureElement}
                    data-index={item.index}
                    className="absolute inset-x-0 top-0"
                    style={{ transform: `translateY(${item.start - margin}px)` }}
                  >
                    <SetRow cluster={props.cluster} summary={row} index={item.index} />
                  </div>
                ) : null
              })
            : rows.map((row, index) => <SetRow key={keyOf(row)} cluster={props.cluster} summary={row} index={index} />)}
        </div>
      </div>
    </>
  )
}

function ColumnHead(props: {
  sorted: 'sorted' | 'reversed' | null
  onSort: (() => void) | null
  sortLabel: string
  className: string
  children: ReactNode
}) {
  const Arrow = props.sorted === 'reversed' ? ArrowUp : ArrowDown
  return (
    <div
      role="columnheader"
      aria-sort={props.sorted === null ? undefined : props.sorted === 'reversed' ? 'descending' : 'ascending'}
      className={`flex min-w-0 items-center text-small text-muted ${props.className}`}
    >
      {props.onSort ? (
        <button
          type="button"
          title={props.sortLabel}
          onClick={props.onSort}
          className="-mx-1 inline-flex h-7 items-center gap-1 truncate rounded-chip px-1 hover:text-ink"
        >
          {props.children}
          {props.sorted ? <Arrow aria-hidden size={12} strokeWidth={1.75} /> : null}
        </button>
      ) : (
        props.children
      )}
    </div>
  )
}
