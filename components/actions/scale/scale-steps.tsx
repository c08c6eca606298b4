'use client'

import { useTranslations } from 'next-intl'
import { Fragment } from 'react'
import { ClaimFates } from '@/components/actions/claim-fates'
import { Glyph } from '@/components/ui/glyph'
import type { ScalePlan, ScaleStep } from '@/lib/statefulset/plan/plan'
import type { OrdinalState, StatefulSetView } from '@/lib/statefulset/model/view'

const mostSteps = 24

/**
 * What the controller will do, in its order; between the groups what it waits for. With `view` the steps are followed:
 * each shows the state that its ordinal has now.
 */
export function ScaleSteps(props: { plan: ScalePlan; view?: StatefulSetView }) {
  const t = useTranslations('actions.scale')
  const states = useTranslations('states')
  const { plan, view } = props
  const steps = plan.steps.slice(0, mostSteps)
  const left = plan.steps.length - steps.length + plan.omitted
  const bold = (text: React.ReactNode) => (
    <strong lang="en" className="font-semibold">
      {text}
    </strong>
  )
  return (
    <ol className="flex flex-col">
      {steps.map((step, at) => {
        const before = steps[at - 1]
        const now = view ? stateNow(step, view) : null
        return (
          <Fragment key={`${step.action} ${step.ordinal}`}>
            {before && before.group !== step.group ? <Wait step={before} /> : null}
            <li
              data-step={`${step.action} ${step.ordinal}`}
              data-done={now?.done || undefined}
              className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-3 tablet:grid-cols-[24px_minmax(0,1fr)_minmax(0,300px)]"
            >
              <span className="pt-0.5">
                <Glyph state={now?.state ?? (step.action === 'delete' ? 'leaving' : 'arriving')} size={20} />
              </span>
              <span className="min-w-0">
                <span className="block">
                  {t.rich(`step.${step.leaving ? 'leaving' : step.action}`, { b: bold, pod: step.pod })}
                </span>
                <span className="block text-small text-muted">
                  {now
                    ? now.done
                      ? t(step.action === 'delete' ? 'gone' : 'isReady')
                      : states(now.state)
                    : step.action === 'delete'
                      ? t('grace', { seconds: step.graceSeconds ?? 0 })
                      : t('ready', { pod: step.pod })}
                  {step.due && !step.leaving ? ` ${t('due')}` : ''}
                </span>
              </span>
              <span className="col-start-2 min-w-0 tablet:col-start-3">
                <ClaimFates claims={step.claims} />
              </span>
            </li>
          </Fragment>
        )
      })}
      {left > 0 ? <li className="pt-2 pl-9 text-muted">{t('moreSteps', { count: left })}</li> : null}
    </ol>
  )
}

function Wait({ step }: { step: ScaleStep }) {
  const t = useTranslations('actions.scale')
  return (
    <li className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-3 py-1.5">
      <span aria-hidden className="mx-auto h-full border-l border-dashed border-rung" />
      <span className="text-small text-muted">{t(`wait.${step.action}`, { pod: step.pod })}</span>
    </li>
  )
}

function stateNow(step: ScaleStep, view: StatefulSetView): { state: OrdinalState; done: boolean } {
  const one = view.ordinals.find((each) => each.ordinal === step.ordinal)
  if (step.action === 'delete') return { state: one?.state ?? 'ghost', done: !one?.pod }
  const done = one?.pod?.ready === true && one.pod.deletionTimestamp === null
  return { state: one?.state ?? 'blocked', done }
}
