'use client'

import { ChevronDown, ChevronUp, CircleStop } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { TimeOfDay } from '@/components/ui/age'
import { Button, IconButton } from '@/components/ui/button'
import type { DemoOrder, DemoPlaying } from '@/lib/contract/demo'
import { Levers } from './levers'
import { useOffReason } from './off-reason'
import { useScenarioSentences } from './sentences'
import { toneOf } from './tone-of'
import { TurnPart } from './turn-part'

/** What the scenario says now, what it waits for, and what it said before. */
export function PlayingCard(props: {
  cluster: string
  playing: DemoPlaying
  order: (order: DemoOrder) => void
  ordering: boolean
}) {
  const t = useTranslations('demo')
  const sentences = useScenarioSentences()
  const [levers, setLevers] = useState(false)
  // On a phone the card is two lines until it is opened, so that the ladder stays in sight.
  const [open, setOpen] = useState(false)
  const more = open ? '' : 'hidden tablet:block'
  const { cluster, playing, order, ordering } = props
  const { id, look, turn, state, mode } = playing
  const Chevron = open ? ChevronUp : ChevronDown
  const off = useOffReason()
  const isOn = state === 'running' || state === 'waiting'
  const title = sentences.title(id)
  const note =
    state === 'stopped'
      ? t('stopped')
      : playing.failure === 'set-gone'
        ? t('setGone')
        : playing.overdue
          ? t('overdue')
          : null
  const ordered = (name: string, what: DemoOrder) => ({
    'data-order': name,
    size: 'row' as const,
    disabledReason: off,
    quietReason: true,
    'aria-busy': ordering,
    onClick: () => order(what),
  })
  return (
    <section
      aria-label={title}
      data-tone={toneOf(state)}
      data-scenario={id}
      data-scenario-state={state}
      className="mb-4 border-t-2 border-tone-fill bg-panel px-4 py-2"
    >
      <div className={`flex items-center gap-x-3 gap-y-1 ${open ? 'flex-wrap' : 'tablet:flex-wrap'}`}>
        <h2 className={`min-w-0 font-semibold ${open ? '' : 'truncate tablet:whitespace-normal'}`}>{title}</h2>
        <span className={`text-small text-muted ${more}`}>
          {t('step', { step: playing.step, steps: playing.steps })}
        </span>
        <span className="shrink-0 text-small text-tone">{t(`states.${state}`)}</span>
        <IconButton
          label={t(open ? 'less' : 'more')}
          aria-expanded={open}
          className="-my-2 -mr-3 ml-auto tablet:hidden!"
          onClick={() => setOpen(!open)}
        >
          <Chevron aria-hidden size={16} strokeWidth={1.75} />
        </IconButton>
        <span className={`ml-auto gap-1 ${open ? 'flex w-full' : 'hidden tablet:flex'} tablet:w-auto`}>
          {isOn ? (
            <>
              <Button variant="quiet" {...ordered('mode', { mode: mode === 'by-hand' ? 'by-itself' : 'by-hand' })}>
                {t(mode === 'by-hand' ? 'playForMe' : 'letMe')}
              </Button>
              <Button variant="quiet" {...ordered('stop', { stop: true })}>
                <CircleStop aria-hidden size={14} strokeWidth={1.75} />
                {t('stop')}
              </Button>
            </>
          ) : (
            <>
              <Button {...ordered('start', { start: id, mode })}>{t('again')}</Button>
              <Button variant="quiet" {...ordered('clear', { clear: true })}>
                {t('clear')}
              </Button>
            </>
          )}
        </span>
      </div>
      <p
        role="status"
        data-sentence={playing.say?.key}
        className={`max-w-[900px] tablet:text-lead ${open ? '' : turn ? 'hidden tablet:block' : 'line-clamp-2 tablet:line-clamp-none'}`}
      >
        {sentences.said(id, playing.say)}
      </p>
      {turn ? (
        <TurnPart
          cluster={cluster}
          id={id}
          turn={turn}
          look={look}
          open={open}
          disabledReason={off}
          busy={ordering}
          onChoose={(way) => order({ choose: way })}
          onLevers={() => setLevers(true)}
        />
      ) : null}
      {note ? <p className={`text-small text-muted ${more}`}>{note}</p> : null}
      {playing.error ? (
        <p lang="en" className="mt-1 font-mono text-mono break-words">
          {playing.error}
        </p>
      ) : null}
      {playing.said.length > 1 ? (
        <details className={`mt-0.5 text-small text-muted ${more}`}>
          <summary>{t('said')}</summary>
          <ol className="mt-1">
            {playing.said.slice(0, -1).map((each, index) => (
              <li key={index} className="flex gap-3 py-0.5">
                <TimeOfDay at={each.at} className="shrink-0 font-mono" />
                {sentences.said(id, each.say)}
              </li>
            ))}
          </ol>
          <p className="mt-1">{sentences.look(id)}</p>
        </details>
      ) : null}
      <Levers
        cluster={cluster}
        at={{ namespace: look.namespace, name: look.statefulSet }}
        open={levers}
        onOpenChange={setLevers}
      />
    </section>
  )
}
