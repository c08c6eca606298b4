/**
 * The one source of time of the demo cluster: real (perhaps faster than real) or stepped by a test.
 *
 * Nothing in the demo cluster calls Date.now or setTimeout for cluster time; so a minute of a node's silence can pass
 * in a moment, and a test can stop the world between two steps.
 */
export interface Clock {
  /** Cluster time. */
  now(): Date
  /** Calls `run` once after so many seconds of cluster time; the returned function cancels it. Zero means "soon, but not now". */
  after(seconds: number, run: () => void): () => void
  /** How many seconds of cluster time pass in one real second. */
  readonly speed: number
}

/** Time that runs by itself, `speed` times as fast as the wall clock. */
export class RunningClock implements Clock {
  readonly speed: number
  readonly #startedAt: number
  readonly #origin: number

  readonly #onError: (error: unknown) => void

  /** @param onError hears of what a timer throws: one broken timer must not end the whole cluster */
  constructor(speed = 1, onError: (error: unknown) => void = warn) {
    this.#onError = onError
    if (!(speed > 0) || !Number.isFinite(speed)) throw new RangeError(`speed must be a positive number, not ${speed}`)
    this.speed = speed
    this.#startedAt = Date.now()
    this.#origin = performance.now()
  }

  now(): Date {
    return new Date(this.#startedAt + (performance.now() - this.#origin) * this.speed)
  }

  after(seconds: number, run: () => void): () => void {
    const guarded = () => {
      try {
        run()
      } catch (error) {
        this.#onError(error)
      }
    }
    if (seconds <= 0) {
      const immediate = setImmediate(guarded)
      return () => clearImmediate(immediate)
    }
    const timer = setTimeout(guarded, Math.min(longestTimer, (seconds * 1000) / this.speed))
    timer.unref()
    return () => clearTimeout(timer)
  }
}

/** A longer time-out would fire at once (Node's limit, 24.8 days). */
const longestTimer = 2 ** 31 - 1

const warn = (error: unknown) => process.emitWarning(error instanceof Error ? error : String(error))

type Alarm = { at: number; order: number; run: () => void }

/** Time that stands still until a test steps it. Timers run in order of their time, then of their making. */
export class SteppedClock implements Clock {
  readonly speed = 1
  #millis: number
  #order = 0
  readonly #alarms = new AlarmHeap()

  /** @param start the first moment, e.g. '2026-01-01T00:00:00Z' */
  constructor(start = '2026-01-01T00:00:00Z') {
    this.#millis = Date.parse(start)
    if (Number.isNaN(this.#millis)) throw new RangeError(`not a time: ${start}`)
  }

  now(): Date {
    return new Date(this.#millis)
  }

  after(seconds: number, run: () => void): () => void {
    const alarm: Alarm = { at: this.#millis + Math.max(0, seconds) * 1000, order: this.#order++, run }
    this.#alarms.push(alarm)
    return () => {
      alarm.run = () => undefined
    }
  }

  /**
   * Lets so many seconds pass and runs everything that falls due, including what that makes due.
   * Between two timers promises get their turn, so code that awaits is stepped too.
   */
  async step(seconds: number): Promise<void> {
    const until = this.#millis + seconds * 1000
    await turn()
    for (let steps = 0; ; steps += 1) {
      const next = this.#alarms.peek()
      if (!next || next.at > until) break
      if (steps > 1_000_000) throw new Error('the cluster does not come to rest: a million timers fell due in one step')
      this.#alarms.pop()
      this.#millis = Math.max(this.#millis, next.at)
      next.run()
      if (this.#alarms.peek()?.at !== next.at) await turn()
    }
    this.#millis = until
    await turn()
  }

  /** Runs what is due now without letting time pass. */
  async settle(): Promise<void> {
    await this.step(0)
  }
}

/** One turn of the event loop: every promise that can go on has gone on afterwards. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A binary heap of alarms, earliest first. */
class AlarmHeap {
  readonly #items: Alarm[] = []

  peek(): Alarm | undefined {
    return this.#items[0]
  }

  push(alarm: Alarm): void {
    const items = this.#items
    let index = items.push(alarm) - 1
    while (index > 0) {
      const up = (index - 1) >> 1
      const parent = items[up]
      if (!parent || !before(alarm, parent)) break
      items[index] = parent
      index = up
    }
    items[index] = alarm
  }

  pop(): Alarm | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (!first || !last || items.length === 0) return first
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const right = left + 1
      const a = items[left]
      if (!a) break
      const b = items[right]
      const child = b && before(b, a) ? right : left
      const smaller = b && before(b, a) ? b : a
      if (!before(smaller, last)) break
      items[index] = smaller
      index = child
    }
    items[index] = last
    return first
  }
}

const before = (a: Alarm, b: Alarm) => a.at < b.at || (a.at === b.at && a.order < b.order)

/** RFC 3339 with seconds, the form of every `metav1.Time`. */
export const timestamp = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`

/** RFC 3339 with six decimals, the form of `metav1.MicroTime` (leases, event times). */
export const microTimestamp = (at: Date): string => `${at.toISOString().slice(0, 23)}000Z`
