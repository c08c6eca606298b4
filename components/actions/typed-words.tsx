'use client'

import { useTranslations } from 'next-intl'
import { useId, type ReactNode } from 'react'
import { wordsMatch } from './words-match'

/** A field into which a name or a sentence has to be typed before the last step. Enter does nothing in it. */
export function TypedWords(props: {
  /** What it means to type this. */
  label: ReactNode
  /** Exactly what has to be typed. */
  words: string
  value: string
  onChange: (value: string) => void
  /** Identifiers stand in monospace and are never translated. */
  mono?: boolean
}) {
  const t = useTranslations('actions.confirm')
  const id = useId()
  const right = wordsMatch(props.value, props.words)
  const face = props.mono ? 'font-mono text-mono' : 'text-body'
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-body">
        {props.label}{' '}
        <strong
          lang={props.mono ? 'en' : undefined}
          className={`font-semibold ${props.mono ? 'font-mono text-mono' : ''}`}
        >
          {props.words}
        </strong>
      </label>
      <div className="flex flex-wrap items-center gap-3">
        <input
          id={id}
          type="text"
          value={props.value}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          aria-describedby={`${id}-state`}
          onChange={(event) => props.onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault()
          }}
          className={`h-8 w-full max-w-[520px] rounded-control border border-rung bg-panel px-2.5 text-ink pointer-coarse:h-11 ${face}`}
        />
        <span id={`${id}-state`} role="status" className="text-small text-muted">
          {right ? t('matches') : props.value === '' ? '' : t('differs')}
        </span>
      </div>
    </div>
  )
}
