'use client'

import { FileQuestionMark, KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'

/** What cannot be known: the missing rule in its place, or why it could not be read. */
export function MissingRule(props: { rule: string }) {
  const t = useTranslations('set')
  const isRule = /^(get|list|watch) [a-z.]+ \(/.test(props.rule)
  const Icon = isRule ? KeyRound : FileQuestionMark
  return (
    <span
      data-tone="unknown"
      title={isRule ? t('missing', { rule: props.rule }) : props.rule}
      className="flex items-center gap-1 text-tone"
    >
      <Icon aria-hidden size={14} className="shrink-0" />
      <span lang="en" className="truncate text-small">
        {props.rule}
      </span>
    </span>
  )
}
