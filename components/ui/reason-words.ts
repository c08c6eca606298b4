'use client'

import { useTranslations } from 'next-intl'
import type { Cause, Waiting } from '@/lib/statefulset/model/view'

/** The sentence of a reason in the reader's language; its English message where the catalogue lacks the code. */
export function useReasonWords(): (reason: Pick<Cause | Waiting, 'reason' | 'params' | 'message'>) => string {
  const t = useTranslations('waiting')
  return ({ reason, params, message }) => (t.has(reason) ? t(reason, params) : message)
}
