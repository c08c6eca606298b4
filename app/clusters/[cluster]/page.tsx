import type { Metadata } from 'next'
import { Overview } from '@/components/overview/overview'
import { overview } from '@/components/shell/places'
import { PageMessages } from '@/lib/i18n/page-messages'
import { requestTranslator } from '@/lib/i18n/request'
import { openCluster } from '@/lib/live/clusters'
import { LivePage } from './live-page'

type Props = { params: Promise<{ cluster: string }> }

export async function generateMetadata(props: Props): Promise<Metadata> {
  const [t, { cluster }] = await Promise.all([requestTranslator(), props.params])
  return { title: `${t('overview.title')} · ${cluster}` }
}

/** The overview, painted from the live store. */
export default async function Page(props: Props) {
  const { cluster } = await props.params
  const opened = await openCluster(cluster)
  // The layout says what is wrong.
  if ('problem' in opened) return null
  return (
    <PageMessages paths={overview.messages}>
      <LivePage cluster={cluster} first={opened.live.overview()} show={Overview} more={{}} />
    </PageMessages>
  )
}
