'use client'

import { useTranslations } from 'next-intl'
import { timeOfDay } from '@/components/ui/age'
import type { Tone } from '@/components/ui/states'
import { Tooltip } from '@/components/ui/tooltip'
import type { Freshness } from './freshness'

const tones: Readonly<Record<Freshness['kind'], Tone>> = {
  live: 'ok',
  delayed: 'waiting',
  connecting: 'progress',
  stale: 'unknown',
  offline: 'unknown',
  error: 'bad',
  failed: 'bad',
}

/** Words first; the dot only repeats them: disc, ring, square. */
export function FreshnessPill(props: { fresh: Freshness }) {
  const t = useTranslations('shell.live')
  const words = useWords()(props.fresh)
  const tone = tones[props.fresh.kind]
  const live = props.fresh.kind === 'live'
  const dot =
    live || tone === 'bad'
      ? 'rounded-full bg-tone-fill'
      : props.fresh.kind === 'delayed' || props.fresh.kind === 'connecting'
        ? 'rounded-full border-2 border-tone-fill'
        : 'bg-tone-fill'
  return (
    <Tooltip text={t(`explain.${props.fresh.kind}`)}>
      <button
        type="button"
        data-tone={tone}
        data-connection={props.fresh.kind}
        className="inline-flex h-8 shrink-0 cursor-default items-center gap-2 rounded-control px-1.5 text-small whitespace-nowrap pointer-coarse:h-11"
      >
        <span aria-hidden data-forced-shape="" className={`size-2 ${dot}`} />
        <span className={live ? 'text-muted' : 'font-strong text-tone'}>{words}</span>
      </button>
    </Tooltip>
  )
}

function useWords(): (fresh: Freshness) => string {
  const t = useTranslations('shell.live')
  return (fresh) => {
    switch (fresh.kind) {
      case 'live':
      case 'delayed':
        return t(fresh.kind, { seconds: Math.floor(fresh.ageMs / 1000) })
      case 'stale':
      case 'offline':
        return t('stale', { time: timeOfDay(fresh.since) })
      default:
        return t(fresh.kind)
    }
  }
}
