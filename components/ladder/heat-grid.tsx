'use client'

import { useTranslations } from 'next-intl'
import { Glyph } from '@/components/ui/glyph'
import { isLoud } from '@/components/ui/states'
import type { OrdinalView } from '@/lib/statefulset/model/view'

/** Ten places a line, each a shape on its number, for sets whose rows would be a wall. */
export function HeatGrid(props: {
  ordinals: readonly OrdinalView[]
  selected: number | null
  onSelect: (ordinal: number) => void
}) {
  const t = useTranslations('set')
  const names = useTranslations('states')
  const { ordinals, selected } = props
  return (
    <div className="grid max-w-[640px] grid-cols-5 gap-x-1 gap-y-2 pb-6 phone:grid-cols-10">
      {ordinals.map((one) => (
        <button
          key={one.ordinal}
          type="button"
          data-place={one.ordinal}
          onClick={() => props.onSelect(one.ordinal)}
          aria-pressed={one.ordinal === selected}
          aria-label={t('row', { pod: one.name, state: names(one.state) })}
          title={`${one.name}: ${names(one.state)}`}
          className="flex min-h-11 flex-col items-center rounded-control pt-1 hover:bg-panel aria-pressed:bg-panel"
        >
          <Glyph state={one.state} size={16} />
          <span aria-hidden className="my-0.5 block h-0.5 w-8 rung-solid" />
          <span className={`text-micro ${isLoud(one.state) ? 'font-heavy text-ink' : 'text-muted'}`}>
            {one.ordinal}
          </span>
        </button>
      ))}
    </div>
  )
}
