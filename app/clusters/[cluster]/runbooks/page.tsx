import type { Metadata } from 'next'
import { messagesOf } from '@/lib/i18n/messages'
import { I18nProvider } from '@/lib/i18n/provider'
import { requestLocale, requestTranslator } from '@/lib/i18n/request'
import { openCluster } from '@/lib/live/clusters'
import { RunbooksPage } from './runbooks-page'

type Props = { params: Promise<{ cluster: string }> }

export async function generateMetadata(props: Props): Promise<Metadata> {
  const [t, { cluster }] = await Promise.all([requestTranslator(), props.params])
  return { title: `${t('runbooks.page.title')} · ${cluster}` }
}

/** All runbooks with their live matches; their texts come with this page alone. */
export default async function Page(props: Props) {
  const { cluster } = await props.params
  const [opened, locale] = await Promise.all([openCluster(cluster), requestLocale()])
  // The layout says what is wrong.
  if ('problem' in opened) return null
  return (
    <I18nProvider locale={locale} messages={messagesOf(locale)}>
      <RunbooksPage cluster={cluster} first={opened.live.overview()} />
    </I18nProvider>
  )
}
