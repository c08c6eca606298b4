import 'server-only'
import type { StreamSigns } from '@/lib/contract/stream'
import { log } from '@/lib/log'
import { openStreams, remember, streamLimit } from './open-streams'
import { HttpError } from './responses'

/** One server-sent event. `data` is sent as JSON; `text` is that JSON where it has been made already. */
export type Frame = { event: string; id?: string; data: unknown; text?: string }

/**
 * Where a stream's events come from. It is asked only when the reader has room, and then for everything that is new
 * since the last time: so a slow reader gets fewer and newer events, never a queue.
 */
export type Source = {
  /**
   * What the reader does not have yet; empty when there is nothing. `done` ends the stream after these. Where it throws
   * the stream ends, for what it would have said is not known.
   */
  take(): { frames: readonly Frame[]; done?: boolean }
  /** The data of the heartbeats; without it they tell our clock. */
  heartbeat?(): unknown
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

/** Why the server ends a stream, as `bye` says it. */
type Goodbye = StreamSigns['bye']['reason']

const encoder = new TextEncoder()

/**
 * A response of server-sent events. `open` gets a function to call when there is something to take, and returns the
 * source. The stream sends `heartbeat`, the first one at once, and `bye` with a reason when the server ends it. It cleans
 * up once, whichever end comes first: the request's abort, the stream's cancel, a stall.
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
  /** The reader has heard a heartbeat. */
  let greeted = false

  const hasRoom = () => controller !== null && (controller.desiredSize ?? 0) > 0
  const write = (frame: Frame) => controller?.enqueue(encoder.encode(encode(frame)))

  const heartbeat = () => {
    write({ event: 'heartbeat', data: source?.heartbeat?.() ?? { now: new Date().toISOString() } })
    greeted = true
  }
  const end = (reason: Goodbye | 'done' | 'gone') => {
    if (over) return
    over = true
    if (timer) clearTimeout(timer)
    clearInterval(beat)
    forget()
    signal.removeEventListener('abort', onAbort)
    source?.close()
    if (!controller) return
    try {
      if (reason !== 'done' && reason !== 'gone') write({ event: 'bye', data: { reason } })
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
    let taken: ReturnType<Source['take']>
    try {
      taken = source.take()
    } catch (error) {
      log('error', 'A stream ended because what it should say could not be made', { error })
      end('error')
      return
    }
    for (const frame of taken.frames) write(frame)
    greeted ||= taken.frames.some(({ event }) => event === 'heartbeat')
    if (taken.done) end('done')
    else if (!greeted) heartbeat()
  }
  const wake = () => {
    pending = true
    if (over || timer || !hasRoom()) return
    timer = setTimeout(round, Math.max(0, lastRound + roundMs - performance.now()))
  }
  const beat = setInterval(() => {
    if (hasRoom()) {
      fullSince = null
      heartbeat()
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
function encode({ event, id, data, text = JSON.stringify(data) }: Frame) {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${text}\n\n`
}
