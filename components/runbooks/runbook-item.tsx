'use client'

import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import { Age } from '@/components/ui/age'
import { Chip } from '@/components/ui/chip'
import type { Tone } from '@/components/ui/states'
import { ranges } from '@/components/ui/strip-places'
import type { Severity } from '@/lib/statefulset/model/view'
import type { Match, RunbookMatches } from './matches'
import { pages } from '@/components/shell/places'

const tones: Readonly<Record<Severity, Tone>> = { critical: 'bad', warning: 'attention', info: 'neutral' }

/** One situation: where it is found now, what happens, the safe fix and the dangerous one. */
export function RunbookItem(props: {
  cluster: string
  entry: RunbookMatches
  /** Something may not be seen, so "nowhere" cannot be said. */
  blind: boolean
  /** The address names it. */
  named: boolean
}) {
  const t = useTranslations('runbooks')
  const { runbook, matches } = props.entry
  const { id, alias } = runbook
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (!props.named || !details.current) return
    details.current.open = true
    details.current.scrollIntoView({ block: 'start' })
  }, [props.named])
  return (
    <li className="border-b border-line">
      <details ref={details} id={id} className="group scroll-mt-16">
        <summary className="flex list-none items-center gap-3 py-2.5 hover:bg-panel [&::-webkit-details-marker]:hidden">
          <ChevronRight
            aria-hidden
            size={14}
            strokeWidth={1.75}
            className="shrink-0 text-muted transition-transform group-open:rotate-90"
          />
          <span className="w-8 shrink-0 font-mono text-mono text-muted">{alias}</span>
          <h2 className="min-w-0 flex-1 font-strong">{t(`${id}.title`)}</h2>
          {matches.length > 0 ? (
            <Chip tone={tones[runbook.severity]}>{t('page.found', { count: matches.length })}</Chip>
          ) : (
            <span className="hidden text-small text-muted phone:inline">
              {runbook.detected ? t('page.notFound') : t('page.noDetector')}
            </span>
          )}
        </summary>
        <div className="grid gap-x-12 gap-y-4 pt-1 pb-5 pl-[58px] desk:grid-cols-3">
          <Part title={t('labels.explanation')}>{t(`${id}.explanation`)}</Part>
          <Part title={t('labels.safe')} tone="ok">
            {t(`${id}.safe`)}
          </Part>
          <Part title={t('labels.dangerous')} tone="bad">
            {t(`${id}.dangerous`)}
          </Part>
          {matches.length === 0 ? (
            <p className="text-muted desk:col-span-3">
              {!runbook.detected ? t(`${id}.whyNot`) : props.blind ? t('page.blind') : t('labels.none')}
            </p>
          ) : null}
        </div>
      </details>
      {matches.length > 0 ? (
        <ul aria-label={t('labels.matches')} className="pb-3 pl-[58px]">
          {matches.map((match) => (
            <MatchLine key={`${match.namespace}/${match.name}`} cluster={props.cluster} id={id} match={match} />
          ))}
        </ul>
      ) : null}
    </li>
  )
}

function Part(props: { title: string; tone?: Tone; children: string }) {
  return (
    <section data-tone={props.tone} className="max-w-[560px]">
      <h3 className={`mb-1 border-t-2 pt-1 font-semibold ${props.tone ? 'border-tone-fill text-tone' : 'border-rung'}`}>
        {props.title}
      </h3>
      <p>{props.children}</p>
    </section>
  )
}

function MatchLine(props: { cluster: string; id: string; match: Match }) {
  const t = useTranslations('runbooks')
  const { match, id } = props
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 py-1 tablet:grid-cols-[minmax(140px,220px)_72px_minmax(0,1fr)_auto]">
      <Link href={pages.statefulSet(props.cluster, match)} lang="en" className="min-w-0 truncate text-ink">
        <span className="font-strong underline underline-offset-2">{match.name}</span>{' '}
        <span className="text-muted">{match.namespace}</span>
      </Link>
      <span
        className="truncate text-right font-mono text-mono text-muted tablet:text-left"
        title={ranges(match.ordinals)}
      >
        {ranges(match.ordinals)}
      </span>
      <span className="col-span-2 min-w-0 break-words tablet:col-span-1">
        {t.has(`${id}.finding`) ? t(`${id}.finding`, match.params) : ''}
      </span>
      <span className="hidden text-right text-muted tablet:block">
        {match.since === null ? null : <Age since={match.since} precision="fine" />}
      </span>
    </li>
  )
}
