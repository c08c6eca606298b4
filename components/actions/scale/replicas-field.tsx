'use client'

import { Minus, Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { IconButton } from '@/components/ui/button'
import { replicasOf } from './scale-state'

/** Minus, a field to type into, plus. */
export function ReplicasField(props: { text: string; onText: (text: string) => void }) {
  const t = useTranslations('actions.scale')
  const id = useId()
  const value = replicasOf(props.text)
  const step = (by: number) => props.onText(String(Math.max(0, (value ?? 0) + by)))
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-body text-muted">
        {t('replicas')}
      </label>
      <div className="inline-flex w-fit items-center rounded-control border border-rung">
        <IconButton label={t('fewer')} onClick={() => step(-1)}>
          <Minus aria-hidden size={16} strokeWidth={1.75} />
        </IconButton>
        <input
          id={id}
          inputMode="numeric"
          autoComplete="off"
          value={props.text}
          aria-invalid={value === null}
          aria-describedby={value === null ? `${id}-error` : undefined}
          onChange={(event) => props.onText(event.target.value)}
          onKeyDown={(event) => {
            const by = { ArrowUp: 1, ArrowDown: -1 }[event.key]
            if (by === undefined && event.key !== 'Enter') return
            event.preventDefault()
            if (by !== undefined) step(by)
          }}
          className="h-8 w-12 border-x border-rung bg-panel text-center text-lead font-semibold text-ink -outline-offset-2 pointer-coarse:h-11"
        />
        <IconButton label={t('more')} onClick={() => step(1)}>
          <Plus aria-hidden size={16} strokeWidth={1.75} />
        </IconButton>
      </div>
      {value === null ? (
        <p id={`${id}-error`} role="alert" className="max-w-40 text-small text-bad">
          {t('notANumber')}
        </p>
      ) : null}
    </div>
  )
}
