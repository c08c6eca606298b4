'use client'

import { useTranslations } from 'next-intl'
import { Glyph } from '@/components/ui/glyph'
import type { Tone } from '@/components/ui/states'
import type { Verdict } from '@/lib/statefulset/explain/evidence'

const tones: Readonly<Record<Verdict, Tone>> = {
  gone: 'neutral',
  'likely-gone': 'attention',
  unknown: 'unknown',
  contradicted: 'bad',
}

/** The verdict on the evidence, and what a force delete would mean by it: the only tinted box of the dialog. */
export function VerdictBox(props: { verdict: Verdict; pod: string }) {
  const t = useTranslations('actions.verdict')
  const { verdict, pod } = props
  return (
    <div
      role="status"
      data-verdict={verdict}
      data-tone={tones[verdict]}
      className="flex items-start gap-4 rounded-control bg-tone-wash px-4 py-3.5"
    >
      <Glyph state={verdict === 'gone' ? 'ghost' : 'twin-risk'} size={32} />
      <div className="min-w-0 text-body text-ink">
        <strong className="block text-lead font-semibold">{t(`title.${verdict}`)}</strong>
        <span>{t(`text.${verdict}`, { pod })}</span> <span>{t('always', { pod })}</span>
      </div>
    </div>
  )
}
