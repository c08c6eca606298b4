import 'server-only'
import { openStreams, remember, streamLimit } from './open-streams'
import { HttpError } from './responses'

/** One server-sent event. `data` is sent as JSON. */
export type Frame = { event: string; id?: string; data: unknown }

/**
 * Where a stream's events come from. It is asked only when the reader has room, and then for everything that is new
 * since the last time: so a slow reader gets fewer and newer events, never a queue.
 */
export type Source = {
  /** What the reader does not have yet; empty when there is nothing. `done` ends the stream after these. */
  take(): { frames: readonly Frame[]; done?: boolean }
  close(): void
}

type Options = {
  signal: AbortSignal
  /** At least this long between two rounds of events. */
  roundMs?: number
  heartbeatMs?: number
  /** A reader that takes nothing for this long is let go. */
  stallMs?: number
  /** Bytes that may wait for the reader. */
  roomBytes?: number
}

const encoder = new TextEncoder()

/**
 * A response of server-sent events. `open` gets a function to call when there is something to take, and returns the
 * source. The stream sends `heartbeat` with the server's clock, and `bye` with a reason when the server ends it:
 * `shutdown`, `stalled`. It cleans up once, whichever end comes first: the request's abort, the stream's cancel, a stall.
 */
export function eventStream(open: (wake: () => void) => Source, options: Options): Response {
  if (openStreams() >= streamLimit) {
    throw new HttpError('too-many-streams', `${streamLimit} streams are open already.`, {
      headers: { 'retry-after': '10' },
    })
  }
  const { signal, roundMs = 250, heartbeatMs = 5000, stallMs = 30_000, roomBytes = 256 * 1024 } = options
  let source: Source | null = null
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  let pending = false
  let lastRound = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | null = null
  let fullSince: number | null = null
  let over = false

  const hasRoom = () => controller !== null && (controller.desiredSize ?? 0) > 0
  const write = (frame: Frame) => controller?.enqueue(encoder.encode(encode(frame)))

  const end = (reason: 'shutdown' | 'stalled' | 'done' | 'gone') => {
    if (over) return
    over = true
    if (timer) clearTimeout(timer)
    clearInterval(beat)
    forget()
    signal.removeEventListener('abort', onAbort)
    source?.close()
    if (!controller) return
    try {
      if (reason === 'shutdown' || reason === 'stalled') write({ event: 'bye', data: { reason } })
      controller.close()
    } catch {
      // The reader has gone and taken the stream with it.
    }
  }
  const onAbort = () => end('gone')
  const round = () => {
    timer = null
    if (over || !source || !pending || !hasRoom()) return
    pending = false
    lastRound = performance.now()
    const { frames, done } = source.take()
    for (const frame of frames) write(frame)
    if (done) end('done')
  }
  const wake = () => {
    pending = true
    if (over || timer || !hasRoom()) return
    timer = setTimeout(round, Math.max(0, lastRound + roundMs - performance.now()))
  }
  const beat = setInterval(() => {
    if (hasRoom()) {
      fullSince = null
      write({ event: 'heartbeat', data: { now: new Date().toISOString() } })
    } else if (fullSince === null) {
      fullSince = performance.now()
    } else if (performance.now() - fullSince >= stallMs) {
      end('stalled')
    }
  }, heartbeatMs)
  const forget = remember(() => end('shutdown'))

  const body = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started
        try {
          source = open(wake)
        } catch (error) {
          end('gone')
          throw error
        }
        signal.addEventListener('abort', onAbort)
        if (signal.aborted) end('gone')
        else wake()
      },
      pull() {
        fullSince = null
        if (pending) wake()
      },
      cancel: () => end('gone'),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: roomBytes }),
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** JSON has no raw line breaks, so one `data:` line holds it. */
function encode({ event, id, data }: Frame) {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}
