'use client'

import { useTranslations } from 'next-intl'
import type { Mode } from './scale-state'

/** One ordinal at a time, or all at once. */
export function ModeChoice(props: { mode: Mode; onMode: (mode: Mode) => void }) {
  const t = useTranslations('actions.scale.mode')
  return (
    <div role="radiogroup" aria-label={t('label')} className="inline-flex rounded-control bg-raised p-0.5">
      {(['guided', 'once'] as const).map((mode) => (
        <label
          key={mode}
          className="cursor-pointer rounded-[6px] px-2.5 py-1 text-body text-muted has-checked:bg-panel has-checked:font-strong dark:has-checked:bg-line-2 has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-focus pointer-coarse:py-2.5"
        >
          <input
            type="radio"
            name="scale-mode"
            className="sr-only"
            checked={props.mode === mode}
            onChange={() => props.onMode(mode)}
          />
          {t(mode)}
        </label>
      ))}
    </div>
  )
}
