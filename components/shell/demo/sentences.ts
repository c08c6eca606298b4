'use client'

import { useTranslations } from 'next-intl'
import type { ScenarioSentence } from '@/lib/contract/answers'

/** The texts of a scenario in the reader's language; a key that this page does not know is shown as it is. */
export function useScenarioSentences() {
  const t = useTranslations('scenarios')
  const text = (key: string, params?: ScenarioSentence['params']): string => (t.has(key) ? t(key, params) : key)
  return {
    title: (id: string): string => text(`${id}.title`),
    what: (id: string): string => text(`${id}.what`),
    look: (id: string): string => text(`${id}.look`),
    /** What a scenario says; null is what is said before its first step. */
    said: (id: string, say: ScenarioSentence | null): string =>
      say === null ? t('preparing') : text(`${id}.steps.${say.key}`, say.params),
  }
}
