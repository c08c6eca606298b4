'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { AttentionRow } from './attention-rows'

/** So many names stand in a sentence; more are counted. */
const mostNamed = 3

/** What several sets share, with what it holds: `3 nodes are silent: 1,001 sets, 2,500 ordinals`. */
export function useSharedWords(): (row: AttentionRow, named?: boolean) => string {
  const t = useTranslations('overview.shared')
  const locale = useLocale()
  return ({ shared, holds }, named = false) => {
    if (shared === null) return ''
    const { kind, names } = shared
    const spelled = named && names.length > 1 && names.length <= mostNamed
    const list = new Intl.ListFormat(locale, { type: 'conjunction' }).format(names)
    const title = spelled
      ? t('several', { kind: kindWord(kind), names: list })
      : t(`title.${kind}`, { count: names.length, name: names[0] ?? '' })
    return t('holds', { title, ...holds })
  }
}

/** ICU selectors know no hyphens. */
const kindWord = (kind: string) => kind.replace(/-(.)/, (_, letter: string) => letter.toUpperCase())
