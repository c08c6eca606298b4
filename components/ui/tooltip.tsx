'use client'

import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

/** Once around the page. */
export function TooltipProvider(props: { children: ReactNode }) {
  return <Radix.Provider delayDuration={400}>{props.children}</Radix.Provider>
}

/** Words on hover and focus that explain what is already named; never the only place of a fact. */
export function Tooltip(props: { text: ReactNode; children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{props.children}</Radix.Trigger>
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
