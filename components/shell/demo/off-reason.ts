'use client'

import { useTranslations } from 'next-intl'
import { useReadOnly } from '@/components/shell/read-only'

/** Why nothing can be ordered of the demo cluster here; undefined where it can. */
export function useOffReason(): string | undefined {
  const t = useTranslations('demo')
  return useReadOnly() ? t('readOnly') : undefined
}
