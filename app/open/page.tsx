import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { BarePage } from '@/components/shell/bare-page'
import { buttonClass } from '@/components/ui/button-class'
import { onwards } from '@/lib/contract/onwards'
import { requestTranslator } from '@/lib/i18n/request'
import { clusterEntries } from '@/lib/live/clusters'

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator()
  return { title: t('shell.arrival.page') }
}

/** Where links of other web sites end: it opens nothing, and says what a click would open. */
export default async function Page(props: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const target = onwards((await props.searchParams).to)
  const entry = clusterEntries().find(({ id }) => id === target?.cluster)
  if (target === null || entry === undefined) notFound()
  const t = await requestTranslator()
  const { name, server, user } = entry
  return (
    <BarePage>
      <section className="max-w-[640px] pt-3">
        <h1 className="text-title font-semibold tracking-title break-words">{t('shell.arrival.title', { name })}</h1>
        <p className="mt-2 text-lead text-muted">{t('shell.arrival.text')}</p>
        {server === '' ? null : (
          <p className="mt-4 break-all">
            <code lang="en" className="font-mono text-mono">
              {user === '' ? server : t('shell.cluster.as', { server, user })}
            </code>
          </p>
        )}
        {/* A full load: the door looks again at who asks. */}
        <a href={target.path} className={`${buttonClass('primary')} mt-6 max-w-full`}>
          <span className="truncate">{t('shell.arrival.open', { name })}</span>
        </a>
      </section>
    </BarePage>
  )
}
