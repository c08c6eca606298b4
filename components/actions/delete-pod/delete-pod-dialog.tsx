'use client'

import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { CheckLine } from '@/components/ui/check-line'
import { ClaimFates } from '@/components/actions/claim-fates'
import { ConfirmButton } from '@/components/actions/confirm-button'
import { Command } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { FailureNotice } from '@/components/actions/failure-notice'
import { Glyph } from '@/components/ui/glyph'
import { Notice } from '@/components/ui/notice'
import { CommandFailure, CommandProgress, type PodDialogProps, usePodCommand } from '@/components/actions/pod-command'
import { useReasonWords } from '@/components/ui/reason-words'
import { SkeletonBar } from '@/components/ui/skeleton'
import { usePreview, type DeletePodPreview } from '@/lib/browser/actions'
import { isRefused } from '@/lib/browser/dry-run'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'

/** Deletes one pod gracefully: what happens, what comes back, and then the ordinal until it is back. */
export function DeletePodDialog(props: PodDialogProps) {
  const t = useTranslations('actions.deletePod')
  const offs = useTranslations('actions.off')
  const { cluster, view, uid } = props
  const [name] = useState(() => nameOf(view, props.ordinal))
  const one = view.ordinals.find((each) => each.ordinal === props.ordinal)
  const { command, followed, done } = usePodCommand(props, 'delete-pod')
  const target = { namespace: view.namespace, name, uid }
  const { preview, failure } = usePreview(cluster, 'delete-pod', done ? null : target)
  const other = one?.pod?.uid !== uid
  const off = other
    ? t('off.other')
    : command.failure?.mayBeDone
      ? t('off.unknown')
      : (props.disabledReason ??
        (failure
          ? t('off.noPreview')
          : !preview
            ? t('off.loading')
            : isRefused(preview.dryRun)
              ? offs('refused')
              : undefined))
  return (
    <Dialog
      open
      width={800}
      onOpenChange={(open) => {
        if (!open) props.onClose()
      }}
      title={t.rich('title', { pod: name, m: (text) => <span lang="en">{text}</span> })}
      description={t('description', { namespace: view.namespace, uid: uid.slice(0, 8) })}
      cancel={done ? t('close') : undefined}
      actions={
        done ? undefined : (
          <ConfirmButton disabledReason={off} busy={command.state === 'sending'} onConfirm={() => command.send(target)}>
            {t('do', { pod: name })}
          </ConfirmButton>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {command.failure ? (
          <CommandFailure command={command} />
        ) : other && !done ? (
          <Notice tone="attention" role="alert" title={t('other', { pod: name })}>
            {t('otherThen')}
          </Notice>
        ) : null}
        {done ? (
          <CommandProgress view={view} followed={followed} command={command} />
        ) : failure && !command.failure ? (
          <FailureNotice failure={failure} />
        ) : preview ? (
          <>
            <Plan preview={preview} name={name} />
            <section className="border-t border-line pt-4">
              <Checks preview={preview} one={one} />
            </section>
            <Command text={preview.command} />
          </>
        ) : other ? null : (
          <SkeletonBar className="w-60" />
        )}
      </div>
    </Dialog>
  )
}

function nameOf(view: StatefulSetView, ordinal: number): string {
  return view.ordinals.find((each) => each.ordinal === ordinal)?.name ?? `${view.name}-${ordinal}`
}

const bold = (text: ReactNode) => (
  <strong lang="en" className="font-semibold text-ink">
    {text}
  </strong>
)

function Plan(props: { preview: DeletePodPreview; name: string }) {
  const t = useTranslations('actions.deletePod')
  const words = useReasonWords()
  const { plan } = props.preview
  if (!plan) return <p>{t('noPlan')}</p>
  const back = plan.comesBack === true
  return (
    <section className="flex flex-col gap-2.5">
      <h3 className="font-semibold">{t('order')}</h3>
      <ol className="flex flex-col gap-2.5">
        <li className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-3 tablet:grid-cols-[24px_minmax(0,1fr)_minmax(0,300px)]">
          <Glyph state="leaving" size={20} className="mt-0.5" />
          <span>
            <span className="block">{t.rich('terminates', { b: bold, pod: props.name })}</span>
            <span className="block text-small text-muted">{t('grace', { seconds: plan.graceSeconds })}</span>
          </span>
          <span className="col-start-2 tablet:col-start-3">
            <ClaimFates claims={plan.claims} />
          </span>
        </li>
        {back ? (
          <li className="grid grid-cols-[24px_minmax(0,1fr)] gap-x-3">
            <Glyph state={plan.blockedBy ? 'blocked' : 'arriving'} size={20} className="mt-0.5" />
            <span>
              <span className="block">
                {t.rich(plan.revision.then !== plan.revision.now ? 'backNew' : 'back', {
                  b: bold,
                  pod: props.name,
                  revision: plan.revision.then ?? '',
                })}
              </span>
              <span className="block text-small text-muted">
                {plan.blockedBy ? t('backWaits') : t('backSame')} {plan.blockedBy ? words(plan.blockedBy) : ''}
              </span>
            </span>
          </li>
        ) : (
          <li className="pl-9">{t(`gone.${plan.comesBack}`, { pod: props.name })}</li>
        )}
      </ol>
    </section>
  )
}

function Checks(props: { preview: DeletePodPreview; one: OrdinalView | undefined }) {
  const t = useTranslations('actions.deletePod')
  const check = useTranslations('actions.check')
  const { plan, budgets, dryRun } = props.preview
  const node = props.one?.node
  const mono = (text: ReactNode) => (
    <span lang="en" className="font-mono text-mono">
      {text}
    </span>
  )
  return (
    <ul className="flex flex-col gap-1.5">
      {node && node.ready !== 'True' ? (
        <CheckLine kind="attention" title={t.rich('silent', { m: mono, node: node.name })}>
          {t('silentThen')}
        </CheckLine>
      ) : null}
      {plan?.holdsUpTheSet ? <CheckLine kind="note" title={t('holdsUp')} /> : null}
      {Array.isArray(budgets)
        ? budgets.map((budget) => (
            <CheckLine
              key={budget.name}
              kind={budget.disruptionsAllowed === 0 ? 'attention' : 'note'}
              title={t.rich('budget', { m: mono, name: budget.name, allowed: budget.disruptionsAllowed ?? -1 })}
            >
              {t('budgetThen')}
            </CheckLine>
          ))
        : null}
      {dryRun.ok ? (
        <CheckLine kind="fine" title={check('dryRunFine')} />
      ) : (
        <CheckLine kind="bad" title={check('dryRun')}>
          {mono(dryRun.message)}
        </CheckLine>
      )}
    </ul>
  )
}
