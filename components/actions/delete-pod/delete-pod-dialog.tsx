'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ActionDialog } from '@/components/actions/action-dialog'
import { EndingClaims } from '@/components/actions/pod-claims'
import { podInTitle, type PodDialogProps, usePodDialog } from '@/components/actions/pod-command'
import { TypedWords } from '@/components/actions/typed-words'
import { pageHindrance, whyDisabled } from '@/components/actions/why-disabled'
import { wordsMatch } from '@/components/actions/words-match'
import { Notice } from '@/components/ui/notice'
import { usePreview } from '@/lib/browser/actions'
import { isRefused } from '@/lib/browser/dry-run'
import { DeletePodChecks } from './delete-pod-checks'
import { DeletePodSteps } from './delete-pod-steps'

/** Deletes one pod gracefully: what happens, what comes back, and then the ordinal until it is back. */
export function DeletePodDialog(props: PodDialogProps) {
  const t = useTranslations('actions.deletePod')
  const why = useTranslations('actions.off')
  const confirm = useTranslations('actions.confirm')
  const note = useTranslations('actions.command')
  const { view, uid } = props
  const { one, name, target, gone, command, done, progress, notice } = usePodDialog(props, 'delete-pod')
  const { preview, failure } = usePreview(props.cluster, 'delete-pod', done ? null : target)
  const [typed, setTyped] = useState('')
  // Claims may end with the pod: then its name has to be typed, as for every other way to end them.
  const plan = preview?.plan
  const asksForName = plan ? plan.confirm.length > 0 : false
  const disabledReason = whyDisabled({
    gone: [[gone, why('otherPod')]],
    unknown: [[command.failure?.mayBeDone ?? false, why('unknown')]],
    page: pageHindrance(props.disabledReason),
    unreadable: [[failure !== undefined, why('noPreview')]],
    loading: [[!preview, why('loading')]],
    refused: [[isRefused(preview?.dryRun), why('refused')]],
    typed: [[asksForName && !wordsMatch(typed, name), why('podName')]],
  })
  return (
    <ActionDialog
      title={t.rich('title', { pod: name, m: podInTitle })}
      description={t('description', { namespace: view.namespace, uid: uid.slice(0, 8) })}
      onClose={props.onClose}
      notice={
        notice ??
        (gone && !done ? (
          <Notice tone="attention" role="alert" title={t('other', { pod: name })}>
            {t('otherThen')}
          </Notice>
        ) : null)
      }
      progress={progress}
      confirm={{
        words: t('do', { pod: name }),
        variant: asksForName ? 'danger' : 'primary',
        disabledReason,
        busy: command.state === 'sending',
        onConfirm: () => command.send(asksForName ? { ...target, confirm: name } : target),
      }}
      looked={{ preview, failure }}
      commandNote={note('noUid', { uid })}
      typed={
        plan && asksForName ? (
          <>
            <EndingClaims claims={plan.claims} />
            <TypedWords mono label={confirm('typePod')} words={name} value={typed} onChange={setTyped} />
          </>
        ) : null
      }
      checks={preview ? <DeletePodChecks preview={preview} one={one} /> : null}
    >
      {preview ? <DeletePodSteps plan={preview.plan} pod={name} /> : null}
    </ActionDialog>
  )
}
