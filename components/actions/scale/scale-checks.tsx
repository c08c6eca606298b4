'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Verbatim } from '@/components/actions/action-dialog'
import { Age } from '@/components/ui/age'
import { CheckLine } from '@/components/ui/check-line'
import { driverName } from '@/components/ui/driver-name'
import { useReasonWords } from '@/components/ui/reason-words'
import type { ScalePreview } from '@/lib/contract/actions/scale'
import type { ScalePlan } from '@/lib/statefulset/plan/plan'
import type { StatefulSetView } from '@/lib/statefulset/model/view'

/** Pods that would be removed although nobody can tell them to stop. */
function onSilentNodes({ ordinals }: StatefulSetView, { steps }: ScalePlan): { name: string; node: string }[] {
  const removed = new Set(steps.filter((step) => step.action === 'delete').map((step) => step.ordinal))
  return ordinals.flatMap(({ ordinal, name, pod, node }) =>
    removed.has(ordinal) && pod && node && node.ready !== 'True' ? [{ name, node: node.name }] : [],
  )
}

/** What stands in the way now, and who else decides on the number of replicas. */
export function ScaleChecks(props: { view: StatefulSetView; preview: ScalePreview }) {
  const t = useTranslations('actions.check')
  const words = useReasonWords()
  const { plan, autoscalers, managers, budgets } = props.preview
  const { ready, desired } = props.view.replicas
  const mono = (text: ReactNode) => <Verbatim>{text}</Verbatim>
  const unseen = Object.values(plan.unknown).filter((rule) => typeof rule === 'string')
  return (
    <>
      {plan.blockedBy ? (
        <CheckLine kind="attention" title={words(plan.blockedBy)}>
          {t('blocked')}
        </CheckLine>
      ) : plan.steps.length > 0 ? (
        <CheckLine kind="fine" title={t('readyNow', { ready, desired })}>
          {t('free')}
        </CheckLine>
      ) : (
        <CheckLine kind="note" title={t('noSteps')} />
      )}
      {props.view.drivenBy ? (
        <CheckLine kind="attention" title={t.rich('driven.fact', { m: mono, owner: driverName(props.view.drivenBy) })}>
          {t('driven.then')}
        </CheckLine>
      ) : null}
      {onSilentNodes(props.view, plan).map(({ name, node }) => (
        <CheckLine key={name} kind="attention" title={t.rich('silent.fact', { m: mono, pod: name, node })}>
          {t(`silent.${plan.policy}`)}
        </CheckLine>
      ))}
      {'unknown' in autoscalers ? (
        <CheckLine kind="unknown" title={t('autoscalersUnseen')}>
          {mono(autoscalers.unknown)}
        </CheckLine>
      ) : (
        autoscalers.map((each, index) => {
          if ('unknown' in each) {
            return (
              <CheckLine
                key={`${each.name} ${index}`}
                kind="unknown"
                title={t.rich('autoscalerUnread', { m: mono, name: each.name || '?' })}
              >
                {mono(each.unknown)}
              </CheckLine>
            )
          }
          const below = plan.to < each.min
          const above = plan.to > each.max
          const code = each.scaledToZero ? 'zero' : below ? 'min' : above ? 'max' : 'within'
          return (
            <CheckLine
              key={each.name}
              kind={code === 'within' ? 'note' : 'attention'}
              title={t.rich(`autoscaler.${code}.fact`, { m: mono, name: each.name, min: each.min, max: each.max })}
            >
              {t(`autoscaler.${code}.then`)}
            </CheckLine>
          )
        })
      )}
      {managers.map((each) => (
        <CheckLine
          key={`${each.manager} ${each.operation} ${each.subresource}`}
          kind="attention"
          title={t.rich('manager.fact', { m: mono, manager: each.manager })}
        >
          {each.time ? t.rich('manager.when', { age: () => <Age since={each.time} /> }) : null} {t('manager.then')}
        </CheckLine>
      ))}
      {'unknown' in budgets ? (
        <CheckLine kind="unknown" title={t('budgetsUnseen')}>
          {mono(budgets.unknown)}
        </CheckLine>
      ) : budgets.length > 0 ? (
        <CheckLine
          kind="note"
          title={t.rich('budget', { m: mono, names: budgets.map((each) => each.name).join(', ') })}
        />
      ) : null}
      {unseen.length > 0 ? (
        <CheckLine kind="unknown" title={t('unseen')}>
          {mono(unseen.join(', '))}
        </CheckLine>
      ) : null}
    </>
  )
}
