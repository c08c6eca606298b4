'use client'

import { useTranslations } from 'next-intl'
import { useContext } from 'react'
import { ActionsContext } from '@/components/actions/actions-context'
import { Age } from '@/components/ui/age'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { forgetScalePlan, useScalePlan } from '@/lib/browser/scale-plans'
import type { StatefulSetView } from '@/lib/statefulset/model/view'

/** A guided scaling that was begun in this browser and has not come to its end: go on, or leave it there. */
export function UnfinishedScale(props: { view: StatefulSetView }) {
  const t = useTranslations('actions.scale')
  const { view } = props
  const { cluster, disabledReasons, open } = useContext(ActionsContext)
  const plan = useScalePlan(cluster, view.uid)
  const now = view.replicas.desired
  if (!plan || plan.to === now) return null
  return (
    <div className="mt-3" data-unfinished-scale={plan.to}>
      <Notice
        tone="waiting"
        role="status"
        title={t('unfinished', { set: view.name, to: plan.to, now })}
        action={
          <>
            <Button
              variant="primary"
              disabledReason={disabledReasons.scale}
              onClick={() => open({ action: 'scale', to: plan.to })}
            >
              {t('goOn')}
            </Button>
            <Button onClick={() => forgetScalePlan(cluster, view.uid)}>{t('stop')}</Button>
          </>
        }
      >
        {t.rich('begun', { age: () => <Age since={new Date(plan.begunAt).toISOString()} /> })}
      </Notice>
    </div>
  )
}
