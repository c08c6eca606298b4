'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Mark } from '@/components/ui/mark'
import type { ConnectionState } from '@/lib/contract/stream'
import { ClusterSwitcher, type ClusterChoice } from './cluster-switcher'
import type { Freshness } from './freshness'
import { FreshnessPill } from './freshness-pill'
import { LanguageMenu, ThemeMenu } from './preferences'
import { ReadOnlyWord } from './read-only'

/** Which cluster this is, where in it one is, and how far the page can be trusted. */
export function TopBar(props: {
  cluster: string
  clusters: readonly ClusterChoice[]
  connection: ConnectionState
  fresh: Freshness
  trail: ReactNode
}) {
  const t = useTranslations('shell')
  return (
    <header className="sticky top-0 z-20 flex h-[52px] items-center gap-1 border-b border-line bg-page px-4 tablet:px-7">
      <span className="mr-2 tablet:hidden">
        <Mark size={28} />
      </span>
      <nav aria-label={t('breadcrumb')} className="flex min-w-0 flex-1 items-center">
        <ClusterSwitcher cluster={props.cluster} clusters={props.clusters} connection={props.connection} />
        <span className="hidden min-w-0 phone:block">{props.trail}</span>
      </nav>
      <ReadOnlyWord />
      <FreshnessPill fresh={props.fresh} />
      <LanguageMenu />
      <ThemeMenu />
    </header>
  )
}
