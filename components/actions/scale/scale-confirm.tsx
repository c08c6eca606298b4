'use client'

import { useTranslations } from 'next-intl'
import { TypedWords } from '@/components/actions/typed-words'
import type { ScalePlan } from '@/lib/statefulset/plan/plan'

/** Why the name of the set has to be typed, and the field for it. */
export function ScaleConfirm(props: { plan: ScalePlan; set: string; typed: string; onTyped: (typed: string) => void }) {
  const t = useTranslations('actions.scale')
  const { plan, set } = props
  return (
    <>
      {plan.confirm.map((reason) => (
        <p key={reason} data-tone="bad" className="font-strong text-tone">
          {t(`confirm.${reason}`, { claims: goingClaims(plan).join(', '), set })}
        </p>
      ))}
      <TypedWords mono label={t('type')} words={set} value={props.typed} onChange={props.onTyped} />
    </>
  )
}

function goingClaims(plan: ScalePlan): string[] {
  return plan.steps.flatMap((step) =>
    step.claims.filter((claim) => claim.fate === 'deleted' || claim.fate === 'replaced').map((claim) => claim.name),
  )
}
