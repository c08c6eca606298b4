'use client'

import { useTranslations } from 'next-intl'

export const progressSteps = ['asked', 'accepted', 'observed', 'in-effect'] as const
export type ProgressStep = (typeof progressSteps)[number]

/** How far a write has come: `step` is the last one reached; `details` says what proved each. */
export type Progress = { step: ProgressStep; details?: Partial<Record<ProgressStep, string>>; failed?: boolean }

/** Asked, accepted, observed, in effect: four segments of a line. A write is done when the objects prove it. */
export function ProgressLine({ progress }: { progress: Progress }) {
  const t = useTranslations('shell.progress')
  const reached = progressSteps.indexOf(progress.step)
  const moving = progress.failed ? 'bad' : 'progress'
  return (
    <ol className="mt-2.5 grid grid-cols-4">
      {progressSteps.map((step, index) => {
        const current = index === reached
        const done = index < reached || (current && step === 'in-effect' && !progress.failed)
        const line = done ? 'bg-rung' : current ? 'bg-tone-fill' : 'bg-line'
        const words = current && !done ? 'text-tone font-semibold' : index <= reached ? 'text-ink' : 'text-muted'
        return (
          <li key={step} data-tone={moving} aria-current={current ? 'step' : undefined} className="min-w-0 pr-2">
            <span aria-hidden className={`-mr-2 mb-1 block h-[3px] ${line}`} />
            <span className={`block text-small ${words}`}>{t(step)}</span>
            <span className="block text-micro break-words text-muted">
              {progress.details?.[step] ??
                (index > reached ? t('notYet') : current && progress.failed ? t('failed') : '')}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
