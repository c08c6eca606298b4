'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useMemo, useRef, useState } from 'react'
import { states } from '@/components/ui/states'
import type { StatefulSetSummary } from '@/lib/statefulset/model/view'
import { lineGroups, placeLabels, type Label, type Tick } from './line-groups'

/** Geist Mono at 12 px, weight 600. */
const charWidth = 7.25

/** Width of one place while there is room; the line shrinks evenly when there is not. */
const pitch = 9

/** With more namespaces than this the names below would only be beginnings. */
const mostNamed = 16

const heights = ['h-2.5', 'h-[17px]', 'h-[26px]'] as const

/** Every ordinal of the cluster as a mark in a fixed place; what moves is taller, what needs a person tallest. */
export function ClusterLine(props: { summaries: readonly StatefulSetSummary[] }) {
  const t = useTranslations('overview.line')
  const line = useRef<HTMLDivElement>(null)
  const [labels, setLabels] = useState<{ name: string; urgency: number; left: number }[]>([])
  const { groups, perSet } = useMemo(() => lineGroups(props.summaries), [props.summaries])

  // Where a mark stands is known only once it is laid out.
  useEffect(() => {
    const element = line.current
    if (!element) return
    const place = () => {
      const box = element.getBoundingClientRect()
      const wanted: Label[] = [...element.querySelectorAll<HTMLElement>('[data-label]')].map((mark) => {
        const at = mark.getBoundingClientRect()
        return {
          name: mark.dataset.label ?? '',
          centre: at.left + at.width / 2 - box.left,
          urgency: Number(mark.dataset.urgency),
        }
      })
      setLabels(placeLabels(wanted, box.width, charWidth, 10))
    }
    place()
    const observer = new ResizeObserver(place)
    observer.observe(element)
    return () => observer.disconnect()
  }, [groups])

  if (groups.length === 0) return null
  const loud = groups.flatMap((group) => group.sets.flatMap((set) => set.ticks.filter((tick) => tick.urgency === 2)))
  const sets = groups.reduce((sum, group) => sum + group.sets.length, 0)
  const text = t('text', {
    sets,
    namespaces: groups.length,
    loud: loud.length === 0 ? t('loudNone') : t('loud', { names: loud.map((tick) => tick.name).join(', ') }),
  })
  return (
    <figure className="hidden tablet:block" role="img" aria-label={`${t('label')}. ${text}`}>
      <div ref={line} className="relative flex items-end gap-4 overflow-hidden pt-4">
        {labels.map((label) => (
          <span
            key={label.name}
            style={{ left: label.left }}
            className={`absolute font-mono text-small leading-[14px] font-semibold whitespace-nowrap ${label.urgency === 2 ? 'top-0' : 'top-[9px]'}`}
          >
            {label.name}
          </span>
        ))}
        {groups.map((group) => (
          <div key={group.namespace} className="flex min-w-0 flex-col">
            <div className={`flex items-end ${perSet ? 'gap-0' : 'gap-2'}`}>
              {group.sets.map((set) => (
                <div key={set.key} className="flex min-w-0 flex-col" style={{ width: set.ticks.length * pitch }}>
                  <div className="flex items-end">
                    {set.ticks.map((tick) => (
                      <TickMark key={tick.name} tick={tick} />
                    ))}
                  </div>
                  <span className="rung-hairline mt-0.5 block" />
                </div>
              ))}
            </div>
            <span
              lang="en"
              className={groups.length > mostNamed ? 'sr-only' : 'mt-1 truncate text-small text-muted'}
              title={group.namespace}
            >
              {group.namespace}
            </span>
          </div>
        ))}
      </div>
      {perSet ? <figcaption className="mt-1 text-small text-muted">{t('perSet')}</figcaption> : null}
    </figure>
  )
}

function TickMark({ tick }: { tick: Tick }) {
  const { tone } = states[tick.state]
  const look =
    tick.state === 'outdated'
      ? 'border border-tone-fill'
      : tick.state === 'blocked'
        ? 'h-1! bg-tone-fill'
        : tick.state === 'unknown'
          ? 'border border-dashed border-tone-fill'
          : 'bg-tone-fill'
  return (
    <span
      data-tone={tone}
      title={tick.name}
      {...(tick.urgency > 0 ? { 'data-label': tick.name, 'data-urgency': tick.urgency } : {})}
      className="flex min-w-px flex-1 justify-center"
    >
      <span data-forced-shape="" className={`block w-[70%] rounded-[1.5px] ${heights[tick.urgency]} ${look}`} />
    </span>
  )
}
