'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Age } from '@/components/ui/age'
import { Button } from '@/components/ui/button'
import { buttonClass } from '@/components/ui/button-class'
import { Glyph } from '@/components/ui/glyph'
import { Rung } from '@/components/ui/rung'
import { isLoud, states } from '@/components/ui/states'
import { ranges } from '@/components/ui/strip-places'
import type { StatefulSetSummary } from '@/lib/statefulset/model/view'
import { attentionRows, type AttentionRow } from './attention-rows'
import { pages } from '@/lib/contract/routes'

const shownAtFirst = 8

/** The sets that need a person, worst first: where, what, since when, and the way to it. */
export function Attention(props: { cluster: string; summaries: readonly StatefulSetSummary[] }) {
  const t = useTranslations('overview.attention')
  const [all, setAll] = useState(false)
  const rows = attentionRows(props.summaries)
  if (rows.length === 0) return null
  const shown = all ? rows : rows.slice(0, shownAtFirst)
  return (
    <section aria-labelledby="attention">
      <h2 id="attention" className="mb-2 font-semibold">
        {t('title')} <span className="ml-1 font-normal text-muted">{t('count', { count: rows.length })}</span>
      </h2>
      <ul className="border-t border-line">
        {shown.map((row) => (
          <Row key={`${row.summary.namespace}/${row.summary.name}`} cluster={props.cluster} row={row} />
        ))}
      </ul>
      {rows.length > shown.length ? (
        <Button size="row" variant="quiet" className="mt-1" onClick={() => setAll(true)}>
          {t('more', { count: rows.length - shown.length })}
        </Button>
      ) : null}
    </section>
  )
}

function Row(props: { cluster: string; row: AttentionRow }) {
  const t = useTranslations('overview.attention')
  const { summary, problem, ordinals, state, since, more } = props.row
  const sentence = useSentence()(props.row)
  const numbers = ranges(ordinals)
  return (
    <li className="grid grid-cols-[44px_minmax(0,1fr)_auto] items-center gap-x-4 border-b border-line py-2 tablet:grid-cols-[44px_minmax(100px,128px)_minmax(0,1fr)_auto_auto] tablet:gap-x-6">
      <span className="flex w-11 flex-col items-center self-start">
        <Glyph state={state} size={24} />
        <Rung kind="solid" className="mt-0.5 w-7" />
        <span className="mt-0.5 max-w-full truncate font-mono text-micro font-heavy" title={numbers}>
          {numbers === '' ? '–' : numbers}
        </span>
      </span>
      <span lang="en" className="hidden min-w-0 tablet:block">
        <span className="block truncate font-strong" title={summary.name}>
          {summary.name}
        </span>
        <span className="block truncate text-muted" title={summary.namespace}>
          {summary.namespace}
        </span>
      </span>
      <span className="min-w-0">
        <span lang="en" className="block truncate tablet:hidden">
          <b className="font-strong">{summary.name}</b> <span className="text-muted">{summary.namespace}</span>
        </span>
        <span className="block">{sentence.first}</span>
        <span className="block text-muted">
          {sentence.second ? <span className="mr-3 break-words">{sentence.second}</span> : null}
          {problem ? (
            <Link
              href={pages.runbooks(props.cluster, problem.runbook)}
              className="mr-3 whitespace-nowrap text-muted underline underline-offset-2 hover:text-ink"
            >
              {t('runbook', { id: problem.alias })}
            </Link>
          ) : null}
          {more > 0 ? <span className="whitespace-nowrap">{t('others', { count: more })}</span> : null}
        </span>
      </span>
      <span data-tone={isLoud(state) ? states[state].tone : undefined} className="text-right">
        {since === null ? null : (
          <Age
            since={since}
            precision="fine"
            className={`font-strong whitespace-nowrap ${isLoud(state) ? 'text-tone' : ''}`}
          />
        )}
      </span>
      <Link
        href={pages.statefulSet(props.cluster, summary)}
        aria-label={t('openSet', { name: `${summary.namespace}/${summary.name}` })}
        className={`${buttonClass('plain')} col-start-2 mt-2 justify-self-start tablet:col-start-auto tablet:mt-0`}
      >
        {t('open')}
      </Link>
    </li>
  )
}

/** What is wrong in general, then in this case, else what the controller waits for. */
function useSentence(): (row: AttentionRow) => { first: string; second: string | null } {
  const runbooks = useTranslations('runbooks')
  const waiting = useTranslations('waiting')
  const stateWords = useTranslations('states')
  return ({ summary, problem, state }) => {
    const waits = summary.waitingFor
    const why = waits ? (waiting.has(waits.reason) ? waiting(waits.reason, waits.params) : waits.message) : null
    if (problem && runbooks.has(`${problem.runbook}.title`)) {
      const finding = `${problem.runbook}.finding`
      const here = runbooks.has(finding) ? runbooks(finding, problem.params) : why
      return { first: runbooks(`${problem.runbook}.title`), second: here }
    }
    return why !== null ? { first: why, second: null } : { first: stateWords(state), second: null }
  }
}
