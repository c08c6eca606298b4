'use client'

import { RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { timeOfDay } from '@/components/ui/age'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/actions/confirm-button'
import { Command } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { FailureNotice } from '@/components/actions/failure-notice'
import { Glyph } from '@/components/ui/glyph'
import { CommandFailure, CommandProgress, type PodDialogProps, usePodCommand } from '@/components/actions/pod-command'
import { SkeletonBar } from '@/components/ui/skeleton'
import { wordsMatch } from '@/components/actions/words-match'
import { useEvidence, usePreview } from '@/lib/browser/actions'
import { isRefused } from '@/lib/browser/dry-run'
import { onlyFinalizersHold } from '@/lib/browser/pending-write'
import { ConfirmStep, contradictionWords } from './confirm-step'
import { EvidenceColumns } from './evidence-columns'
import { KeptNotice } from './kept-notice'
import { SaferWays } from './safer-ways'
import { StepLine } from './step-line'
import { VerdictBox } from './verdict-box'

/**
 * Takes a pod's name out of the API although nobody has confirmed that it stopped: first the evidence, collected anew
 * every five seconds, then what has to be typed, then the ordinal until it is back.
 */
export function ForceDeleteDialog(props: PodDialogProps & { onDelete: () => void; onFinalizers: () => void }) {
  const t = useTranslations('actions.forceDelete')
  const contradicted = useTranslations('actions.contradiction')
  const offered = useTranslations('waiting.offered')
  const offs = useTranslations('actions.off')
  const { cluster, view, uid } = props
  const one = view.ordinals.find((each) => each.ordinal === props.ordinal)
  const [{ name, state }] = useState(() => ({ name: one?.name ?? '', state: one?.state ?? ('unknown' as const) }))
  const [step, setStep] = useState<'evidence' | 'confirm'>('evidence')
  const [typedName, setTypedName] = useState('')
  const [typedWords, setTypedWords] = useState('')
  const target = { namespace: view.namespace, name, uid }
  const { command, followed, done } = usePodCommand(props, 'force-delete-pod')
  const { collected, failure, again, isFetching } = useEvidence(cluster, target, !done)
  const evidence = collected?.evidence
  const { preview } = usePreview(
    cluster,
    'force-delete-pod',
    step === 'confirm' && !done ? { ...target, contradictions: [] } : null,
    60_000,
  )
  const contradictions = evidence?.contradictions.map((item) => item.code) ?? []
  const sentence = contradictionWords(contradictions, contradicted)
  const notOffered = evidence && evidence.offered !== true ? offered(evidence.offered) : undefined
  const blocked = failure ? t('off.noEvidence') : !evidence ? t('off.loading') : (notOffered ?? props.disabledReason)
  const confirmOff =
    blocked ??
    (command.failure?.mayBeDone
      ? t('off.unknown')
      : isRefused(preview?.dryRun)
        ? offs('refused')
        : !wordsMatch(typedName, name)
          ? t('off.name')
          : sentence !== '' && !wordsMatch(typedWords, sentence)
            ? t('off.sentence')
            : undefined)
  const heldByFinalizers = one?.pod?.uid === uid && onlyFinalizersHold(one)
  const node = collected?.pod.node ?? one?.pod?.node ?? null
  return (
    <Dialog
      open
      width={900}
      onOpenChange={(open) => {
        if (!open) props.onClose()
      }}
      title={
        <span className="flex items-center gap-3">
          <span className="flex flex-col items-center">
            <Glyph state={done ? (one?.state ?? state) : state} size={26} />
            <span aria-hidden className="block h-0.5 w-7 rung-solid" />
            <span className="text-small font-semibold">{props.ordinal}</span>
          </span>
          <span>
            {t.rich('title', {
              pod: name,
              m: (text) => (
                <span lang="en" className="font-mono">
                  {text}
                </span>
              ),
            })}
          </span>
        </span>
      }
      description={t('description', { namespace: view.namespace, uid: uid.slice(0, 8) })}
      cancel={done || step === 'evidence' ? t('close') : undefined}
      footnote={
        done || !collected ? undefined : (
          <button
            type="button"
            onClick={again}
            className="flex min-h-8 items-center gap-2 rounded-control text-body text-muted hover:text-ink"
          >
            <RefreshCw aria-hidden size={14} strokeWidth={1.75} className={isFetching ? 'opacity-50' : ''} />
            {t('collected', { time: timeOfDay(collected.collectedAt) })}
          </button>
        )
      }
      actions={
        done ? undefined : step === 'evidence' ? (
          <Button
            variant="primary"
            disabledReason={blocked}
            onClick={() => {
              setStep('confirm')
              setTypedName('')
              setTypedWords('')
            }}
          >
            {t('continue')}
          </Button>
        ) : (
          <>
            <Button onClick={() => setStep('evidence')}>{t('back')}</Button>
            <ConfirmButton
              variant="danger"
              disabledReason={confirmOff}
              busy={command.state === 'sending'}
              onConfirm={() => command.send({ ...target, confirm: typedName.trim(), contradictions })}
            >
              {t('do', { pod: name })}
            </ConfirmButton>
          </>
        )
      }
    >
      <div className="flex flex-col gap-5">
        <StepLine step={done ? 'watch' : step} />
        {command.failure ? (
          <CommandFailure command={command} />
        ) : failure && !done ? (
          <FailureNotice failure={{ ...failure, mayBeDone: false }} />
        ) : null}
        {done ? (
          <>
            <CommandProgress view={view} followed={followed} command={command} />
            {heldByFinalizers ? (
              <KeptNotice finalizers={one?.pod?.finalizers ?? []} onFinalizers={props.onFinalizers} />
            ) : null}
            <p className="text-body text-muted">{t(node ? 'marked' : 'unmarked', { node: node ?? '', pod: name })}</p>
          </>
        ) : !collected || !evidence ? (
          failure ? null : (
            <SkeletonBar className="w-60" />
          )
        ) : step === 'evidence' ? (
          <>
            <EvidenceColumns items={evidence.items} collectedAt={collected.collectedAt} />
            <VerdictBox verdict={evidence.verdict} pod={name} />
            <SaferWays
              ways={evidence.saferWays}
              node={node}
              pod={name}
              onWay={{ 'plain-delete': props.onDelete, 'remove-finalizers': props.onFinalizers }}
            />
          </>
        ) : (
          <>
            <VerdictBox verdict={evidence.verdict} pod={name} />
            <ConfirmStep
              pod={name}
              contradictions={evidence.contradictions}
              sentence={sentence}
              typedName={typedName}
              onName={setTypedName}
              typedWords={typedWords}
              onWords={setTypedWords}
            />
            {preview ? <Command text={preview.command} /> : null}
            {preview && !preview.dryRun.ok ? (
              <p lang="en" className="font-mono text-mono text-bad">
                {preview.dryRun.message}
              </p>
            ) : null}
          </>
        )}
      </div>
    </Dialog>
  )
}
