'use client'

import { ChevronDown, ChevronUp } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { Age } from '@/components/ui/age'
import { Button } from '@/components/ui/button'
import { buttonClass } from '@/components/ui/button-class'
import { Glyph } from '@/components/ui/glyph'
import { MiddleCut } from '@/components/ui/middle-cut'
import { useReasonWords } from '@/components/ui/reason-words'
import { Rung } from '@/components/ui/rung'
import { isLoud, states, type Tone } from '@/components/ui/states'
import { ranges } from '@/components/ui/strip-places'
import { pages } from '@/components/shell/places'
import type { Need } from '@/lib/statefulset/model/view'
import type { AttentionRow, Held } from './attention-rows'
import { useSharedWords } from './shared-words'

/** So many sets of one cause are listed at a time. */
const listedAtOnce = 60
/** The ordinals that have room under a glyph. */
const roomForNumbers = 6

/** One cause: its glyph, its words, its clock and its button, of one set or of all that it holds. */
export function AttentionItem({ cluster, row }: { cluster: string; row: AttentionRow }) {
  const t = useTranslations('overview.attention')
  const words = useNeedWords()
  const sharedWords = useSharedWords()
  const [open, setOpen] = useState(false)
  const list = useId()
  const { need, shared, more } = row
  const only = shared === null ? (row.sets[0] ?? null) : null
  const sentence = words(need)
  const tone = toneOf(need)
  return (
    <li className="border-b border-line py-2" data-cause={row.key}>
      <div className="grid grid-cols-[44px_minmax(0,1fr)_auto] items-center gap-x-4 tablet:grid-cols-[44px_minmax(100px,128px)_minmax(0,1fr)_auto_minmax(92px,auto)] tablet:gap-x-6">
        <Sign need={need} ordinals={only?.need.ordinals ?? null} />
        <Where held={only} row={row} />
        <span className="min-w-0">
          {only ? (
            <span lang="en" className="flex min-w-0 gap-1.5 tablet:hidden">
              <MiddleCut name={only.summary.name} className="font-strong" />
              <MiddleCut name={only.summary.namespace} className="text-muted" />
            </span>
          ) : null}
          <span className="block break-words">{shared ? sharedWords(row) : sentence.first}</span>
          <span className="block text-muted">
            {shared && shared.names.length > 1 ? (
              <span lang="en" className="mr-3 text-ink">
                {named(shared.names)}
              </span>
            ) : null}
            {shared ? (
              <span className="mr-3 break-words">
                {t.has(`about.${shared.kind}`) ? t(`about.${shared.kind}`) : sentence.first}
              </span>
            ) : sentence.second ? (
              <span className="mr-3 break-words">{sentence.second}</span>
            ) : null}
            {need.runbook ? (
              <Link
                href={pages.runbooks(cluster, need.runbook.id)}
                className="mr-3 whitespace-nowrap text-muted underline underline-offset-2 hover:text-ink"
              >
                {t('runbook', { id: need.runbook.alias })}
              </Link>
            ) : null}
            {more > 0 ? <span className="whitespace-nowrap">{t('others', { count: more })}</span> : null}
          </span>
        </span>
        <span data-tone={tone ?? undefined} className="text-right">
          {need.since === null ? null : (
            <Age
              since={need.since}
              atLeast={need.atLeast}
              precision="fine"
              className={`font-strong whitespace-nowrap ${tone ? 'text-tone' : ''}`}
            />
          )}
        </span>
        {only ? (
          <Link
            href={addressOf(cluster, only)}
            aria-label={t(hasLog(need) ? 'openLog' : 'openSet', {
              name: `${only.summary.namespace}/${only.summary.name}`,
            })}
            className={`${buttonClass('plain')} col-start-2 mt-2 justify-self-start tablet:col-start-auto tablet:mt-0 tablet:justify-self-end`}
          >
            {t(hasLog(need) ? 'log' : 'open')}
          </Link>
        ) : (
          <Button
            onClick={() => setOpen(!open)}
            aria-expanded={open}
            aria-controls={list}
            className="col-start-2 mt-2 justify-self-start tablet:col-start-auto tablet:mt-0 tablet:justify-self-end"
          >
            {t('sets')}
            {open ? (
              <ChevronUp aria-hidden size={14} strokeWidth={1.75} />
            ) : (
              <ChevronDown aria-hidden size={14} strokeWidth={1.75} />
            )}
          </Button>
        )}
      </div>
      <div id={list} hidden={!open}>
        {open ? <HeldSets cluster={cluster} row={row} /> : null}
      </div>
    </li>
  )
}

/** The sets that stand under a shared cause, with the ordinals that it holds of each. */
function HeldSets({ cluster, row }: { cluster: string; row: AttentionRow }) {
  const t = useTranslations('overview.attention')
  const [most, setMost] = useState(listedAtOnce)
  const { sets, elsewhere } = row
  return (
    <div className="mt-2 mb-1 pl-[60px] tablet:pl-[68px]">
      <ul className="grid grid-cols-1 gap-x-6 gap-y-0.5 phone:grid-cols-2 wide:grid-cols-3">
        {sets.slice(0, most).map((held) => (
          <li key={`${held.summary.namespace}/${held.summary.name}`} className="flex min-w-0 items-baseline gap-2">
            <Link
              href={addressOf(cluster, held)}
              prefetch={false}
              lang="en"
              className="flex min-w-0 gap-1.5 py-0.5 text-ink no-underline hover:underline"
              title={`${held.summary.namespace}/${held.summary.name}`}
            >
              <MiddleCut name={held.summary.name} className="font-strong" />
              <MiddleCut name={held.summary.namespace} className="text-muted" />
            </Link>
            <span className="ml-auto shrink-0 font-mono text-micro text-muted">{ranges(held.need.ordinals)}</span>
          </li>
        ))}
      </ul>
      {sets.length > most ? (
        <Button size="row" variant="quiet" className="mt-1" onClick={() => setMost(most + 10 * listedAtOnce)}>
          {t('moreSets', { count: sets.length - most })}
        </Button>
      ) : null}
      {elsewhere > 0 ? <p className="mt-1 text-muted">{t('elsewhere', { count: elsewhere })}</p> : null}
    </div>
  )
}

/** The shape of the cause on its rung, and the ordinals that it holds of a set. */
function Sign({ need, ordinals }: { need: Need; ordinals: readonly number[] | null }) {
  const numbers = ordinals === null ? '' : ranges(ordinals)
  const short = numbers.length <= roomForNumbers ? numbers : `${ordinals?.[0]} +${(ordinals?.length ?? 1) - 1}`
  return (
    <span className="flex w-11 flex-col items-center self-start">
      {need.state === null ? <NoOrdinal tone={toneOf(need)} /> : <Glyph state={need.state} size={24} />}
      <Rung kind="solid" className="mt-0.5 w-7" />
      <span className="mt-0.5 h-[14px] font-mono text-micro font-heavy whitespace-nowrap" title={numbers}>
        {short}
      </span>
    </span>
  )
}

/** What is wrong with a set as a whole is of no ordinal's shape. */
function NoOrdinal({ tone }: { tone: Tone | null }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={24}
      height={24}
      data-tone={tone ?? 'neutral'}
      data-forced-shape=""
      aria-hidden
      fill="none"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="block shrink-0 stroke-current text-tone-fill"
    >
      <path d="M12 4.6 20.9 21.4H3.1Z" strokeWidth="2.1" />
      <path d="M12 10.4v4.8M12 18.3v.1" strokeWidth="2.2" />
    </svg>
  )
}

function Where({ held, row }: { held: Held | null; row: AttentionRow }) {
  const t = useTranslations('overview.attention')
  if (held === null)
    return <span className="hidden min-w-0 text-muted tablet:block">{t('heldSets', { count: row.holds.sets })}</span>
  return (
    <span lang="en" className="hidden min-w-0 tablet:block">
      <MiddleCut name={held.summary.name} className="font-strong" />
      <MiddleCut name={held.summary.namespace} className="text-muted" />
    </span>
  )
}

const toneOf = (need: Need): Tone | null => {
  if (need.state !== null && isLoud(need.state)) return states[need.state].tone
  return need.urgency < 4 ? 'attention' : null
}

/** Where a container ends again and again, its own words are the next thing to read. */
const hasLog = ({ by, reason }: Need) => by === 'cause' && (reason === 'crash' || reason === 'out-of-memory')

function addressOf(cluster: string, { summary, need }: Held): string {
  const page = pages.statefulSet(cluster, summary)
  const [ordinal] = need.ordinals
  return hasLog(need) && ordinal !== undefined ? `${page}?ordinal=${ordinal}&open=logs` : page
}

function named(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} +${names.length - 8}` : names.join(', ')
}

/** A cause says what is wrong here; a finding what is wrong in general, and then in this case. */
function useNeedWords(): (need: Need) => { first: string; second: string | null } {
  const runbooks = useTranslations('runbooks')
  const reasonWords = useReasonWords()
  return (need) => {
    const { by, reason, params, message } = need
    if (by === 'cause') return { first: reasonWords(need), second: null }
    const title = runbooks.has(`${reason}.title`) ? runbooks(`${reason}.title`) : message
    return { first: title, second: runbooks.has(`${reason}.finding`) ? runbooks(`${reason}.finding`, params) : null }
  }
}
