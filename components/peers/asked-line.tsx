'use client'

import { RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Age } from '@/components/ui/age'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { PeersAnswer } from '@/lib/contract/peers'

/** When DNS was asked, from where, and who answered; or why it could not be. */
export function AskedLine(props: { asked: PeersAnswer['asked']; asking: boolean; onAsk: () => void }) {
  const t = useTranslations('peers.asked')
  const { asked } = props
  const { problem, at, from, pending } = asked
  return (
    <>
      <span className="ml-auto flex flex-wrap items-center gap-x-4 gap-y-1 text-body text-muted">
        {at === null || from === null ? null : (
          <span>
            {t.rich(from, {
              age: () => <Age since={at} precision="fine" />,
              server: asked.server ?? '',
              pod: asked.pod ?? '',
            })}
          </span>
        )}
        {pending > 0 && !problem ? <span>{t('pending', { count: pending })}</span> : null}
        <Button size="row" onClick={props.onAsk} aria-busy={props.asking}>
          <RefreshCw aria-hidden size={14} strokeWidth={1.75} />
          {t('again')}
        </Button>
      </span>
      {problem ? (
        <div className="basis-full" data-dns-problem={problem.code}>
          <Notice role="status" tone={problem.code === 'forbidden' ? 'unknown' : 'attention'} title={t('problem')}>
            {t(`why.${problem.code}`, { message: problem.message, rule: problem.rule ?? '' })} {t('otherColumns')}
          </Notice>
        </div>
      ) : null}
    </>
  )
}
