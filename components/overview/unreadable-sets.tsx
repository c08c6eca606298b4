'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Glyph } from '@/components/ui/glyph'
import { pages } from '@/components/shell/places'
import type { ResourceReport } from '@/lib/contract/stream'

/** Sets that exist and of which nothing but the name can be read: a row each, with the reason. */
export function UnreadableSets(props: { cluster: string; report: ResourceReport }) {
  const t = useTranslations('overview.unreadable')
  const { unreadable = [], skipped = 0 } = props.report
  if (unreadable.length === 0) return null
  return (
    <section>
      <h2 className="mb-1 font-semibold">{t('title')}</h2>
      <ul className="border-t border-line">
        {unreadable.map(({ namespace, name, reason }) => (
          <li
            key={`${namespace}/${name}`}
            data-unreadable={`${namespace}/${name}`}
            className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-b border-line py-2.5"
          >
            <Link
              href={pages.statefulSet(props.cluster, { namespace, name })}
              prefetch={false}
              lang="en"
              className="min-w-0 break-all text-ink no-underline"
            >
              <span className="font-strong">{name}</span> <span className="text-muted">{namespace}</span>
            </Link>
            <span data-tone="unknown" className="flex items-center gap-1.5 text-tone">
              <Glyph state="unknown" />
              {t('row')}
            </span>
            <code lang="en" className="min-w-0 font-mono text-mono break-words text-muted">
              {reason}
            </code>
          </li>
        ))}
      </ul>
      {skipped > unreadable.length ? (
        <p className="mt-2 text-muted">{t('more', { count: skipped - unreadable.length })}</p>
      ) : null}
    </section>
  )
}
