import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { set } from '@/components/shell/places'
import { PageMessages } from '@/lib/i18n/page-messages'
import { openCluster } from '@/lib/live/clusters'
import { isSetAddress } from '@/lib/names'
import { SetPage } from './set-page'

type Props = { params: Promise<{ cluster: string; namespace: string; name: string }> }

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { cluster, namespace, name } = await props.params
  return { title: `${name} · ${namespace} · ${cluster}` }
}

/** One set, painted from the live store. */
export default async function Page(props: Props) {
  const { cluster, namespace, name } = await props.params
  if (!isSetAddress(namespace, name)) notFound()
  const opened = await openCluster(cluster)
  // The layout says what is wrong.
  if ('problem' in opened) return null
  return (
    <PageMessages paths={set.messages}>
      <SetPage cluster={cluster} namespace={namespace} name={name} first={opened.live.setSnapshot(namespace, name)} />
    </PageMessages>
  )
}
