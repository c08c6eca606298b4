'use client'

import { useTranslations } from 'next-intl'
import { Notice } from '@/components/ui/notice'
import type { StatefulSetView } from '@/lib/statefulset/model/view'

/** The address names an ordinal that the set does not have. */
export function NoOrdinal(props: { view: StatefulSetView; ordinal: number | null }) {
  const t = useTranslations('set')
  const { view, ordinal } = props
  if (ordinal === null || view.ordinals.some((one) => one.ordinal === ordinal)) return null
  return (
    <div className="mt-3">
      <Notice tone="waiting" role="status" title={t('noOrdinal', { set: view.name, ordinal })} />
    </div>
  )
}
