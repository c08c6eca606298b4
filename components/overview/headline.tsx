'use client'

import { useTranslations } from 'next-intl'
import { seesEverything, type ResourceReports } from '@/lib/contract/stream'
import { settled, type Tally } from './tally'

/** The sentence that answers "which set needs me?", and the counts below it. Never says "well" of what is not seen. */
export function Headline(props: { tally: Tally; kinds: ResourceReports }) {
  const t = useTranslations('overview')
  const { tally } = props
  const known = settled(props.kinds)
  const sentence =
    tally.need > 0
      ? t('sentence.need', { count: tally.need })
      : known === 'reading'
        ? t('sentence.reading')
        : known === 'forbidden'
          ? t('sentence.forbidden')
          : tally.unknown > 0
            ? t('sentence.unknown', { count: tally.unknown })
            : t(seesEverything(props.kinds) ? 'sentence.well' : 'sentence.seenWell', { count: tally.sets })
  return (
    <header>
      <h1 className="text-title font-semibold tracking-title">{sentence}</h1>
      {tally.sets > 0 ? (
        <p className="text-muted">{t('counts', { sets: tally.sets, ordinals: tally.ordinals, ready: tally.ready })}</p>
      ) : null}
    </header>
  )
}
