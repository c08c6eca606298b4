import { useTranslations } from 'next-intl'
import type { PeersAnswer } from '@/lib/contract/peers'

type Peer = PeersAnswer['peers'][number]

/** A verdict in words: what it is, and what follows or why. */
export function useVerdict({ verdict, expected, dns }: Peer): { title: string; note: string } {
  const t = useTranslations('peers.verdict')
  const { code, because, left, others } = verdict
  switch (code) {
    case 'agree':
      return { title: t('agree.title'), note: '' }
    case 'behind':
      return {
        title: t(because === 'endpointslice' ? 'behind.slice' : 'behind.dns'),
        note: left === null ? t('behind.soon') : t('behind.left', { seconds: left }),
      }
    case 'not-published':
      return { title: t('not-published.title'), note: because === null ? '' : t(`not-published.${because}`) }
    case 'other-address':
      return {
        title: t('other-address.title'),
        note: t('other-address.note', {
          expected: expected.addresses.join(', '),
          found: dns?.addresses.join(', ') ?? '',
        }),
      }
    case 'duplicated':
      return {
        title: t('duplicated.title'),
        note: others.length > 0 ? t('duplicated.with', { ordinals: others.join(', ') }) : t('duplicated.several'),
      }
    case 'unknown':
      return { title: t('unknown.title'), note: because === null ? '' : t(`unknown.${because}`) }
    default:
      return { title: t(`${code}.title`), note: t(`${code}.note`) }
  }
}
