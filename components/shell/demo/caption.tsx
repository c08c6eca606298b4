'use client'

import { Square } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { pages } from '@/components/shell/places'
import { TimeOfDay } from '@/components/ui/age'
import { Button } from '@/components/ui/button'
import { buttonClass } from '@/components/ui/button-class'
import { useScenarios } from '@/lib/browser/demo'
import { useScenarioSentences } from './sentences'

/** What the scenario that plays says now, with what it said before; nothing while none plays. */
export function Caption(props: { cluster: string }) {
  const t = useTranslations('demo')
  const sentences = useScenarioSentences()
  const { data, order, ordering } = useScenarios(props.cluster)
  const playing = data?.current
  if (!playing) return null
  const { id, look } = playing
  const title = sentences.title(id)
  const tone = { running: 'progress', done: 'ok', failed: 'bad' }[playing.state]
  return (
    <section
      aria-label={title}
      data-tone={tone}
      data-scenario={id}
      data-scenario-state={playing.state}
      className="mb-5 border-t-2 border-tone-fill bg-panel px-4 py-3"
    >
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="font-semibold">{title}</h2>
        <span className="text-small text-muted">{t('step', { step: playing.step, steps: playing.steps })}</span>
        <span className="text-small text-tone">{t(`states.${playing.state}`)}</span>
      </div>
      <p role="status" className="mt-1 max-w-[900px] text-lead">
        {sentences.said(id, playing.say)}
      </p>
      {playing.error ? (
        <p lang="en" className="mt-1 font-mono text-mono">
          {playing.error}
        </p>
      ) : null}
      {playing.said.length > 1 ? (
        <details className="mt-1 text-small text-muted">
          <summary>{t('said')}</summary>
          <ol className="mt-1">
            {playing.said.slice(0, -1).map((each) => (
              <li key={each.at} className="flex gap-3 py-0.5">
                <TimeOfDay at={each.at} className="shrink-0 font-mono" />
                {sentences.said(id, each.say)}
              </li>
            ))}
          </ol>
        </details>
      ) : null}
      <div className="mt-2 flex flex-wrap gap-2">
        <Link
          href={pages.statefulSet(props.cluster, { namespace: look.namespace, name: look.statefulSet })}
          className={buttonClass('plain', 'row')}
        >
          {t('look', { name: look.statefulSet })}
        </Link>
        {playing.state === 'running' ? null : (
          <Button size="row" onClick={() => order({ start: id })}>
            {t('again')}
          </Button>
        )}
        <Button size="row" variant="quiet" aria-busy={ordering} onClick={() => order({ stop: true })}>
          <Square aria-hidden size={12} strokeWidth={1.75} />
          {t(playing.state === 'running' ? 'stop' : 'clear')}
        </Button>
      </div>
    </section>
  )
}
