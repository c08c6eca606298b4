'use client'

import { ChevronsUpDown } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { EnvironmentWord } from '@/components/ui/chip'
import { Menu, MenuLabel, MenuLink, MenuSeparator } from '@/components/ui/menu'
import type { ConnectionState } from '@/lib/contract/stream'
import { pages } from './places'

/** A way into a cluster, as the switcher lists it. `state` is null while nobody has opened it. */
export type ClusterChoice = {
  id: string
  name: string
  origin: 'kubeconfig' | 'in-cluster' | 'url'
  server: string
  user: string
  broken: string | null
  demo: boolean
  state: ConnectionState['state'] | null
}

/** The cluster's name; a menu of all of them, each under its own path, so that two tabs can show two clusters. */
export function ClusterSwitcher(props: {
  cluster: string
  clusters: readonly ClusterChoice[]
  connection: ConnectionState
}) {
  const t = useTranslations('shell.cluster')
  const { connection } = props
  return (
    <Menu
      align="start"
      label={t('list')}
      trigger={
        <button
          type="button"
          aria-label={t('switch', { name: connection.name })}
          title={connection.server}
          className="-ml-1.5 flex h-8 min-w-0 items-center gap-2 rounded-control px-1.5 text-muted hover:bg-raised hover:text-ink pointer-coarse:h-11"
        >
          {connection.demo ? <EnvironmentWord word="DEMO" inverted /> : null}
          <span lang="en" className="truncate">
            {connection.name}
          </span>
          <ChevronsUpDown aria-hidden size={12} strokeWidth={1.75} className="shrink-0" />
        </button>
      }
    >
      <MenuLabel>
        <span lang="en" className="block max-w-80 break-all">
          {connection.user === '' ? connection.server : t('as', { server: connection.server, user: connection.user })}
        </span>
        {connection.serverVersion === null ? null : (
          <span className="block">{t('version', { version: connection.serverVersion })}</span>
        )}
      </MenuLabel>
      <MenuSeparator />
      {props.clusters.map((choice) => (
        <MenuLink key={choice.id}>
          <Link href={pages.overview(choice.id)} aria-current={choice.id === props.cluster ? 'true' : undefined}>
            <span className="min-w-0 flex-1">
              <span lang="en" className={`block truncate ${choice.id === props.cluster ? 'font-semibold' : ''}`}>
                {choice.name}
              </span>
              <span className="block truncate text-small text-muted">
                {choice.demo ? t('origins.demo') : t(`origins.${choice.origin}`)}
                {choice.broken === null ? '' : `: ${choice.broken}`}
              </span>
            </span>
            <span className="shrink-0 text-small text-muted">
              {choice.id === props.cluster
                ? t(`states.${connection.state}`)
                : t(`states.${choice.broken !== null ? 'error' : (choice.state ?? 'unused')}`)}
            </span>
          </Link>
        </MenuLink>
      ))}
    </Menu>
  )
}
