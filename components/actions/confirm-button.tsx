'use client'

import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button'

/**
 * The last step of a dialog. Enter does nothing on it, so that nobody confirms by a key that was meant for something
 * else: the pointer or Space presses it, and whoever tries Enter is told so.
 */
export function ConfirmButton(props: {
  onConfirm: () => void
  variant?: 'primary' | 'danger'
  /** Why it may not be pressed now. */
  disabledReason?: ReactNode
  busy?: boolean
  children: ReactNode
}) {
  const t = useTranslations('actions.confirm')
  const [told, setTold] = useState(false)
  return (
    <>
      <span role="status" className={told ? 'text-small text-muted' : 'sr-only'}>
        {told ? t('enter') : ''}
      </span>
      <Button
        variant={props.variant ?? 'primary'}
        disabledReason={props.busy ? t('sending') : props.disabledReason}
        data-confirm=""
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          setTold(true)
        }}
        onBlur={() => setTold(false)}
        onClick={props.onConfirm}
      >
        {props.children}
      </Button>
    </>
  )
}
