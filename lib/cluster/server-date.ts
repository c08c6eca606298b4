import 'server-only'
import type { Connection } from './connection'

/** `date` as the answer's header has it; `sentAt` when the question was sent, of `Date.now()`. */
type Listener = (date: string | undefined, sentAt: number) => void

const listeners = new WeakMap<Connection, Set<Listener>>()

/** Tells of the `Date` header of every answer on this connection; call what it returns to end that. */
export function onServerDate(connection: Connection, listener: Listener): () => void {
  const found = listeners.get(connection) ?? new Set()
  listeners.set(connection, found.add(listener))
  return () => void found.delete(listener)
}

/** For `request.ts`, which hears every answer. */
export function tellServerDate(connection: Connection, date: string | undefined, sentAt: number) {
  for (const listener of listeners.get(connection) ?? []) listener(date, sentAt)
}
