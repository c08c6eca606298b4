'use client'

import { useTranslations } from 'next-intl'
import { CopyButton } from '@/components/ui/copy-button'
import type { AppAnswer } from '@/lib/contract/ask'

/** What a pod has answered: its status in a line, and its body as text, of which nothing runs. */
export function Answer(props: { answer: AppAnswer; label: string }) {
  const t = useTranslations('peers.ask')
  const { answer, label } = props
  return (
    <div data-answer={answer.status} className="flex min-w-0 flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-muted">
        <span data-tone={answer.status >= 400 ? 'attention' : 'neutral'} className="font-strong text-tone">
          {t(answer.from === 'app' ? 'status' : 'fromServer', { status: answer.status })}
        </span>
        <span>{t('took', { ms: answer.ms })}</span>
        {answer.contentType ? (
          <span lang="en" className="font-mono text-mono break-all">
            {answer.contentType}
          </span>
        ) : null}
        {answer.location ? <span className="break-all">{t('redirect', { location: answer.location })}</span> : null}
        {answer.cut ? (
          <span data-tone="attention" className="text-tone">
            {t(`cut.${answer.cut}`)}
          </span>
        ) : null}
        {answer.text === '' ? null : <CopyButton text={answer.text} />}
      </p>
      {answer.text === '' ? (
        <p className="text-muted">{t('empty')}</p>
      ) : (
        <pre
          lang="en"
          tabIndex={0}
          aria-label={label}
          className="max-h-[40dvh] overflow-auto rounded-control bg-raised p-3 font-mono text-mono break-words whitespace-pre-wrap"
        >
          {answer.text}
        </pre>
      )}
    </div>
  )
}
