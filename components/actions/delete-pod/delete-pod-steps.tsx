'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ClaimFates } from '@/components/actions/claim-fates'
import { Glyph } from '@/components/ui/glyph'
import { useReasonWords } from '@/components/ui/reason-words'
import type { PodDeletePlan } from '@/lib/statefulset/plan/plan'

const bold = (text: ReactNode) => (
  <strong lang="en" className="font-semibold text-ink">
    {text}
  </strong>
)

/** The pod that goes, its claims, and what comes back in its place; null where no set is known that would make it. */
export function DeletePodSteps(props: { plan: PodDeletePlan | null; pod: string }) {
  const t = useTranslations('actions.deletePod')
  const { plan, pod } = props
  if (!plan) return <p>{t('noPlan')}</p>
  return (
    <section className="flex flex-col gap-2.5">
      <h3 className="font-semibold">{t('order')}</h3>
      <ol className="flex flex-col gap-2.5">
        <li className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-3 tablet:grid-cols-[24px_minmax(0,1fr)_minmax(0,300px)]">
          <Glyph state="leaving" size={20} className="mt-0.5" />
          <span>
            <span className="block">{t.rich('terminates', { b: bold, pod })}</span>
            <span className="block text-small text-muted">{t('grace', { seconds: plan.graceSeconds })}</span>
          </span>
          <span className="col-start-2 tablet:col-start-3">
            <ClaimFates claims={plan.claims} />
          </span>
        </li>
        {plan.comesBack === true ? (
          <ComesBack plan={plan} pod={pod} />
        ) : (
          <li className="pl-9">{t(`gone.${plan.comesBack}`, { pod })}</li>
        )}
      </ol>
    </section>
  )
}

function ComesBack(props: { plan: PodDeletePlan; pod: string }) {
  const t = useTranslations('actions.deletePod')
  const words = useReasonWords()
  const { plan, pod } = props
  const { now, then } = plan.revision
  const keepsClaims = plan.claims.length > 0 && plan.claims.every(({ fate }) => fate === 'stays')
  return (
    <li className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-3">
      <Glyph state={plan.blockedBy ? 'blocked' : 'arriving'} size={20} className="mt-0.5" />
      <span>
        <span className="block">
          {t.rich(then !== now ? 'backNew' : 'back', { b: bold, pod, revision: then ?? '' })}
        </span>
        <span className="block text-small text-muted">
          {plan.blockedBy ? `${t('backWaits')} ${words(plan.blockedBy)}` : t(keepsClaims ? 'backSame' : 'backName')}
        </span>
      </span>
    </li>
  )
}
