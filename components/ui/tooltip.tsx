'use client'

import { Tooltip as Radix } from 'radix-ui'
import { useState, type ReactNode } from 'react'

/** Once around the page. */
export function TooltipProvider(props: { children: ReactNode }) {
  return <Radix.Provider delayDuration={400}>{props.children}</Radix.Provider>
}

/**
 * Words on hover, focus and press that explain what is already named; never the only place of a fact. A finger cannot
 * hover, so a press opens them, and what is inside does nothing else when it is pressed.
 */
export function Tooltip(props: { text: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(false)
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger
        asChild
        onClick={(event) => {
          // Else the press closes what it opened.
          event.preventDefault()
          setOpen(true)
        }}
      >
        {props.children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={6}
          collisionPadding={12}
          className="z-50 max-w-80 rounded-control bg-panel px-2.5 py-1.5 text-small text-ink shadow-pop"
        >
          {props.text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
