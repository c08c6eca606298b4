'use client'

import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

/** Panels behind words on a line; they scroll sideways on a phone. */
export function Tabs<T extends string>(props: {
  value: T
  onChange: (value: T) => void
  label: string
  tabs: readonly { value: T; label: ReactNode }[]
  children: ReactNode
}) {
  return (
    <Radix.Root value={props.value} onValueChange={(value) => props.onChange(value as T)} activationMode="manual">
      <Radix.List aria-label={props.label} className="flex gap-1 overflow-x-auto border-b border-line">
        {props.tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px h-9 shrink-0 rounded-t-chip border-b-2 border-transparent px-2 text-body whitespace-nowrap text-muted transition-colors -outline-offset-2 hover:text-ink data-[state=active]:border-ink data-[state=active]:font-strong data-[state=active]:text-ink pointer-coarse:h-11 forced-colors:border-[Canvas] forced-colors:data-[state=active]:border-[Highlight]"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {props.children}
    </Radix.Root>
  )
}

export function TabPanel(props: { value: string; children: ReactNode }) {
  return (
    <Radix.Content value={props.value} className="pt-3">
      {props.children}
    </Radix.Content>
  )
}
