import 'server-only'
import { perProcess } from '@/lib/per-process'

type Ending = (reason: 'shutdown') => void
const open = perProcess('open-streams', () => new Set<Ending>())

/** More streams than this at once are refused: each costs memory and a share of every change. */
export const streamLimit = 200

/** Remembers a stream until the returned function is called, so that the process can end it when it stops. */
export function remember(end: Ending) {
  open.add(end)
  return () => {
    open.delete(end)
  }
}

export function openStreams() {
  return open.size
}

/** Tells every stream goodbye and closes it: with one open the process would never end. */
export function endStreams() {
  for (const end of [...open]) end('shutdown')
}
