'use client'

import { createContext } from 'react'
import type { DisabledReasons } from './disabled-reasons'
import type { PodAction } from './pod-command'

/** The dialog that is open: on the set, or on the pod of an ordinal that was looked at. */
export type Opened = { action: 'scale' } | { action: PodAction; ordinal: number; uid: string }

/** What a button needs to know of the page around it. */
export const ActionsContext = createContext<{
  disabledReasons: DisabledReasons
  open: (what: Opened) => void
}>({ disabledReasons: {}, open: () => {} })
