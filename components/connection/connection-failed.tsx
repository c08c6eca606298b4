'use client'

import { RotateCcw } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Command } from '@/components/ui/copy-button'
import type { ConnectionProblem } from '@/lib/contract/stream'
import { pages } from '@/components/shell/places'

/**
 * A connection that does not work: what was tried, what came back, what to do, and the other ways to see a cluster.
 * A cluster that was configured is never silently replaced by the demo.
 */
export function ConnectionFailed(props: {
  /** The cluster's name; null when there is none at all. */
  name: string | null
  problem: ConnectionProblem
  /** Whether Ordinal goes on trying by itself. */
  automatic: boolean
  others: readonly { id: string; name: string }[]
}) {
  const t = useTranslations('errors.connection')
  const { problem } = props
  const code = t.has(`what.${problem.code}`) ? problem.code : 'other'
  return (
    <div className="grid gap-x-16 gap-y-8 pt-3 desk:grid-cols-[minmax(0,1fr)_minmax(0,420px)]">
      <section>
        <h1 className="text-title font-semibold tracking-title break-words">
          {props.name === null ? t('titleNone') : t('title', { name: props.name })}
        </h1>
        <p className="mt-2 max-w-[640px] text-lead text-muted">{t(`what.${code}`)}</p>
        <dl className="mt-6 border-t border-line">
          <Row label={t('tried')}>
            <code lang="en" className="font-mono text-mono break-words">
              {problem.tried}
            </code>
          </Row>
          <Row label={t('said')}>
            <code lang="en" className="font-mono text-mono break-words">
              {problem.message}
            </code>
          </Row>
          <Row label={t('todo')}>
            <strong className="font-strong">{t(`do.${code}`)}</strong>
          </Row>
        </dl>
        <div className="mt-5 flex flex-wrap items-center gap-3">
          {props.automatic ? (
            <p role="status" className="text-muted">
              {t('automatic')}
            </p>
          ) : (
            <Button variant="primary" onClick={() => location.reload()}>
              <RotateCcw aria-hidden size={14} strokeWidth={1.75} />
              {t('again')}
            </Button>
          )}
        </div>
      </section>
      <aside>
        {props.others.length > 0 ? (
          <>
            <h2 className="mb-2 font-semibold">{t('others')}</h2>
            <ul className="mb-8 max-h-80 overflow-y-auto border-t border-line">
              {props.others.map((other) => (
                <li key={other.id} className="border-b border-line">
                  <Link
                    href={pages.overview(other.id)}
                    lang="en"
                    className="block py-2 break-all text-ink hover:underline"
                  >
                    {other.name}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        ) : null}
        <h2 className="mb-2 font-semibold">{t('ways')}</h2>
        {(
          [
            ['demo', 'npm run demo'],
            ['real', 'npm run cluster'],
            ['proxy', 'kubectl proxy'],
          ] as const
        ).map(([way, command]) => (
          <div key={way} className="mb-4">
            <p className="mb-1.5 text-muted">{t(way)}</p>
            <Command text={command} />
          </div>
        ))}
      </aside>
    </div>
  )
}

function Row(props: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-4 border-b border-line py-2.5 phone:grid-cols-[128px_minmax(0,1fr)]">
      <dt className="text-muted">{props.label}</dt>
      <dd className="min-w-0">{props.children}</dd>
    </div>
  )
}
