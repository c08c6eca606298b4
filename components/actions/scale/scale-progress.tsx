'use client'

import { useTranslations } from 'next-intl'
import { CheckLine } from '@/components/ui/check-line'
import { useReasonWords } from '@/components/ui/reason-words'
import { WriteProgress } from '@/components/actions/write-progress'
import { reachedBy } from '@/lib/browser/pending-write'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import type { Written } from './scale-state'
import { ScaleSteps } from './scale-steps'

/** The write and its effect: how far it has come, which ordinals have gone or come, and what the set waits for. */
export function ScaleProgress(props: { view: StatefulSetView; written: Written }) {
  const t = useTranslations('actions.scale')
  const words = useReasonWords()
  const { view, written } = props
  const { step, overtaken } = reachedBy(view, { action: 'scale', from: written.from, replicas: written.to })
  const { ready } = view.replicas
  const observed = t('observed', { ready, to: written.to })
  return (
    <div className="flex flex-col gap-4">
      <WriteProgress write={{ ...written, reached: step, observed }} />
      <ul className="flex flex-col gap-1.5" aria-live="polite">
        {overtaken ? (
          <CheckLine kind="attention" title={t('overtaken', { now: view.replicas.desired })} />
        ) : step === 'in-effect' ? (
          <CheckLine kind="fine" title={t('settled', { count: written.to })} />
        ) : view.waitingFor ? (
          <CheckLine kind="note" title={t('waitsFor')}>
            {words(view.waitingFor)}
          </CheckLine>
        ) : (
          <CheckLine kind="note" title={t('atWork')} />
        )}
      </ul>
      <ScaleSteps plan={written.plan} view={view} />
    </div>
  )
}
