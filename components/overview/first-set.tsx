'use client'

import { useTranslations } from 'next-intl'
import { Command } from '@/components/ui/copy-button'
import { Glyph } from '@/components/ui/glyph'
import { Rung } from '@/components/ui/rung'
import type { OrdinalState } from '@/lib/statefulset/model/view'

const places: readonly { state: OrdinalState; words: 'bound' | 'starting' | 'waitsFor'; waitsFor?: number }[] = [
  { state: 'ok', words: 'bound' },
  { state: 'ok', words: 'bound' },
  { state: 'arriving', words: 'starting' },
  { state: 'blocked', words: 'waitsFor', waitsFor: 2 },
  { state: 'blocked', words: 'waitsFor', waitsFor: 3 },
]

/** A cluster without a set: what a StatefulSet is, in a picture, and how to get one. */
export function FirstSet() {
  const t = useTranslations('overview.empty')
  return (
    <section className="max-w-[820px] pb-6">
      <h1 className="text-title font-semibold tracking-title">{t('title')}</h1>
      <p className="mt-2 max-w-[640px] text-lead text-muted">
        {t.rich('text', { b: (words) => <b className="font-semibold text-ink">{words}</b> })}
      </p>
      <ol className="my-8 grid max-w-[800px] grid-cols-5">
        {places.map((place, ordinal) => (
          <li key={ordinal} className="min-w-0">
            <span className="flex h-14 items-end pl-2 tablet:pl-4">
              <Glyph state={place.state} size={48} className="max-w-full" />
            </span>
            <Rung
              kind={place.state === 'arriving' ? 'filled' : place.state === 'blocked' ? 'hairline' : 'solid'}
              tone="progress"
            />
            <span
              className={`mt-1 block pl-[22px] text-[32px] leading-10 font-semibold tablet:pl-[30px] ${place.state === 'blocked' ? 'text-muted' : ''}`}
            >
              {ordinal}
            </span>
            <span className="block pl-3 text-small text-muted tablet:pl-5">
              {place.words === 'waitsFor' ? t('waitsFor', { ordinal: place.waitsFor ?? 0 }) : t(place.words)}
            </span>
          </li>
        ))}
      </ol>
      <h2 className="mb-2 font-semibold">{t('try')}</h2>
      <Command text="kubectl apply -f examples/kubia.yaml" />
    </section>
  )
}
