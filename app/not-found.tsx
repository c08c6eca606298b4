import Link from 'next/link'
import { BarePage } from '@/components/shell/bare-page'
import { MissingText, MissingTitle } from '@/components/shell/missing'
import { buttonClass } from '@/components/ui/button-class'
import { EmptyState } from '@/components/ui/empty-state'
import { requestTranslator } from '@/lib/i18n/request'
import { clusterEntries } from '@/lib/live/clusters'
import { pages } from '@/components/shell/places'

export default async function NotFound() {
  const t = await requestTranslator()
  const entries = clusterEntries()
  return (
    <BarePage>
      <EmptyState
        title={<MissingTitle clusters={entries.map(({ id }) => id)} />}
        action={
          <Link href="/" className={buttonClass('primary')}>
            {t('shell.error.toOverview')}
          </Link>
        }
      >
        <p>
          <MissingText clusters={entries.map(({ id }) => id)} />
        </p>
        {entries.length > 0 ? (
          <>
            <p className="mt-4">{t('shell.cluster.list')}</p>
            <ul>
              {entries.map((entry) => (
                <li key={entry.id}>
                  <Link href={pages.overview(entry.id)} lang="en" className="break-all text-ink">
                    {entry.name}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </EmptyState>
    </BarePage>
  )
}
