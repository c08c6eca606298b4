'use client'

import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'

/** The cluster that the address names and that there is not; null where something else of the address is wrong. */
function useMissingCluster(clusters: readonly string[]): string | null {
  const [, first, id = ''] = usePathname().split('/')
  return first === 'clusters' && id !== '' && !clusters.includes(id) ? id : null
}

/** The server that draws the page of what is not there is not told the address; the browser knows it. */
export function MissingTitle(props: { clusters: readonly string[] }) {
  const t = useTranslations('shell.error')
  const name = useMissingCluster(props.clusters)
  return name === null ? t('notFoundTitle') : t('noClusterTitle', { name })
}

export function MissingText(props: { clusters: readonly string[] }) {
  const t = useTranslations('shell.error')
  return t(useMissingCluster(props.clusters) === null ? 'notFoundText' : 'noClusterText')
}
