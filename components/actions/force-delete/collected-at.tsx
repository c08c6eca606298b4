'use client'

import { RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { timeOfDay } from '@/components/ui/age'

/** When the evidence was collected; pressing it collects it now. */
export function CollectedAt(props: { at: string; again: () => void; busy: boolean }) {
  const t = useTranslations('actions.forceDelete')
  return (
    <button
      type="button"
      onClick={props.again}
      className="flex min-h-8 items-center gap-2 rounded-control text-body text-muted hover:text-ink"
    >
      <RefreshCw aria-hidden size={14} strokeWidth={1.75} className={props.busy ? 'opacity-50' : ''} />
      {t('collected', { time: timeOfDay(props.at) })}
    </button>
  )
}
