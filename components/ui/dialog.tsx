'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Dialog as Radix } from 'radix-ui'
import { useRef, type ReactNode } from 'react'
import { Button, IconButton } from './button'

/**
 * In front of the page. The title is verb and object. Cancel comes first and has the focus when the dialog opens, so
 * that Enter never confirms; on a phone it is a sheet of full height with the actions at the bottom.
 */
export function Dialog(props: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  /** One sentence under the title. */
  description?: ReactNode
  /** 900 for dialogs with evidence. */
  width?: 560 | 800 | 900
  /** What stands right of Cancel. */
  actions?: ReactNode
  /** The word on the first button: Cancel, or Close when nothing is asked. */
  cancel?: string
  /** At the left of the buttons: a choice that belongs to them, or how fresh the content is. */
  footnote?: ReactNode
  children: ReactNode
}) {
  const t = useTranslations('shell')
  const cancelButton = useRef<HTMLButtonElement>(null)
  const before = useRef<HTMLElement | null>(null)
  const width = { 560: 'tablet:w-[560px]', 800: 'tablet:w-[800px]', 900: 'tablet:w-[900px]' }[props.width ?? 800]
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        {/* A plain veil: Radix' own Overlay writes a style element, which the content policy refuses. */}
        <div aria-hidden data-veil="" className="fixed inset-0 z-40 animate-appear bg-veil" />
        <Radix.Content
          {...(props.description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null
            cancelButton.current?.focus()
          }}
          onFocus={(event) => {
            // A step that takes the pressed button away leaves the focus on the dialog itself: Cancel has it then.
            if (event.target === event.currentTarget) cancelButton.current?.focus()
          }}
          onCloseAutoFocus={(event) => {
            // Dialogs here have no trigger of Radix' own; what had the focus before gets it back.
            event.preventDefault()
            if (before.current?.isConnected) before.current.focus()
          }}
          className={`fixed inset-x-0 bottom-0 z-50 flex h-dvh animate-appear flex-col overflow-hidden bg-panel text-ink shadow-dialog outline-none tablet:inset-x-auto tablet:top-1/2 tablet:bottom-auto tablet:left-1/2 tablet:h-auto tablet:max-h-[min(860px,calc(100dvh-48px))] tablet:max-w-[calc(100vw-48px)] tablet:-translate-x-1/2 tablet:-translate-y-1/2 tablet:rounded-dialog ${width}`}
        >
          <header className="flex items-start gap-4 px-4 pt-4 pb-3 tablet:px-6 tablet:pt-5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-dialog font-semibold tracking-sentence break-words">
                {props.title}
              </Radix.Title>
              {props.description ? (
                <Radix.Description asChild>
                  <p className="mt-1 text-body text-muted">{props.description}</p>
                </Radix.Description>
              ) : null}
            </div>
            <Radix.Close asChild>
              <IconButton label={t('close')} className="-mt-1 -mr-2">
                <X aria-hidden size={16} strokeWidth={1.75} />
              </IconButton>
            </Radix.Close>
          </header>
          {/* Long content has to be reachable by the keys that scroll. */}
          <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-4 pb-5 -outline-offset-2 tablet:px-6">
            {props.children}
          </div>
          <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line bg-page px-4 py-3 pb-[max(12px,env(safe-area-inset-bottom))] tablet:px-6">
            {props.footnote ? <div className="mr-auto min-w-0">{props.footnote}</div> : null}
            <Radix.Close asChild>
              <Button ref={cancelButton} variant="plain">
                {props.cancel ?? t('cancel')}
              </Button>
            </Radix.Close>
            {props.actions}
          </footer>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
