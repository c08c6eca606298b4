import type { Metadata } from 'next'
import { RunbookList } from '@/components/runbooks/runbook-list'
import { runbooks } from '@/components/shell/places'
import { PageMessages } from '@/lib/i18n/page-messages'
import { requestTranslator } from '@/lib/i18n/request'
import { openCluster } from '@/lib/live/clusters'
import { runbookEntries } from '@/lib/statefulset/detectors/list'
import { LivePage } from '@/app/clusters/[cluster]/live-page'

type Props = { params: Promise<{ cluster: string }> }

export async function generateMetadata(props: Props): Promise<Metadata> {
  const [t, { cluster }] = await Promise.all([requestTranslator(), props.params])
  return { title: `${t('runbooks.page.title')} · ${cluster}` }
}

/** All runbooks with their live matches; their texts come with this page alone. */
export default async function Page(props: Props) {
  const { cluster } = await props.params
  const opened = await openCluster(cluster)
  // The layout says what is wrong.
  if ('problem' in opened) return null
  return (
    <PageMessages paths={runbooks.messages}>
      <LivePage
        cluster={cluster}
        first={opened.live.overview()}
        show={RunbookList}
        more={{ runbooks: runbookEntries() }}
      />
    </PageMessages>
  )
}
