'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { ScalePlan } from '@/lib/statefulset/plan/plan'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import type { Written } from './scale-state'
import { ScaleSteps } from './scale-steps'

/** What will happen, in the controller's order, and what is there afterwards. */
export function ScalePlanned({ plan }: { plan: ScalePlan }) {
  const t = useTranslations('actions.scale')
  return (
    <section className="flex flex-col gap-2.5">
      <h3 className="font-semibold">{t('order')}</h3>
      {plan.steps.length > 0 ? <ScaleSteps plan={plan} /> : <p>{t('nothing')}</p>}
      <Result plan={plan} />
    </section>
  )
}

function Result({ plan }: { plan: ScalePlan }) {
  const t = useTranslations('actions.scale')
  const bold = (text: ReactNode) => <strong className="font-semibold text-ink">{text}</strong>
  const kept = plan.steps.some((step) => step.claims.some((claim) => claim.fate === 'kept'))
  return (
    <p className="pl-9 text-muted">
      {plan.result === null
        ? t('result.none')
        : t.rich(plan.result.first === plan.result.last ? 'result.one' : 'result.range', {
            b: bold,
            ...plan.result,
          })}{' '}
      {kept ? t(plan.result === null ? 'result.keptAll' : 'result.kept') : ''}
    </p>
  )
}

/** Steps of a guided change that the objects have proven. */
export function ProvenSteps(props: { view: StatefulSetView; steps: readonly Written[] }) {
  const t = useTranslations('actions.scale')
  const { view, steps } = props
  if (steps.length === 0) return null
  return (
    <ul className="flex flex-col gap-0.5 text-muted" role="status">
      {steps.map((step) => {
        const pod = `${view.name}-${view.spec.start + Math.min(step.from, step.to)}`
        return <li key={step.askedAt}>{t(step.to < step.from ? 'finished.removed' : 'finished.created', { pod })}</li>
      })}
    </ul>
  )
}
