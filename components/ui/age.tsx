'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useHydrated, useNow } from '@/lib/browser/now'
import { durationWords } from '@/lib/i18n/duration'

/** Turns a length in milliseconds into words of the reader's language. */
export function useDuration(): (ms: number, precision?: 'coarse' | 'fine') => string {
  const t = useTranslations('shell.time')
  return (ms, precision = 'coarse') => {
    const words = durationWords(ms, precision)
    return t(words.key, words.values)
  }
}

/** How long ago `since` (RFC 3339) was, counting; the absolute time on hover. Null is said to be not known. */
export function Age(props: {
  since: string | null
  /** It began then or before. */
  atLeast?: boolean
  precision?: 'coarse' | 'fine'
  className?: string
}) {
  const now = useNow()
  const words = useDuration()
  const locale = useLocale()
  const hydrated = useHydrated()
  const t = useTranslations('shell.time')
  const then = props.since === null ? Number.NaN : Date.parse(props.since)
  if (Number.isNaN(then)) return <span className={props.className}>{t('unknown')}</span>
  // The browser's time zone is not known to the server, so the absolute time comes after hydration.
  const title = hydrated ? new Date(then).toLocaleString(locale) : undefined
  return (
    <time dateTime={props.since ?? undefined} title={title} className={props.className} suppressHydrationWarning>
      {props.atLeast ? t('atLeast', { time: words(now - then, props.precision) }) : words(now - then, props.precision)}
    </time>
  )
}

/** The time of day of an instant, 14:02:31, in the reader's time zone. */
export function TimeOfDay(props: { at: string | number; className?: string }) {
  const hydrated = useHydrated()
  return (
    <time dateTime={new Date(props.at).toISOString()} className={props.className}>
      {timeOfDay(props.at, hydrated ? undefined : 'UTC')}
    </time>
  )
}

/** 14:02:31 on a 24-hour clock. */
export function timeOfDay(at: string | number, timeZone?: string): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour12: false, timeZone })
}
