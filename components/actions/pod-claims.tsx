'use client'

import { useTranslations } from 'next-intl'
import type { ClaimFate } from '@/lib/statefulset/plan/claim-fates'
import { ClaimFates } from './claim-fates'

/** What becomes of the claims of a pod that goes; nothing for a pod without claims. */
export function PodClaims(props: { claims: readonly ClaimFate[] }) {
  const t = useTranslations('actions.claim')
  if (props.claims.length === 0) return null
  return (
    <section className="flex flex-col gap-2.5">
      <h3 className="font-semibold">{t('heading')}</h3>
      <ClaimFates claims={props.claims} />
    </section>
  )
}

/** Claims that may end with what is asked for, by name, above the field that has to be filled for it. */
export function EndingClaims(props: { claims: readonly ClaimFate[] }) {
  const t = useTranslations('actions.claim')
  const ending = props.claims.filter((claim) => claim.mayEnd).map((claim) => claim.name)
  if (ending.length === 0) return null
  return (
    <p data-tone="bad" className="font-strong text-tone">
      {t('ending', { claims: ending.join(', ') })}
    </p>
  )
}
