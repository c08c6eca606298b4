'use client'

import { Check, Lock } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

/** A menu under the button that is its `trigger`. Not modal: the page behind goes on changing and can be scrolled. */
export function Menu(props: { trigger: ReactNode; align?: 'start' | 'end'; label?: string; children: ReactNode }) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{props.trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={props.label}
          align={props.align ?? 'end'}
          sideOffset={6}
          collisionPadding={12}
          className="z-50 max-h-[min(70dvh,560px)] min-w-44 animate-appear overflow-y-auto rounded-pop bg-panel p-1 text-ink shadow-pop"
        >
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

const item =
  'flex min-h-8 w-full cursor-pointer items-center gap-2 rounded-control px-2.5 py-1 text-body text-ink no-underline outline-none select-none data-highlighted:bg-raised pointer-coarse:min-h-11'

/** `off` is the reason why it may not be chosen; it stays, and can be read. */
export function MenuItem(props: {
  onSelect?: () => void
  disabledReason?: string
  danger?: boolean
  children: ReactNode
}) {
  return (
    <Radix.Item
      aria-disabled={props.disabledReason !== undefined || undefined}
      onSelect={(event) => {
        if (props.disabledReason !== undefined) event.preventDefault()
        else props.onSelect?.()
      }}
      className={`${item} ${props.disabledReason !== undefined ? 'cursor-not-allowed text-muted' : ''}`}
    >
      {props.disabledReason !== undefined ? (
        <Lock aria-hidden size={14} strokeWidth={1.75} className="shrink-0" />
      ) : null}
      <span className="min-w-0 flex-1">
        <span className={`block ${props.danger && props.disabledReason === undefined ? 'text-bad' : ''}`}>
          {props.children}
        </span>
        {props.disabledReason !== undefined ? (
          <span className="block text-small text-muted">{props.disabledReason}</span>
        ) : null}
      </span>
    </Radix.Item>
  )
}

/** An item that is a link: pass the anchor as its only child. */
export function MenuLink(props: { children: ReactNode }) {
  return (
    <Radix.Item asChild className={item}>
      {props.children}
    </Radix.Item>
  )
}

/** One of several, with a mark on the one that holds. */
export function MenuChoice<T extends string>(props: {
  value: T
  onChange: (value: T) => void
  choices: readonly { value: T; label: ReactNode }[]
}) {
  return (
    <Radix.RadioGroup value={props.value} onValueChange={(value) => props.onChange(value as T)}>
      {props.choices.map((choice) => (
        <Radix.RadioItem key={choice.value} value={choice.value} className={item}>
          <span className="flex w-4 shrink-0 justify-center">
            <Radix.ItemIndicator>
              <Check aria-hidden size={14} strokeWidth={1.75} />
            </Radix.ItemIndicator>
          </span>
          <span className="min-w-0 flex-1">{choice.label}</span>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}

export function MenuLabel(props: { children: ReactNode }) {
  return <Radix.Label className="px-2.5 py-1 text-small text-muted">{props.children}</Radix.Label>
}

export function MenuSeparator() {
  return <Radix.Separator className="my-1 h-px bg-line" />
}
