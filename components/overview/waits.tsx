'use client'

import { useTranslations } from 'next-intl'
import { states, type Tone } from '@/components/ui/states'
import { runsSeveralRevisions } from '@/lib/statefulset/model/revisions'
import type { OrdinalState, StatefulSetSummary } from '@/lib/statefulset/model/view'
import { shortNames } from '@/components/ui/short-names'

function stateAt(summary: StatefulSetSummary, ordinal: number): OrdinalState | null {
  const run = summary.ordinals.find(([first, , count]) => ordinal >= first && ordinal < first + count)
  return run?.[1] ?? null
}

/** So many letters of a name stand in a cell. */
/** What a set waits for in a few words, and the tone it is said in; null tone for what is settled. */
export function useWaits(): (summary: StatefulSetSummary) => { words: string; tone: Tone | null } {
  const t = useTranslations('overview.waits')
  return (summary) => {
    const waiting = summary.waitingFor
    if (waiting) {
      const state = waiting.ordinal === null ? null : stateAt(summary, waiting.ordinal)
      const tone = state === null || state === 'ok' || state === 'outdated' ? 'progress' : states[state].tone
      const words = t.has(waiting.reason) ? t(waiting.reason, shortNames(waiting.params)) : waiting.message
      return { words, tone }
    }
    // The controller goes on, and something is wrong all the same.
    const held = summary.needs.find((need) => need.by === 'cause' && t.has(need.reason))
    if (held?.state) return { words: t(held.reason, shortNames(held.params)), tone: states[held.state].tone }
    if (summary.ordinals.some(([, state]) => state === 'unknown')) return { words: t('unknown'), tone: 'unknown' }
    const split = runsSeveralRevisions(summary)
    if (split && summary.partition !== null && summary.partition > 0)
      return { words: t('parked', { partition: summary.partition }), tone: null }
    return { words: t('settled'), tone: null }
  }
}

export function Waits(props: { summary: StatefulSetSummary; className?: string }) {
  const { words, tone } = useWaits()(props.summary)
  return (
    <span
      data-tone={tone ?? undefined}
      className={`${tone ? 'text-tone' : 'text-muted'} ${props.className ?? ''}`}
      title={words}
    >
      {words}
    </span>
  )
}
