'use client'

import { useTranslations } from 'next-intl'
import { useMemo, useSyncExternalStore } from 'react'
import { seesEverything, type OverviewSnapshot } from '@/lib/contract/stream'
import type { RunbookEntry } from '@/lib/statefulset/model/view'
import { matchesOf } from './matches'
import { RunbookItem } from './runbook-item'

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** Is this my problem? Every situation that Ordinal knows, those that are found in this cluster first. */
export function RunbookList(props: { cluster: string; runbooks: readonly RunbookEntry[]; snapshot: OverviewSnapshot }) {
  const t = useTranslations('runbooks.page')
  const { summaries, kinds } = props.snapshot
  const all = useMemo(() => matchesOf(props.runbooks, summaries), [props.runbooks, summaries])
  const hash = useSyncExternalStore(
    subscribe,
    () => location.hash.slice(1),
    () => '',
  )
  const found = all.filter((each) => each.matches.length > 0).length
  const blind = !seesEverything(kinds)
  return (
    <div>
      <h1 className="text-title font-semibold tracking-title">{t('title')}</h1>
      <p className="mb-5 text-muted">{t('counts', { all: all.length, found })}</p>
      <ul className="border-t border-line">
        {all.map((each) => (
          <RunbookItem
            key={each.runbook.id}
            cluster={props.cluster}
            entry={each}
            blind={blind}
            named={hash === each.runbook.id || hash === each.runbook.alias}
          />
        ))}
      </ul>
    </div>
  )
}
