import 'server-only'
import { eventStream, type Frame } from './event-stream'
import { LogLines } from './log-lines'

/** With four rounds a second this is the most that one reader gets: a mebibyte a second. */
const charsPerRound = 256 * 1024

/**
 * A followed log as server-sent events: `lines` with `{ lines, dropped }`, and at last `end` with a reason, `ended` or
 * `error` and then the error's code and message. Errors are events too, since a browser's EventSource sees no status.
 */
export function logStream(open: (signal: AbortSignal) => AsyncIterable<Uint8Array>, signal: AbortSignal): Response {
  return eventStream(
    (wake) => {
      const over = new AbortController()
      const buffer = new LogLines()
      let ending: Frame | null = null
      const read = async () => {
        try {
          for await (const chunk of open(over.signal)) {
            buffer.push(chunk)
            wake()
          }
          buffer.end()
          ending = { event: 'end', data: { reason: 'ended' } }
        } catch (error) {
          buffer.end()
          ending = { event: 'end', data: { reason: 'error', error: errorOf(error) } }
        }
        wake()
      }
      void read()
      return {
        take() {
          const { lines, dropped, more } = buffer.take(charsPerRound)
          const frames: Frame[] = lines.length > 0 || dropped > 0 ? [{ event: 'lines', data: { lines, dropped } }] : []
          if (more) wake()
          else if (ending) return { frames: [...frames, ending], done: true }
          return { frames }
        },
        close: () => over.abort(),
      }
    },
    { signal },
  )
}

function errorOf(error: unknown) {
  const known = error instanceof Error && error.name === 'ClusterError' && 'code' in error
  return known
    ? { code: String(error.code), message: error.message }
    : { code: 'internal', message: 'The log could not be read.' }
}
