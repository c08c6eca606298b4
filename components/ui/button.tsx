'use client'

import { Lock } from 'lucide-react'
import { useId, type ComponentProps, type ReactNode } from 'react'
import { buttonClass, buttonSizes, type ButtonVariant, type ButtonSize } from './button-class'

/**
 * One primary in view; danger only as the last step of a dialog. A button that may not be pressed stays: `off` is the
 * reason, shown beside it or, with `quietReason`, only as its description. It keeps the focus, so that the reason is read.
 */
export function Button(
  props: Omit<ComponentProps<'button'>, 'disabled'> & {
    variant?: ButtonVariant
    size?: ButtonSize
    disabledReason?: ReactNode
    quietReason?: boolean
  },
) {
  const {
    variant = 'plain',
    size = 'normal',
    disabledReason,
    quietReason,
    className = '',
    onClick,
    children,
    ...rest
  } = props
  const reasonId = useId()
  const isOff = disabledReason !== undefined && disabledReason !== null && disabledReason !== false
  // One and the same element on and off, so that it keeps the focus when that changes.
  return (
    <span className={isOff ? 'inline-flex items-center gap-2' : 'contents'}>
      <button
        type="button"
        {...rest}
        {...(isOff ? { 'aria-disabled': true, 'aria-describedby': reasonId } : {})}
        title={isOff && quietReason && typeof disabledReason === 'string' ? disabledReason : rest.title}
        onClick={isOff ? (event) => event.preventDefault() : onClick}
        className={`${isOff ? `${offClass} ${buttonSizes[size]}` : buttonClass(variant, size)} ${className}`}
      >
        {isOff ? <Lock aria-hidden size={14} strokeWidth={1.75} /> : null}
        {children}
      </button>
      {isOff ? (
        <span id={reasonId} className={quietReason ? 'sr-only' : 'text-small text-muted'}>
          {disabledReason}
        </span>
      ) : null}
    </span>
  )
}

const offClass =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-control bg-raised text-body font-strong whitespace-nowrap text-muted pointer-coarse:h-11 pointer-coarse:px-4'

/** A square button that shows an icon; `label` is its name and its title. */
export function IconButton(props: Omit<ComponentProps<'button'>, 'aria-label'> & { label: string }) {
  const { label, className = '', children, ...rest } = props
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted transition-colors hover:bg-raised hover:text-ink pointer-coarse:size-11 ${className}`}
    >
      {children}
    </button>
  )
}
