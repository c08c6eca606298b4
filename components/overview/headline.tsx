'use client'

import { useTranslations } from 'next-intl'
import { seesEverything, type ResourceReports } from '@/lib/contract/stream'
import type { AttentionRow } from './attention-rows'
import { useSharedWords } from './shared-words'
import { settled, type Tally } from './tally'

/**
 * The sentence that answers "what needs me?", and the counts below it. What many sets hang on is named at once. Never
 * says "well" of what is not seen, or not ready yet.
 */
export function Headline(props: { tally: Tally; rows: readonly AttentionRow[]; kinds: ResourceReports }) {
  const t = useTranslations('overview')
  const sharedWords = useSharedWords()
  const { tally, rows } = props
  const [first] = rows
  const known = settled(props.kinds)
  const unknown = tally.unknown + (props.kinds.statefulsets.unreadable?.length ?? 0)
  const named = first !== undefined && first.shared !== null
  const sentence = named
    ? t('sentence.shared', { words: sharedWords(first, true) })
    : rows.length > 0
      ? t('sentence.need', { count: rows.length })
      : known === 'reading'
        ? t('sentence.reading')
        : known === 'forbidden'
          ? t('sentence.forbidden')
          : unknown > 0
            ? t('sentence.unknown', { count: unknown })
            : tally.moving > 0
              ? t('sentence.moving', { count: tally.moving })
              : t(seesEverything(props.kinds) ? 'sentence.well' : 'sentence.seenWell', { count: tally.sets })
  return (
    <header className="min-w-0 flex-1 basis-80">
      <h1 className="text-title font-semibold tracking-title">{sentence}</h1>
      {tally.sets > 0 ? (
        <p className="text-muted">
          {named && rows.length > 1 ? `${t('sentence.besides', { count: rows.length - 1 })} ` : ''}
          {t('counts', { sets: tally.sets, ordinals: tally.ordinals, ready: tally.ready })}
        </p>
      ) : null}
    </header>
  )
}
