'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { AttentionItem } from './attention-item'
import type { AttentionRow } from './attention-rows'

const shownAtFirst = 8

/** What needs a person, the most urgent first: where, what, since when, and the way to it. `total`: without the filter. */
export function Attention(props: { cluster: string; rows: readonly AttentionRow[]; total: number }) {
  const t = useTranslations('overview.attention')
  const [all, setAll] = useState(false)
  const { rows, total } = props
  if (rows.length === 0) return null
  const shown = all ? rows : rows.slice(0, shownAtFirst)
  return (
    <section aria-labelledby="attention">
      <h2 id="attention" className="mb-2 font-semibold">
        {t('title')}{' '}
        <span className="ml-1 font-normal text-muted">
          {rows.length === total ? t('count', { count: total }) : t('shown', { shown: rows.length, total })}
        </span>
      </h2>
      <ul className="border-t border-line">
        {shown.map((row) => (
          <AttentionItem key={row.key} cluster={props.cluster} row={row} />
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
