'use client'

import { useTranslations } from 'next-intl'
import type { DemoWay, ScenarioSentence } from '@/lib/contract/demo'

/** The texts of a scenario in the reader's language; a key that this page does not know is shown as it is. */
export function useScenarioSentences() {
  const t = useTranslations('scenarios')
  const demo = useTranslations('demo')
  const buttons = useTranslations('actions.menu')
  const text = (key: string, params?: ScenarioSentence['params']): string => (t.has(key) ? t(key, params) : key)
  return {
    title: (id: string): string => text(`${id}.title`),
    what: (id: string): string => text(`${id}.what`),
    look: (id: string): string => text(`${id}.look`),
    /** What a scenario says; null is what is said before its first step. */
    said: (id: string, say: ScenarioSentence | null): string =>
      say === null ? t('preparing') : text(`${id}.steps.${say.key}`, say.params),
    question: (id: string, turn: string): string => text(`${id}.turns.${turn}`),
    /** A way out of a decision, with the button or the lever that takes it by its name on the page. */
    way: (id: string, { id: way, action, lever }: DemoWay): string =>
      text(`${id}.ways.${way}`, {
        ...(action ? { button: buttons(action.name) } : {}),
        ...(lever ? { lever: demo(`levers.names.${lever.lever}`), panel: demo('levers.open') } : {}),
      }),
    /** About how long something takes. */
    about: (seconds: number): string =>
      seconds < 90
        ? demo('about.seconds', { count: seconds })
        : demo('about.minutes', { count: Math.round(seconds / 30) / 2 }),
  }
}
