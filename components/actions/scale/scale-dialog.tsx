'use client'

import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/actions/confirm-button'
import { Command } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { FailureNotice } from '@/components/actions/failure-notice'
import { Notice } from '@/components/ui/notice'
import { SkeletonBar } from '@/components/ui/skeleton'
import { TypedWords } from '@/components/actions/typed-words'
import { wordsMatch } from '@/components/actions/words-match'
import { useCommand, usePreview, type ActionBodies } from '@/lib/browser/actions'
import { isRefused } from '@/lib/browser/dry-run'
import type { Failure } from '@/lib/browser/command-sender'
import { reachedBy, type PendingWrite } from '@/lib/browser/pending-write'
import type { ScalePlan } from '@/lib/statefulset/plan/plan'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { ModeChoice, type Mode } from './mode-choice'
import { ReplicasField, replicasOf } from './replicas-field'
import { Ruler } from './ruler'
import { ScaleChecks } from './scale-checks'
import { ScaleProgress } from './scale-progress'
import { ScaleSteps } from './scale-steps'

/** The set as the person decided on it. A change of anybody else's makes it old, and has to be looked at first. */
type Shown = { generation: number; replicas: number }
type Written = { from: number; to: number; askedAt: number; acceptedAt: number; byReading: boolean; plan: ScalePlan }

const shownOf = (view: StatefulSetView): Shown => ({ generation: view.generation, replicas: view.replicas.desired })

/**
 * Scales a set: what will happen, in order, before it happens; then the same ordinals going or coming. `view` is live;
 * `off` is why nothing may be written now.
 */
export function ScaleDialog(props: {
  cluster: string
  view: StatefulSetView
  disabledReason?: string
  onClose: () => void
  onWritten: (followed: PendingWrite, askedAt: number) => void
  onFailed: (failure: Failure) => void
}) {
  const t = useTranslations('actions.scale')
  const offs = useTranslations('actions.off')
  const { cluster, view } = props
  const [uid] = useState(view.uid)
  const [shown, setShown] = useState(() => shownOf(view))
  const [text, setText] = useState(String(view.replicas.desired))
  const [chosenMode, setMode] = useState<Mode | null>(null)
  const [typed, setTyped] = useState('')
  const [written, setWritten] = useState<Written | null>(null)
  const [finished, setFinished] = useState<Written[]>([])

  const current = view.replicas.desired
  const target = replicasOf(text)
  const far = target !== null && Math.abs(target - current) > 1
  const mode: Mode = far ? (chosenMode ?? (target < current ? 'guided' : 'once')) : 'once'
  const next = target === null ? null : mode === 'guided' ? current + Math.sign(target - current) : target

  const reached = written ? reachedBy(view, { action: 'scale', from: written.from, replicas: written.to }) : null
  const effective = reached?.step === 'in-effect'
  // A guided change asks again after each step, until the number that was wanted is reached.
  const goesOn = written !== null && effective && target !== null && target !== written.to
  const watching = written !== null && !goesOn

  const bodyFor = (replicas: number | null, generation = view.generation): ActionBodies['scale'] | null =>
    watching || replicas === null || replicas === current
      ? null
      : { namespace: view.namespace, name: view.name, uid, generation, replicas }
  const whole = usePreview(cluster, 'scale', bodyFor(target))
  const first = usePreview(cluster, 'scale', next === target ? null : bodyFor(next))
  const write = next === target ? whole : first
  const command = useCommand(
    cluster,
    'scale',
    (answer, body, askedAt) => {
      props.onWritten({ action: 'scale', from: answer.from, replicas: body.replicas }, askedAt)
      const plan = write.preview?.plan
      if (!plan) return
      if (written) setFinished((before) => [...before, written])
      const byReading = answer.confirmedBy === 'reading'
      setWritten({ from: answer.from, to: body.replicas, askedAt, acceptedAt: Date.now(), byReading, plan })
      // The API server counts each change of the spec by one; any other number is somebody else's.
      setShown({ generation: body.generation + 1, replicas: body.replicas })
      setTyped('')
    },
    props.onFailed,
  )

  const recreated = view.uid !== uid || command.failure?.code === 'recreated'
  const conflict =
    !watching &&
    !command.failure?.mayBeDone &&
    command.state !== 'sending' &&
    (view.generation !== shown.generation || command.failure?.code === 'changed')
  const behindConflict = view.generation === shown.generation
  const accept = () => {
    setShown(shownOf(view))
    setTyped('')
    command.renew()
  }
  const confirmReasons = write.preview?.plan.confirm ?? []
  const named = confirmReasons.length === 0 || wordsMatch(typed, view.name)
  const off = recreated
    ? t('off.recreated')
    : conflict
      ? t('off.changed')
      : command.failure?.mayBeDone
        ? t('off.unknown')
        : (props.disabledReason ??
          (target === null || next === null
            ? t('off.number')
            : target === current
              ? t('off.same')
              : write.failure
                ? t('off.noPreview')
                : !write.preview || write.behind
                  ? t('off.loading')
                  : isRefused(write.preview.dryRun)
                    ? offs('refused')
                    : named
                      ? undefined
                      : t('off.name')))
  const send = () => {
    const body = bodyFor(next, shown.generation)
    if (!body) return
    command.send({ ...body, ...(confirmReasons.length > 0 ? { confirm: view.name } : {}) })
  }
  const change = (replicas: number) => setText(String(replicas))
  const stepPod = (replicas: number) => `${view.name}-${view.spec.start + Math.min(current, replicas)}`
  const verb =
    next === null || next === current ? 'to' : mode === 'guided' ? (next < current ? 'removeOne' : 'createOne') : 'to'

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) props.onClose()
      }}
      title={
        target === null || target === (written?.from ?? current)
          ? t('title', { set: view.name })
          : t('titleTo', { set: view.name, from: finished[0]?.from ?? written?.from ?? current, to: target })
      }
      description={t('namespace', { namespace: view.namespace })}
      cancel={watching ? t('close') : written ? t('stop') : undefined}
      footnote={!watching && far ? <ModeChoice mode={mode} onMode={setMode} /> : undefined}
      actions={
        watching ? undefined : (
          <ConfirmButton
            variant={confirmReasons.length > 0 ? 'danger' : 'primary'}
            disabledReason={off}
            busy={command.state === 'sending'}
            onConfirm={send}
          >
            {t(`do.${verb}`, { to: next ?? '', pod: stepPod(next ?? current) })}
          </ConfirmButton>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <div className="flex flex-col-reverse gap-4 tablet:flex-row tablet:items-start tablet:justify-between">
          <div className="min-w-0 flex-1">
            <Ruler
              view={view}
              current={watching ? written.from : current}
              target={watching ? written.to : (target ?? current)}
              plan={watching ? written.plan : whole.preview?.plan}
              onTarget={watching ? undefined : change}
            />
          </div>
          {watching ? null : <ReplicasField text={text} onText={setText} />}
        </div>
        {finished.length > 0 || goesOn ? (
          <Finished view={view} steps={goesOn ? [...finished, written] : finished} />
        ) : null}
        {recreated ? (
          <Notice tone="bad" role="alert" title={t('recreated')}>
            {t('recreatedThen')}
          </Notice>
        ) : conflict ? (
          <Notice
            tone="attention"
            role="alert"
            title={t('changed', { set: view.name })}
            action={
              <Button onClick={accept} disabledReason={behindConflict ? t('off.behind') : undefined}>
                {t('useNew')}
              </Button>
            }
          >
            {t('changedThen', { before: shown.replicas, now: current })}
          </Notice>
        ) : command.failure ? (
          <WriteFailure failure={command.failure} onAskAgain={command.askAgain} onAccept={accept} />
        ) : null}
        {watching ? (
          <ScaleProgress view={view} written={written} />
        ) : target === current || target === null ? (
          <p className="text-lead text-muted">{t('choose')}</p>
        ) : whole.failure && !conflict && !recreated ? (
          <FailureNotice failure={whole.failure} />
        ) : whole.preview ? (
          <div className={`flex flex-col gap-4 ${whole.behind ? 'opacity-60' : ''}`} aria-busy={whole.behind}>
            <section className="flex flex-col gap-2.5">
              <h3 className="font-semibold">{t('order')}</h3>
              {whole.preview.plan.steps.length > 0 ? <ScaleSteps plan={whole.preview.plan} /> : <p>{t('nothing')}</p>}
              <Result plan={whole.preview.plan} />
            </section>
            <section className="border-t border-line pt-4">
              <ScaleChecks view={view} preview={whole.preview} />
            </section>
            {write.preview ? <Command text={write.preview.command} /> : null}
            {confirmReasons.length > 0 ? (
              <div className="flex flex-col gap-3 border-t border-line pt-4">
                {confirmReasons.map((reason) => (
                  <p key={reason} data-tone="bad" className="font-strong text-tone">
                    {t(`confirm.${reason}`, { claims: goingClaims(write.preview?.plan).join(', '), set: view.name })}
                  </p>
                ))}
                <TypedWords mono label={t('type')} words={view.name} value={typed} onChange={setTyped} />
              </div>
            ) : null}
          </div>
        ) : (
          <SkeletonBar className="w-60" />
        )}
      </div>
    </Dialog>
  )
}

function goingClaims(plan: ScalePlan | undefined): string[] {
  return (plan?.steps ?? []).flatMap((step) =>
    step.claims.filter((claim) => claim.fate === 'deleted' || claim.fate === 'replaced').map((claim) => claim.name),
  )
}

function WriteFailure(props: { failure: Failure; onAskAgain: () => void; onAccept: () => void }) {
  const t = useTranslations('actions.failure')
  const { failure } = props
  return (
    <FailureNotice
      failure={failure}
      action={
        failure.code === 'no-answer' ? (
          <Button onClick={props.onAskAgain}>{t('askAgain')}</Button>
        ) : failure.mayBeDone ? (
          <Button onClick={props.onAccept}>{t('lookAgain')}</Button>
        ) : undefined
      }
    />
  )
}

/** What is there afterwards. */
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

/** Steps of a guided change that are done. */
function Finished(props: { view: StatefulSetView; steps: readonly Written[] }) {
  const t = useTranslations('actions.scale')
  return (
    <ul className="flex flex-col gap-0.5 text-muted" role="status">
      {props.steps.map((step) => {
        const pod = `${props.view.name}-${props.view.spec.start + Math.min(step.from, step.to)}`
        return <li key={step.askedAt}>{t(step.to < step.from ? 'finished.removed' : 'finished.created', { pod })}</li>
      })}
    </ul>
  )
}
