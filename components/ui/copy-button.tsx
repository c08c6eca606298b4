'use client'

import { Check, Copy } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { IconButton } from './button'

/** Copies `text`; says so for two seconds. */
export function CopyButton(props: { text: string; label?: string }) {
  const t = useTranslations('shell')
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  const Icon = copied ? Check : Copy
  return (
    <>
      <IconButton
        label={props.label ?? t('copy')}
        onClick={() => {
          void navigator.clipboard.writeText(props.text).then(() => setCopied(true))
        }}
      >
        <Icon aria-hidden size={14} strokeWidth={1.75} />
      </IconButton>
      <span role="status" className="sr-only">
        {copied ? t('copied') : ''}
      </span>
    </>
  )
}

/** A command that can be pasted into a terminal. */
export function Command(props: { text: string }) {
  return (
    <div className="flex items-center gap-2 rounded-control bg-raised py-1 pr-1 pl-3">
      <code lang="en" tabIndex={0} className="min-w-0 flex-1 font-mono text-mono break-words whitespace-pre-wrap">
        {props.text}
      </code>
      <CopyButton text={props.text} />
    </div>
  )
}
