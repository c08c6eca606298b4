'use client'

import { createContext } from 'react'
import type { PodAction } from '@/lib/browser/pending-write'
import type { Rights } from '@/lib/contract/rights'
import type { DisabledReasons } from './disabled-reasons'

/** The dialog that is open: on the set, `to` with a number to begin with, or on the pod of an ordinal that was looked at. */
export type Opened = { action: 'scale'; to?: number } | { action: PodAction; ordinal: number; uid: string }

/** What a button needs to know of the page around it. */
export const ActionsContext = createContext<{
  cluster: string
  namespace: string
  /** Null while there is no set. */
  set: string | null
  /** Why an action may not be done, as far as the set alone decides. */
  disabledReasons: DisabledReasons
  /** The same for other rights than those of the set. */
  reasonsFor: (rights: Rights | undefined) => DisabledReasons
  /** What may be done where no pod is named; undefined until it is known. */
  rights: Rights | undefined
  open: (what: Opened) => void
}>({
  cluster: '',
  namespace: '',
  set: null,
  disabledReasons: {},
  reasonsFor: () => ({}),
  rights: undefined,
  open: () => {},
})
