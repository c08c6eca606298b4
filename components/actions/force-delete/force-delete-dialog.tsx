'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ActionDialog } from '@/components/actions/action-dialog'
import { PodClaims } from '@/components/actions/pod-claims'
import { type PodDialogProps, usePodDialog } from '@/components/actions/pod-command'
import { type Hindrance, type Hindrances, pageHindrance, whyDisabled } from '@/components/actions/why-disabled'
import { wordsMatch } from '@/components/actions/words-match'
import { FailureNotice } from '@/components/actions/failure-notice'
import { Button } from '@/components/ui/button'
import { SkeletonBar } from '@/components/ui/skeleton'
import { useEvidence, usePreview } from '@/lib/browser/actions'
import { isRefused } from '@/lib/browser/dry-run'
import { CollectedAt } from './collected-at'
import { ConfirmStep, contradictionWords } from './confirm-step'
import { EvidenceButtons } from './evidence-buttons'
import { EvidenceStep } from './evidence-step'
import { ForceDeleteTitle } from './force-delete-title'
import { StepLine } from './step-line'
import { VerdictBox } from './verdict-box'
import { WatchStep } from './watch-step'

/**
 * Takes a pod's name out of the API although nobody has confirmed that it stopped: first the evidence, collected anew
 * every five seconds, then what has to be typed, then the ordinal until it is back.
 */
export function ForceDeleteDialog(props: PodDialogProps) {
  const t = useTranslations('actions.forceDelete')
  const why = useTranslations('actions.off')
  const note = useTranslations('actions.command')
  const contradicted = useTranslations('actions.contradiction')
  const offered = useTranslations('waiting.offered')
  const { cluster, view, ordinal, uid } = props
  const { one, first, name, target, gone, command, done, progress, notice } = usePodDialog(props, 'force-delete-pod')
  const [step, setStep] = useState<'evidence' | 'confirm'>('evidence')
  const [typedName, setTypedName] = useState('')
  const [typedWords, setTypedWords] = useState('')
  const { collected, failure, again, isFetching } = useEvidence(cluster, target, !done)
  const evidence = collected?.evidence
  const asked = step === 'confirm' && !done
  const looked = usePreview(cluster, 'force-delete-pod', asked ? { ...target, contradictions: [] } : null, 60_000)
  const claims = looked.preview?.claims ?? []
  const contradictions = evidence?.contradictions.map((item) => item.code) ?? []
  const sentence = contradictionWords(contradictions, contradicted)
  const node = collected?.pod.node ?? one?.pod?.node ?? null

  const unreadable: Hindrance[] = [[failure !== undefined, t('off.noEvidence')]]
  const loading: Hindrance[] = [[!evidence, t('off.loading')]]
  const common: Hindrances = {
    gone: [[gone, why('podGone')]],
    unknown: [[command.failure?.mayBeDone ?? false, why('unknown')]],
    page: pageHindrance(props.disabledReason),
    offer: evidence && evidence.offered !== true ? [[true, offered(evidence.offered)]] : [],
  }
  const continueReason = whyDisabled({ ...common, unreadable, loading })
  const confirmReason = whyDisabled({
    ...common,
    unreadable: [...unreadable, [looked.failure !== undefined, why('noPreview')]],
    loading: [...loading, [!looked.preview, why('loading')]],
    refused: [[isRefused(looked.preview?.dryRun), why('refused')]],
    typed: [
      [!wordsMatch(typedName, name), why('podName')],
      [sentence !== '' && !wordsMatch(typedWords, sentence), t('off.sentence')],
    ],
  })
  const goOn = () => {
    setStep('confirm')
    setTypedName('')
    setTypedWords('')
  }
  return (
    <ActionDialog
      width={900}
      title={
        <ForceDeleteTitle
          pod={name}
          ordinal={ordinal}
          state={(done ? one?.state : undefined) ?? first?.state ?? 'unknown'}
        />
      }
      description={t('description', { namespace: view.namespace, uid: uid.slice(0, 8) })}
      onClose={props.onClose}
      asksNothing={step === 'evidence'}
      footnote={collected ? <CollectedAt at={collected.collectedAt} again={again} busy={isFetching} /> : undefined}
      head={<StepLine step={done ? 'watch' : step} />}
      notice={notice ?? (failure && !done ? <FailureNotice failure={{ ...failure, mayBeDone: false }} /> : null)}
      progress={
        progress && (
          <WatchStep one={one} uid={uid} node={node} pod={name} onAction={props.onAction}>
            {progress}
          </WatchStep>
        )
      }
      before={<Button onClick={() => setStep('evidence')}>{t('back')}</Button>}
      confirm={
        step === 'evidence'
          ? {
              buttons: (
                <EvidenceButtons
                  primary={evidence?.primary ?? 'force-delete'}
                  node={node}
                  disabledReason={continueReason}
                  onContinue={goOn}
                  onAction={props.onAction}
                  onClose={props.onClose}
                />
              ),
            }
          : {
              words: t('do', { pod: name }),
              variant: 'danger',
              disabledReason: confirmReason,
              busy: command.state === 'sending',
              onConfirm: () => command.send({ ...target, confirm: name, contradictions }),
            }
      }
      subject={evidence && step === 'confirm' ? <VerdictBox verdict={evidence.verdict} pod={name} /> : null}
      looked={step === 'confirm' ? looked : null}
      commandNote={note('noUid', { uid })}
      typed={
        <ConfirmStep
          pod={name}
          claims={claims}
          contradictions={evidence?.contradictions ?? []}
          sentence={sentence}
          typedName={typedName}
          onName={setTypedName}
          typedWords={typedWords}
          onWords={setTypedWords}
        />
      }
    >
      {step === 'confirm' ? (
        <PodClaims claims={claims} />
      ) : collected ? (
        <EvidenceStep collected={collected} pod={name} onAction={props.onAction} />
      ) : failure ? null : (
        <SkeletonBar className="w-60" />
      )}
    </ActionDialog>
  )
}
