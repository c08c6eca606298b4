'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { CheckLine } from '@/components/ui/check-line'
import { ConfirmButton } from '@/components/actions/confirm-button'
import { Command } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { FailureNotice } from '@/components/actions/failure-notice'
import { Notice } from '@/components/ui/notice'
import { CommandFailure, CommandProgress, type PodDialogProps, usePodCommand } from '@/components/actions/pod-command'
import { TypedWords } from '@/components/actions/typed-words'
import { wordsMatch } from '@/components/actions/words-match'
import { usePreview } from '@/lib/browser/actions'
import { isRefused } from '@/lib/browser/dry-run'

/**
 * The last step: takes exactly these finalizers off a pod that nothing else keeps. A list that is another one by now is
 * shown, and nothing is removed.
 */
export function FinalizersDialog(props: PodDialogProps) {
  const t = useTranslations('actions.finalizers')
  const check = useTranslations('actions.check')
  const offs = useTranslations('actions.off')
  const { cluster, view, uid } = props
  const one = view.ordinals.find((each) => each.ordinal === props.ordinal)
  const live = one?.pod?.uid === uid ? one.pod.finalizers : null
  const [{ name, first }] = useState(() => ({ name: one?.name ?? '', first: live ?? [] }))
  const [shown, setShown] = useState(first)
  const [typed, setTyped] = useState('')
  const { command, followed, done } = usePodCommand(props, 'remove-finalizers')
  const target = { namespace: view.namespace, name, uid, finalizers: shown }
  const { preview, failure } = usePreview(cluster, 'remove-finalizers', done || shown.length === 0 ? null : target)
  const changed = live !== null && live.length > 0 && live.join(' ') !== shown.join(' ')
  const off =
    live === null && !done
      ? t('off.other')
      : changed
        ? t('off.changed')
        : command.failure?.mayBeDone
          ? t('off.unknown')
          : (props.disabledReason ??
            (failure
              ? t('off.noPreview')
              : !preview
                ? t('off.loading')
                : isRefused(preview.dryRun)
                  ? offs('refused')
                  : wordsMatch(typed, name)
                    ? undefined
                    : t('off.name')))
  return (
    <Dialog
      open
      width={800}
      onOpenChange={(open) => {
        if (!open) props.onClose()
      }}
      title={t.rich('title', {
        pod: name,
        m: (text) => (
          <span lang="en" className="font-mono">
            {text}
          </span>
        ),
      })}
      description={t('description', { namespace: view.namespace, uid: uid.slice(0, 8) })}
      cancel={done ? t('close') : undefined}
      actions={
        done ? undefined : (
          <ConfirmButton
            variant="danger"
            disabledReason={off}
            busy={command.state === 'sending'}
            onConfirm={() => command.send({ ...target, confirm: typed.trim() })}
          >
            {t('do', { count: shown.length })}
          </ConfirmButton>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {command.failure ? <CommandFailure command={command} /> : null}
        {done ? (
          <CommandProgress view={view} followed={followed} command={command} />
        ) : (
          <>
            {changed ? (
              <Notice
                tone="attention"
                role="alert"
                title={t('changed')}
                action={
                  <Button
                    onClick={() => {
                      setShown(live)
                      setTyped('')
                      command.renew()
                    }}
                  >
                    {t('useNew')}
                  </Button>
                }
              >
                <span lang="en" className="font-mono text-mono">
                  {live.join(', ')}
                </span>
              </Notice>
            ) : null}
            <section className="flex flex-col gap-2.5">
              <h3 className="font-semibold">{t('heading', { count: shown.length })}</h3>
              <ol className="flex flex-col">
                {shown.map((finalizer) => (
                  <li
                    key={finalizer}
                    lang="en"
                    data-finalizer={finalizer}
                    className="border-b border-line py-2 font-mono text-mono font-semibold break-all"
                  >
                    {finalizer}
                  </li>
                ))}
              </ol>
            </section>
            <ul className="flex flex-col gap-1.5">
              <CheckLine kind="attention" title={t('meaning')}>
                {t('meaningThen')}
              </CheckLine>
              <CheckLine kind="note" title={t('exactly')} />
              {preview ? (
                preview.dryRun.ok ? (
                  <CheckLine kind="fine" title={check('dryRunFine')} />
                ) : (
                  <CheckLine kind="bad" title={check('dryRun')}>
                    {preview.dryRun.message}
                  </CheckLine>
                )
              ) : null}
            </ul>
            {failure && !command.failure ? <FailureNotice failure={failure} /> : null}
            {preview ? <Command text={preview.command} /> : null}
            <TypedWords mono label={t('type')} words={name} value={typed} onChange={setTyped} />
          </>
        )}
      </div>
    </Dialog>
  )
}
