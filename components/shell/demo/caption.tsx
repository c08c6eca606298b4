'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { pages } from '@/components/shell/places'
import { useScenarios } from '@/lib/browser/demo'
import { PlayingCard } from './playing-card'
import { useScenarioSentences } from './sentences'
import { useSetHere } from './set-here'
import { toneOf } from './tone-of'

/**
 * The scenario that plays: all of it on the page of its set, one line on any other while it goes on, and nothing where
 * none plays.
 */
export function Caption(props: { cluster: string }) {
  const here = useSetHere()
  const { data, order, ordering } = useScenarios(props.cluster)
  const playing = data?.current
  if (!playing) return null
  const isHere = here?.namespace === playing.look.namespace && here.name === playing.look.statefulSet
  if (isHere) return <PlayingCard cluster={props.cluster} playing={playing} order={order} ordering={ordering} />
  return playing.state === 'running' || playing.state === 'waiting' ? (
    <PlayingLine cluster={props.cluster} playing={playing} />
  ) : null
}

function PlayingLine(props: { cluster: string; playing: Parameters<typeof PlayingCard>[0]['playing'] }) {
  const t = useTranslations('demo')
  const sentences = useScenarioSentences()
  const { id, state, look, turn, say } = props.playing
  return (
    <p
      data-tone={toneOf(state)}
      data-scenario={id}
      data-scenario-state={state}
      className="mb-4 flex items-baseline gap-x-2 border-l-2 border-tone-fill pl-3"
    >
      <strong className="shrink-0 font-semibold">{sentences.title(id)}</strong>
      <span className="hidden min-w-0 flex-1 truncate text-muted tablet:block">
        {turn ? `${t('turn')}: ${sentences.question(id, turn.key)}` : sentences.said(id, say)}
      </span>
      <Link
        href={pages.statefulSet(props.cluster, { namespace: look.namespace, name: look.statefulSet })}
        className="ml-auto shrink-0 font-strong underline underline-offset-2"
      >
        {t(state === 'waiting' ? 'turn' : 'look', { name: look.statefulSet })}
      </Link>
    </p>
  )
}
