'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { EmptyState } from '@/components/ui/empty-state'
import { Notice } from '@/components/ui/notice'
import { pages } from '@/components/shell/places'
import type { ResourceReport } from '@/lib/contract/stream'

/** Where there is no view of a set: it does not exist, cannot be read, or it is not known which. */
export function NoSet(props: {
  cluster: string
  namespace: string
  name: string
  report: ResourceReport
  /** It is there, and its view cannot be made: the page says why above. */
  failed: boolean
  /** The object as the API server sends it, for one that cannot be read. */
  yaml: ReactNode
}) {
  const t = useTranslations('set')
  const { cluster, namespace, name, report, failed } = props
  const unreadable = report.unreadable?.find((each) => each.namespace === namespace && each.name === name)
  // More cannot be read than are named: this one may be among them.
  const unnamed = (report.skipped ?? 0) > (report.unreadable?.length ?? 0)
  const known = report.state === 'live' && !unnamed
  return (
    <>
      <h1 lang="en" className="text-title font-semibold tracking-title break-all">
        {name}
      </h1>
      {unreadable ? (
        <div className="mt-4 flex flex-col gap-4">
          <Notice
            tone="unknown"
            title={t('unreadable.title', { namespace, name })}
            action={<Link href={pages.overview(cluster)}>{t('absent.overview')}</Link>}
          >
            <p>{t('unreadable.text')}</p>
            <code lang="en" className="font-mono text-mono break-words">
              {unreadable.reason}
            </code>
          </Notice>
          {props.yaml}
        </div>
      ) : failed ? (
        <div className="mt-4">{props.yaml}</div>
      ) : (
        <EmptyState
          title={t(known ? 'absent.title' : 'absent.unknownTitle', { namespace, name })}
          action={<Link href={pages.overview(cluster)}>{t('absent.overview')}</Link>}
        >
          {t(known ? 'absent.text' : 'absent.unknownText')}
        </EmptyState>
      )}
    </>
  )
}
