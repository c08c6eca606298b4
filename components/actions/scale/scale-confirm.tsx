'use client'

import { useTranslations } from 'next-intl'
import { EndingClaims } from '@/components/actions/pod-claims'
import { TypedWords } from '@/components/actions/typed-words'
import type { ScalePlan } from '@/lib/statefulset/plan/plan'

/** Why the name of the set has to be typed, and the field for it. */
export function ScaleConfirm(props: { plan: ScalePlan; set: string; typed: string; onTyped: (typed: string) => void }) {
  const t = useTranslations('actions.scale')
  const { plan, set } = props
  return (
    <>
      <EndingClaims claims={plan.ending} />
      {plan.confirm.includes('to-zero') ? (
        <p data-tone="bad" className="font-strong text-tone">
          {t('toZero', { set })}
        </p>
      ) : null}
      <TypedWords mono label={t('type')} words={set} value={props.typed} onChange={props.onTyped} />
    </>
  )
}
