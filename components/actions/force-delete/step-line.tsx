'use client'

import { useTranslations } from 'next-intl'

const steps = ['evidence', 'confirm', 'watch'] as const

/** Where in the dialog one is. */
export function StepLine(props: { step: (typeof steps)[number] }) {
  const t = useTranslations('actions.forceDelete.step')
  const at = steps.indexOf(props.step)
  return (
    <ol className="grid grid-cols-3 text-body">
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={index === at ? 'step' : undefined}
          className={`border-t-2 pt-1.5 ${index <= at ? 'border-ink' : 'border-line-2'} ${index === at ? 'font-semibold text-ink' : 'text-muted'}`}
        >
          <span className="mr-2 font-semibold">{index + 1}</span>
          {t(step)}
        </li>
      ))}
    </ol>
  )
}
