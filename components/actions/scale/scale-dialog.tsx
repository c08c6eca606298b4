'use client'

import { useTranslations } from 'next-intl'
import { useReducer } from 'react'
import { ActionDialog } from '@/components/actions/action-dialog'
import type { DialogProps } from '@/components/actions/pod-command'
import { pageHindrance, whyDisabled } from '@/components/actions/why-disabled'
import { wordsMatch } from '@/components/actions/words-match'
import { serverNow } from '@/lib/browser/now'
import { useCommand, usePreview, type ActionBodies } from '@/lib/browser/actions'
import { isRefused } from '@/lib/browser/dry-run'
import { forgetScalePlan, keepScalePlan } from '@/lib/browser/scale-plans'
import { ModeChoice } from './mode-choice'
import { ReplicasField } from './replicas-field'
import { Ruler } from './ruler'
import { ScaleChecks } from './scale-checks'
import { ScaleConfirm } from './scale-confirm'
import { ScaleNotice } from './scale-notice'
import { ProvenSteps, ScalePlanned } from './scale-planned'
import { ScaleProgress } from './scale-progress'
import { afterScaleEvent, choiceOf, openedOn, phaseOf, provenSteps } from './scale-state'

/**
 * Scales a set: what will happen, in order, before it happens; then the same ordinals going or coming. `to`: where a
 * guided change goes that is taken up again.
 */
export function ScaleDialog(props: DialogProps & { to?: number }) {
  const t = useTranslations('actions.scale')
  const why = useTranslations('actions.off')
  const { cluster, view } = props
  const [state, dispatch] = useReducer(afterScaleEvent, view, (set) => openedOn(set, props.to))
  const { written, shown } = state
  const current = view.replicas.desired
  const { target, next, mode, far } = choiceOf(state, current)
  const isChange = target !== null && target !== current

  const keepOrForget = (replicas: number) => {
    if (target === null || target === replicas) forgetScalePlan(cluster, state.uid)
    else keepScalePlan(cluster, state.uid, target)
  }
  const command = useCommand(
    cluster,
    'scale',
    (answer, body, askedAt) => {
      props.onWritten({ action: 'scale', from: answer.from, replicas: body.replicas }, askedAt)
      keepOrForget(body.replicas)
      const byReading = answer.confirmedBy === 'reading'
      const write = { from: answer.from, to: body.replicas, askedAt, acceptedAt: serverNow(), byReading }
      dispatch({ type: 'written', write, generation: body.generation })
    },
    (problem) => {
      // A step that may be done may have been the first one.
      if (problem.mayBeDone && next !== null) keepOrForget(next)
      props.onFailed(problem)
    },
  )
  const phase = phaseOf(state, view, command)
  const watched = phase === 'watching' ? written : null
  const bodyFor = (replicas: number | null, generation = view.generation): ActionBodies['scale'] | null =>
    watched || replicas === null || replicas === current
      ? null
      : { namespace: view.namespace, name: view.name, uid: state.uid, generation, replicas }
  const whole = usePreview(cluster, 'scale', bodyFor(target))
  const first = usePreview(cluster, 'scale', next === target ? null : bodyFor(next))
  // What the next press sends; a guided change sends its first step.
  const looked = next === target ? whole : first
  const failure = whole.failure ?? looked.failure
  const behind = whole.behind || looked.behind
  const plan = looked.preview?.plan
  const named = !plan || plan.confirm.length === 0 || wordsMatch(state.typed, view.name)
  const disabledReason = whyDisabled({
    gone: [[phase === 'recreated', why('setRecreated')]],
    changed: [[phase === 'conflict', why('changed')]],
    unknown: [[phase === 'unknown', why('unknown')]],
    page: pageHindrance(props.disabledReason),
    choice: [
      [target === null, why('noNumber')],
      [target === current, why('noChange')],
    ],
    unreadable: [[failure !== undefined, why('noPreview')]],
    loading: [[!looked.preview || behind, why('loading')]],
    refused: [[isRefused(looked.preview?.dryRun), why('refused')]],
    typed: [[!named, why('setName')]],
  })
  const send = () => {
    const body = bodyFor(next, shown.generation)
    if (!body || !plan) return
    dispatch({ type: 'sent', plan })
    command.send(plan.confirm.length > 0 ? { ...body, confirm: view.name } : body)
  }
  const accept = () => {
    dispatch({ type: 'looked', view })
    command.renew()
  }
  const close = () => {
    // Where it asks whether to go on, to close it is to stop there.
    if (phase === 'going-on') forgetScalePlan(cluster, state.uid)
    props.onClose()
  }
  const type = (text: string) => dispatch({ type: 'number-typed', text })
  const proven = provenSteps(state, phase)
  const from = proven[0]?.from ?? written?.from ?? current
  const verb = mode === 'once' || next === null || next === current ? 'to' : next < current ? 'removeOne' : 'createOne'
  const pod = `${view.name}-${view.spec.start + Math.min(current, next ?? current)}`
  return (
    <ActionDialog
      title={
        target === null || target === from
          ? t('title', { set: view.name })
          : t('titleTo', { set: view.name, from, to: target })
      }
      description={t('namespace', { namespace: view.namespace })}
      onClose={close}
      cancel={written && !watched ? t('stop') : undefined}
      footnote={
        far ? (
          <ModeChoice mode={mode} onMode={(chosen) => dispatch({ type: 'mode-chosen', mode: chosen })} />
        ) : undefined
      }
      head={
        <>
          <div className="flex flex-col-reverse gap-4 tablet:flex-row tablet:items-start tablet:justify-between">
            <div className="min-w-0 flex-1">
              <Ruler
                view={view}
                current={watched?.from ?? current}
                target={watched?.to ?? target ?? current}
                plan={watched?.plan ?? whole.preview?.plan}
                onTarget={watched ? undefined : (replicas) => type(String(replicas))}
              />
            </div>
            {watched ? null : <ReplicasField text={state.text} onText={type} />}
          </div>
          <ProvenSteps view={view} steps={proven} />
        </>
      }
      notice={
        phase === 'recreated' || phase === 'conflict' || command.failure ? (
          <ScaleNotice
            phase={phase}
            view={view}
            before={shown.replicas}
            // The change is known from the server's answer, and the page has not seen it yet.
            reading={view.generation === shown.generation}
            written={written !== null}
            command={command}
            onAccept={accept}
          />
        ) : null
      }
      progress={watched ? <ScaleProgress view={view} written={watched} /> : null}
      confirm={{
        words: t(`do.${verb}`, { to: next ?? '', pod }),
        variant: plan && plan.confirm.length > 0 ? 'danger' : 'primary',
        disabledReason,
        busy: command.state === 'sending',
        onConfirm: send,
      }}
      looked={isChange ? { preview: whole.preview && looked.preview, failure, behind } : null}
      checks={whole.preview ? <ScaleChecks view={view} preview={whole.preview} /> : null}
      typed={
        plan && plan.confirm.length > 0 ? (
          <ScaleConfirm
            plan={plan}
            set={view.name}
            typed={state.typed}
            onTyped={(typed) => dispatch({ type: 'name-typed', typed })}
          />
        ) : null
      }
    >
      {isChange && whole.preview ? (
        <ScalePlanned plan={whole.preview.plan} />
      ) : (
        <p className="text-lead text-muted">{t('choose')}</p>
      )}
    </ActionDialog>
  )
}
