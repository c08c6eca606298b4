'use client'

import { useTranslations } from 'next-intl'
import { memo } from 'react'
import { statesWorstFirst } from '@/lib/statefulset/model/ordinal-state'
import type { OrdinalState } from '@/lib/statefulset/model/view'
import { Glyph } from './glyph'
import { Rung, type RungKind } from './rung'
import { isLoud } from './states'
import { gapWidth, layoutOf, placesOf, ranges, type Place, type StripSummary } from './strip-places'

/** One sentence that says what the strip shows, for who does not see it. */
function useSentence(): (places: readonly Place[]) => string {
  const t = useTranslations('states')
  const groups = (places: readonly Place[]) =>
    statesWorstFirst
      .map((state) => ({ state, ordinals: places.filter((place) => place.state === state).map((p) => p.ordinal) }))
      .filter((group) => group.ordinals.length > 0)
      .map((group) => t('strip.group', { state: t(group.state), ordinals: ranges(group.ordinals) }))
      .join('; ')
  return (places) => {
    const inside = places.filter((place) => place.inRange)
    const outside = places.filter((place) => !place.inRange)
    const first = inside.length > 0 ? t('strip.all', { count: inside.length, groups: groups(inside) }) : t('strip.none')
    return outside.length > 0 ? `${first}. ${t('strip.outside', { groups: groups(outside) })}` : first
  }
}

function rungOf(place: Place): RungKind {
  if (!place.inRange) return 'dashed'
  const byState: Partial<Record<OrdinalState, RungKind>> = { blocked: 'hairline', unknown: 'hatched' }
  return byState[place.state] ?? 'solid'
}

/** One place per ordinal: shape, line, number. Readable without colour, and as one sentence without sight. */
export const Strip = memo(function Strip(props: { summary: StripSummary }) {
  const t = useTranslations('states')
  const sentence = useSentence()
  const all = placesOf(props.summary)
  const { places, dense, hidden, width, pad } = layoutOf(all)
  return (
    <span
      role="img"
      aria-label={sentence(all)}
      style={{ paddingLeft: pad }}
      className="inline-flex max-w-full flex-wrap items-end"
    >
      {places.map((place) => (
        <span
          key={`${place.ordinal}${place.inRange ? '' : '-out'}`}
          title={`${place.ordinal}: ${t(place.state)}`}
          style={{ width, marginLeft: place.gap ? gapWidth : 0 }}
          className="flex flex-col items-center"
        >
          <Glyph state={place.state} size={dense ? 12 : isLoud(place.state) ? 16 : 15} />
          <span className="mt-px flex h-0.5 w-full items-center px-px">
            <Rung
              kind={rungOf(place)}
              tone={place.state === 'unknown' ? 'unknown' : undefined}
              thin
              className="w-full"
            />
          </span>
          <span
            className={`h-[14px] font-mono text-micro leading-[14px] ${isLoud(place.state) ? 'font-heavy text-ink' : 'text-muted'}`}
          >
            {place.numbered ? place.ordinal : ''}
          </span>
        </span>
      ))}
      {hidden + props.summary.ordinalsOmitted > 0 ? (
        <span className="ml-2 font-mono text-micro leading-[14px] text-muted">
          {t('strip.more', { count: hidden + props.summary.ordinalsOmitted })}
        </span>
      ) : null}
    </span>
  )
})
