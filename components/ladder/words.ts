'use client'

import { useTranslations } from 'next-intl'
import type { Cause, Waiting } from '@/lib/statefulset/view'

/** The sentence of a reason in the reader's language; its English message where the catalogue lacks the code. */
export function useReasonWords(): (reason: Pick<Cause | Waiting, 'reason' | 'params' | 'message'>) => string {
  const t = useTranslations('waiting')
  return ({ reason, params, message }) => (t.has(reason) ? t(reason, params) : message)
}

/** A revision's hash: what follows the set's name in `kubia-647cbf9865`. */
export function hashOf(revision: string, set: string): string {
  return revision.startsWith(`${set}-`) ? revision.slice(set.length + 1) : revision
}
