'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

/** The API server has let the pod go, and finalizers keep its object. */
export function KeptNotice(props: { finalizers: readonly string[]; onFinalizers: () => void }) {
  const t = useTranslations('actions.forceDelete')
  return (
    <Notice
      tone="attention"
      role="status"
      title={t('kept')}
      action={<Button onClick={props.onFinalizers}>{t('finalizers')}</Button>}
    >
      <span lang="en" className="font-mono text-mono">
        {props.finalizers.join(', ')}
      </span>
    </Notice>
  )
}
