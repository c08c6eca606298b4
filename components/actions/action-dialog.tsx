'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { CheckLine } from '@/components/ui/check-line'
import { Command } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { SkeletonBar } from '@/components/ui/skeleton'
import type { DryRun } from '@/lib/contract/actions/action'
import type { Failure } from '@/lib/browser/command-sender'
import { ConfirmButton } from './confirm-button'
import { FailureNotice } from './failure-notice'

/** What a dialog shows of the request before it is sent; undefined while it is read. */
export type Looked = {
  preview: { command: string; dryRun: DryRun } | undefined
  failure: Failure | undefined
  /** The preview that is there belongs to what was asked before. */
  behind?: boolean
}

/**
 * The frame of every dialog that changes something, from above to below: what went wrong, then what will happen, what
 * was checked, the command to copy, what has to be typed. Once the command was accepted only its progress is shown.
 */
export function ActionDialog(props: {
  title: ReactNode
  description: ReactNode
  width?: 800 | 900
  onClose: () => void
  /** A step that nothing is asked at: the first button is Close, as it is after the command, and not Cancel. */
  asksNothing?: boolean
  /** Another word on the first button. */
  cancel?: string
  footnote?: ReactNode
  /** Above everything else, at each step. */
  head?: ReactNode
  /** What failed, or what has changed meanwhile. */
  notice?: ReactNode
  /** What has become of the command; null until it was accepted. */
  progress: ReactNode
  /** The last button; a dialog with a step before it gives buttons of its own. */
  confirm:
    | {
        words: string
        variant?: 'primary' | 'danger'
        disabledReason: string | undefined
        busy: boolean
        onConfirm: () => void
      }
    | { buttons: ReactNode }
  /** Beside the last button. */
  before?: ReactNode
  /** What it is about, shown before it is known what would happen. */
  subject?: ReactNode
  /** Null for a step that sends nothing: then only `children` are shown. */
  looked: Looked | null
  /** What the command to copy does otherwise than the button. */
  commandNote?: string
  /** Lines of the list of what was checked; the answer of the dry run comes after them. */
  checks?: ReactNode
  typed?: ReactNode
  children: ReactNode
}) {
  const t = useTranslations('actions')
  const { confirm, looked, progress } = props
  const done = progress !== null
  return (
    <Dialog
      open
      width={props.width ?? 800}
      onOpenChange={(open) => {
        if (!open) props.onClose()
      }}
      title={props.title}
      description={props.description}
      cancel={props.cancel ?? (done || props.asksNothing ? t('close') : undefined)}
      footnote={done ? undefined : props.footnote}
      actions={
        done ? undefined : 'buttons' in confirm ? (
          confirm.buttons
        ) : (
          <>
            {props.before}
            <ConfirmButton
              variant={confirm.variant}
              disabledReason={confirm.disabledReason}
              busy={confirm.busy}
              onConfirm={confirm.onConfirm}
            >
              {confirm.words}
            </ConfirmButton>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {props.head}
        {props.notice}
        {progress ?? (
          <>
            {props.subject}
            {looked ? <Preview {...props} looked={looked} /> : props.children}
          </>
        )}
      </div>
    </Dialog>
  )
}

function Preview(props: {
  looked: Looked
  notice?: ReactNode
  commandNote?: string
  checks?: ReactNode
  typed?: ReactNode
  children: ReactNode
}) {
  const { preview, failure, behind } = props.looked
  const told = props.notice !== null && props.notice !== undefined
  if (!preview && !failure && !told) return <SkeletonBar className="w-60" />
  return (
    <>
      {/* One failure at a time: that of the command says more than that of reading again what it would do. */}
      {failure && !told ? <FailureNotice failure={{ ...failure, mayBeDone: false }} /> : null}
      {preview ? (
        <div className={`flex flex-col gap-4 ${behind ? 'opacity-60' : ''}`} aria-busy={behind ?? false}>
          {props.children}
          <ul className="flex flex-col gap-1.5 border-t border-line pt-4">
            {props.checks}
            <DryRunLines dryRun={preview.dryRun} />
          </ul>
          <div className="flex flex-col gap-1">
            <Command text={preview.command} />
            {props.commandNote ? <p className="text-small text-muted">{props.commandNote}</p> : null}
          </div>
          {props.typed ? <div className="flex flex-col gap-3 border-t border-line pt-4">{props.typed}</div> : null}
        </div>
      ) : null}
    </>
  )
}

/** What the API server says to the same request when it may not store anything, in its own words. */
function DryRunLines({ dryRun }: { dryRun: DryRun }) {
  const t = useTranslations('actions.check')
  if (!dryRun.ok)
    return (
      <CheckLine kind="bad" of="dry-run" title={t('dryRun')}>
        <Verbatim>{dryRun.message}</Verbatim>
      </CheckLine>
    )
  if (dryRun.warnings.length === 0) return <CheckLine kind="fine" of="dry-run" title={t('dryRunFine')} />
  return dryRun.warnings.map((warning) => (
    <CheckLine key={warning} kind="attention" of="dry-run" title={t('warning')}>
      <Verbatim>{warning}</Verbatim>
    </CheckLine>
  ))
}

/** Words of the API server, which are never translated. */
export function Verbatim(props: { children: ReactNode }) {
  return (
    <span lang="en" className="font-mono text-mono">
      {props.children}
    </span>
  )
}
