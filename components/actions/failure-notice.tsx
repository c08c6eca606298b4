'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { Failure } from '@/lib/browser/command-sender'

/**
 * An action that was not done, or of which it is not known whether it was: which of the two, why, and the server's own
 * words.
 */
export function FailureNotice(props: { failure: Failure; action?: ReactNode }) {
  const t = useTranslations('actions.failure')
  const { failure } = props
  const code = t.has(`why.${failure.code}`) ? failure.code : 'other'
  return (
    <div
      role="alert"
      data-failure={failure.code}
      data-tone={failure.mayBeDone ? 'unknown' : 'bad'}
      className="flex flex-col gap-1 rounded-control bg-tone-wash px-3.5 py-2.5 text-body text-ink"
    >
      <strong className="font-semibold text-tone">{t(failure.mayBeDone ? 'unknown' : 'nothing')}</strong>
      <span>{t(`why.${code}`)}</span>
      <span lang="en" className="font-mono text-mono break-words">
        {failure.message}
      </span>
      {props.action ? <span className="mt-1 flex flex-wrap gap-2">{props.action}</span> : null}
    </div>
  )
}
