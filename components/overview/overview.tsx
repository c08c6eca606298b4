'use client'

import { KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { SkeletonRow } from '@/components/ui/skeleton'
import { states } from '@/components/ui/states'
import type { OverviewSnapshot } from '@/lib/contract/stream'
import { compareNames } from '@/lib/statefulset/model/natural-order'
import { Attention } from './attention'
import { ClusterLine } from './cluster-line'
import { attentionRows } from './attention-rows'
import { filterKeys, matches, parseFilter } from './filter'
import { FilterBar } from './filter-bar'
import { FirstSet } from './first-set'
import { Headline } from './headline'
import { ordered, sortKeys, type SortKey } from './order'
import { SetTable } from './set-table'
import { settled, tallyOf } from './tally'
import { UnreadableSets } from './unreadable-sets'

const stateNames = new Set(Object.keys(states))

const query = {
  q: parseAsString.withDefault(''),
  namespace: parseAsString,
  sort: parseAsStringLiteral(sortKeys).withDefault('attention'),
  order: parseAsStringLiteral(['reversed'] as const),
}

/** Which set needs a person, and why: a sentence, the cluster as a line, and every set as a row. */
export function Overview(props: { cluster: string; snapshot: OverviewSnapshot }) {
  const t = useTranslations('overview')
  const { summaries, kinds } = props.snapshot
  const [view, setView] = useQueryStates(query, { history: 'replace', shallow: true })
  const tally = useMemo(() => tallyOf(summaries), [summaries])
  const needs = useMemo(() => attentionRows(summaries), [summaries])
  const namespaces = useMemo(
    () => [...new Set(summaries.map((each) => each.namespace))].sort(compareNames),
    [summaries],
  )
  const filter = useMemo(() => parseFilter(view.q, view.namespace, stateNames), [view.q, view.namespace])
  const unknown = filter.terms.flatMap((term) => (term.kind === 'unknown' ? [term.value] : []))
  const asked = filter.terms.length > 0 || filter.namespace !== null
  const shown = useMemo(
    () => (asked ? summaries.filter((summary) => matches(summary, filter)) : summaries),
    [summaries, filter, asked],
  )
  const shownNeeds = useMemo(() => (asked ? attentionRows(shown) : needs), [asked, shown, needs])
  const rows = useMemo(() => ordered(shown, view.sort, view.order === 'reversed'), [shown, view.sort, view.order])
  const sort = (key: SortKey) =>
    void setView({ sort: key, order: key === view.sort && view.order === null ? 'reversed' : null })
  const known = settled(kinds)
  const unreadable = kinds.statefulsets.unreadable?.length ?? 0

  return (
    <div className="flex flex-col gap-5">
      {summaries.length > 0 || unreadable > 0 || known !== 'yes' ? (
        <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
          <Headline tally={tally} rows={needs} kinds={kinds} />
          {summaries.length > 0 ? (
            <FilterBar
              query={view.q}
              onQuery={(q) => void setView({ q })}
              namespace={view.namespace}
              namespaces={
                view.namespace === null || namespaces.includes(view.namespace)
                  ? namespaces
                  : [view.namespace, ...namespaces]
              }
              onNamespace={(namespace) => void setView({ namespace })}
            />
          ) : null}
        </div>
      ) : null}
      <UnreadableSets cluster={props.cluster} report={kinds.statefulsets} />
      {summaries.length > 0 ? (
        <>
          <ClusterLine summaries={shown} />
          <Attention cluster={props.cluster} rows={shownNeeds} total={needs.length} />
          <section>
            <h2 className="pb-2 font-semibold">
              {t('all')}{' '}
              <span className="ml-1 font-normal text-muted">
                {shown.length === summaries.length
                  ? t('count', { count: summaries.length })
                  : t('shown', { shown: shown.length, total: summaries.length })}
              </span>
            </h2>
            {rows.length > 0 ? (
              <SetTable
                cluster={props.cluster}
                rows={rows}
                sort={view.sort}
                reversed={view.order === 'reversed'}
                onSort={sort}
              />
            ) : (
              <EmptyState
                title={t('filter.noneTitle')}
                action={<Button onClick={() => void setView({ q: '', namespace: null })}>{t('filter.clear')}</Button>}
              >
                {unknown.length > 0 ? (
                  <p className="mb-2">
                    {t('filter.unknown', {
                      words: unknown.join(' '),
                      keys: filterKeys.map((key) => `${key}:`).join(' '),
                    })}
                  </p>
                ) : null}
                {t.rich('filter.none', {
                  total: summaries.length,
                  filter: () => (
                    <code lang="en" className="font-mono text-ink">
                      {[view.q, view.namespace ? `namespace ${view.namespace}` : ''].filter(Boolean).join(', ')}
                    </code>
                  ),
                })}
              </EmptyState>
            )}
          </section>
        </>
      ) : known === 'reading' ? (
        <div role="status">
          <p className="mb-2 text-muted">{t('empty.reading')}</p>
          {[0, 1, 2, 3].map((row) => (
            <SkeletonRow key={row} />
          ))}
        </div>
      ) : known === 'forbidden' ? (
        <ForbiddenSets rule={kinds.statefulsets.state === 'forbidden' ? kinds.statefulsets.rule : ''} />
      ) : unreadable > 0 ? null : (
        <FirstSet />
      )}
    </div>
  )
}

function ForbiddenSets(props: { rule: string }) {
  const t = useTranslations('overview.empty')
  return (
    <div data-tone="unknown" className="flex flex-wrap items-center gap-2 py-4">
      <KeyRound aria-hidden size={16} strokeWidth={1.75} className="text-tone" />
      <span>{t('forbidden')}</span>
      <code lang="en" className="font-mono text-mono text-tone">
        {props.rule}
      </code>
      <CopyButton text={props.rule} />
    </div>
  )
}
