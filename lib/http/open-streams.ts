import 'server-only'

type Ending = (reason: 'shutdown') => void
const key = Symbol.for('ordinal.open-streams')
const holder = globalThis as { [key]?: Set<Ending> }
// On globalThis because the door, which ends them, is bundled apart from the routes, which open them.
const open = (holder[key] ??= new Set())

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
