'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ActionDialog } from '@/components/actions/action-dialog'
import { EndingClaims, PodClaims } from '@/components/actions/pod-claims'
import { podInTitle, type PodDialogProps, usePodDialog } from '@/components/actions/pod-command'
import { TypedWords } from '@/components/actions/typed-words'
import { pageHindrance, whyDisabled } from '@/components/actions/why-disabled'
import { wordsMatch } from '@/components/actions/words-match'
import { CheckLine } from '@/components/ui/check-line'
import { usePreview } from '@/lib/browser/actions'
import { isRefused } from '@/lib/browser/dry-run'
import { ChangedNotice, FinalizerList } from './finalizer-list'

/**
 * The last step: takes exactly these finalizers off a pod that nothing else keeps. A list that is another one by now is
 * shown, and nothing is removed.
 */
export function FinalizersDialog(props: PodDialogProps) {
  const t = useTranslations('actions.finalizers')
  const why = useTranslations('actions.off')
  const confirm = useTranslations('actions.confirm')
  const note = useTranslations('actions.command')
  const { view, uid } = props
  const { one, first, name, target, gone, command, done, progress, notice } = usePodDialog(props, 'remove-finalizers')
  const live = one?.pod?.uid === uid ? one.pod.finalizers : []
  const [shown, setShown] = useState(first?.pod?.uid === uid ? first.pod.finalizers : [])
  const [typed, setTyped] = useState('')
  const body = { ...target, finalizers: shown }
  const { preview, failure } = usePreview(props.cluster, 'remove-finalizers', done || shown.length === 0 ? null : body)
  const claims = preview?.claims ?? []
  const changed = !done && live.length > 0 && live.join(' ') !== shown.join(' ')
  const disabledReason = whyDisabled({
    gone: [[gone, why('podGone')]],
    changed: [[changed, why('changed')]],
    unknown: [[command.failure?.mayBeDone ?? false, why('unknown')]],
    page: pageHindrance(props.disabledReason),
    unreadable: [[failure !== undefined, why('noPreview')]],
    loading: [[!preview, why('loading')]],
    refused: [[isRefused(preview?.dryRun), why('refused')]],
    typed: [[!wordsMatch(typed, name), why('podName')]],
  })
  const showNew = () => {
    setShown(live)
    setTyped('')
    command.renew()
  }
  return (
    <ActionDialog
      title={t.rich('title', { pod: name, m: podInTitle })}
      description={t('description', { namespace: view.namespace, uid: uid.slice(0, 8) })}
      onClose={props.onClose}
      notice={
        notice || changed ? (
          <>
            {notice}
            {changed ? <ChangedNotice finalizers={live} onShow={showNew} /> : null}
          </>
        ) : null
      }
      progress={progress}
      confirm={{
        words: t('do', { count: shown.length }),
        variant: 'danger',
        disabledReason,
        busy: command.state === 'sending',
        onConfirm: () => command.send({ ...body, confirm: name }),
      }}
      subject={<FinalizerList finalizers={shown} {...(preview ? { keepers: preview.keepers } : {})} />}
      looked={{ preview, failure }}
      commandNote={note('noUid', { uid })}
      checks={
        <>
          <CheckLine kind="attention" title={t('meaning')}>
            {t('meaningThen')}
          </CheckLine>
          <CheckLine kind="note" title={t('exactly')} />
        </>
      }
      typed={
        <>
          <EndingClaims claims={claims} />
          <TypedWords mono label={confirm('typePod')} words={name} value={typed} onChange={setTyped} />
        </>
      }
    >
      <PodClaims claims={claims} />
    </ActionDialog>
  )
}
