'use client'

import { KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'

/** What cannot be known for want of a permission: the missing rule in its place. */
export function MissingRule(props: { rule: string }) {
  const t = useTranslations('set')
  return (
    <span data-tone="unknown" title={t('missing', { rule: props.rule })} className="flex items-center gap-1 text-tone">
      <KeyRound aria-hidden size={14} className="shrink-0" />
      <span lang="en" className="truncate text-small">
        {props.rule}
      </span>
    </span>
  )
}
