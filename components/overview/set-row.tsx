'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { memo } from 'react'
import { Age } from '@/components/ui/age'
import { MiddleCut } from '@/components/ui/middle-cut'
import { Strip } from '@/components/ui/strip'
import { runsSeveralRevisions } from '@/lib/statefulset/model/revisions'
import type { StatefulSetSummary } from '@/lib/statefulset/model/view'
import { Waits } from './waits'
import { pages } from '@/components/shell/places'

/** On a wide page a row of six cells; on a phone three lines: name and what it waits for, the strip. */
export const rowGrid =
  'grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 tablet:grid-cols-[minmax(100px,190px)_minmax(150px,1fr)_52px_minmax(120px,280px)_60px] tablet:gap-x-6 wide:grid-cols-[196px_minmax(300px,1fr)_72px_minmax(200px,300px)_132px_76px]'

/** One StatefulSet. The name is the link; a click anywhere in the row follows it too. */
export const SetRow = memo(function SetRow(props: { cluster: string; summary: StatefulSetSummary; index: number }) {
  const t = useTranslations('overview')
  const router = useRouter()
  const { summary, cluster } = props
  const { ready, desired, leaving, updated, created } = summary
  const href = pages.statefulSet(cluster, summary)
  const { revision } = summary
  const split = runsSeveralRevisions(summary)
  return (
    <div
      role="row"
      aria-rowindex={props.index + 2}
      data-set={`${summary.namespace}/${summary.name}`}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a')) return
        if (event.metaKey || event.ctrlKey || String(getSelection() ?? '') !== '') return
        router.push(href)
      }}
      className={`${rowGrid} cursor-pointer items-baseline border-b border-line py-2.5 transition-colors hover:bg-panel tablet:min-h-[46px] tablet:items-center tablet:py-1`}
    >
      <div role="rowheader" className="min-w-0">
        <Link
          href={href}
          prefetch={false}
          lang="en"
          data-row-link={props.index}
          className="flex min-w-0 gap-1.5 text-ink no-underline outline-offset-4"
          title={`${summary.namespace}/${summary.name}`}
        >
          <MiddleCut name={summary.name} className="font-strong" />
          <MiddleCut name={summary.namespace} className="text-muted" />
        </Link>
      </div>
      <div role="cell" className="order-3 col-span-2 mt-2 min-w-0 tablet:order-none tablet:col-span-1 tablet:mt-0">
        <Strip summary={summary} />
      </div>
      <div role="cell" className="hidden text-right tablet:block" title={t('readyLong', { ready, desired, leaving })}>
        <span className={ready < desired ? 'font-strong' : ''}>{t('ready', { ready, desired })}</span>
        {leaving > 0 ? (
          <span className="block truncate text-small text-muted">{t('leaving', { count: leaving })}</span>
        ) : null}
      </div>
      <div role="cell" className="max-w-[52vw] min-w-0 text-right tablet:max-w-none tablet:truncate tablet:text-left">
        <Waits summary={summary} />
      </div>
      <div role="cell" className="hidden min-w-0 truncate wide:block">
        {split ? (
          <span title={revision.update}>{t('revision.split', { updated, created })}</span>
        ) : (
          <span className="text-muted">{t('revision.one')}</span>
        )}
      </div>
      <div role="cell" className="hidden text-right text-muted tablet:block">
        <Age since={summary.changedAt} />
      </div>
    </div>
  )
})
