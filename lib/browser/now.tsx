'use client'

import { createContext, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react'

type Clock = { first: number; frozenAt: number | null }
const ClockContext = createContext<Clock>({ first: 0, frozenAt: null })

/** By how many milliseconds the API server's clock is ahead of the browser's. */
let ahead = 0
/** What a heartbeat takes to come is no difference of clocks. */
const toleranceMs = 1500

/** The API server's clock said so just now: ages are counted by it, for every time of an object is of that clock. */
export function hearServerClock(time: number): void {
  const difference = time - Date.now()
  if (Number.isNaN(difference) || Math.abs(difference - ahead) <= toleranceMs) return
  ahead = Math.abs(difference) <= toleranceMs ? 0 : difference
}

/** Now, by the API server's clock as far as it was heard (ms since the epoch). */
export function serverNow(): number {
  return Date.now() + ahead
}

const listeners = new Set<() => void>()
let current = 0
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    current = serverNow()
    timer = setInterval(() => {
      current = serverNow()
      for (const each of listeners) each()
    }, 1000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** One reading for everybody between two ticks, so that a render never sees two times. */
function read(): number {
  if (timer === undefined && Math.abs(serverNow() - current) > 1000) current = serverNow()
  return current
}

/**
 * The time in milliseconds, ticking once a second for all readers together. The first render in the browser gets the
 * server's `first`, so that hydration finds the text that was sent.
 */
export function useNow(): number {
  const clock = useContext(ClockContext)
  const now = useSyncExternalStore(subscribe, read, () => clock.first)
  return clock.frozenAt ?? now
}

/** The clock of the page; `first` is the server's time at the first paint (ms). */
export function ClockProvider(props: { first: number; children: ReactNode }) {
  const clock = useMemo(() => ({ first: props.first, frozenAt: null }), [props.first])
  return <ClockContext value={clock}>{props.children}</ClockContext>
}

/** Stops the clock for what is inside: ages of values that are no longer live must not go on counting. */
export function FrozenClock(props: { at: number | null; children: ReactNode }) {
  const { first } = useContext(ClockContext)
  const clock = useMemo(() => ({ first, frozenAt: props.at }), [first, props.at])
  return <ClockContext value={clock}>{props.children}</ClockContext>
}

const never = () => () => {}
/** False on the server and in the first render in the browser, then true: for what only the browser knows. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
