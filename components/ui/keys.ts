'use client'

import { useEffect, useRef, useSyncExternalStore } from 'react'

const storageKey = 'ordinal-keys'
const changed = 'ordinal-keys'

function subscribe(listener: () => void): () => void {
  addEventListener(changed, listener)
  addEventListener('storage', listener)
  return () => {
    removeEventListener(changed, listener)
    removeEventListener('storage', listener)
  }
}

function enabled(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off'
  } catch {
    return true
  }
}

/** Whether single-key shortcuts are on (WCAG 2.1.4: they can be turned off), and how to turn them. */
export function useKeysSwitch(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(subscribe, enabled, () => true)
  const turn = (next: boolean) => {
    try {
      localStorage.setItem(storageKey, next ? 'on' : 'off')
    } catch {
      // Without storage the choice cannot be kept; the keys stay as they are.
    }
    dispatchEvent(new window.Event(changed))
  }
  return [on, turn]
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}

/**
 * Runs a handler on a single key (`?`, `/`, `j`) or two in a row (`g o`). Never inside inputs, never with a modifier,
 * never while a dialog or menu is open, and not when the reader has turned single keys off.
 */
export function useKeys(handlers: Readonly<Record<string, () => void>>): void {
  const latest = useRef(handlers)
  useEffect(() => {
    latest.current = handlers
  })
  const pending = useRef<{ key: string; at: number } | null>(null)
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      if (typing(event.target) || !enabled()) return
      if (document.querySelector('[role=dialog],[role=menu]')) return
      const before = pending.current
      const pair = before && event.timeStamp - before.at < 1200 ? `${before.key} ${event.key}` : event.key
      const handler = latest.current[pair] ?? latest.current[event.key]
      pending.current = event.key.length === 1 ? { key: event.key, at: event.timeStamp } : null
      if (!handler) return
      event.preventDefault()
      handler()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])
}
