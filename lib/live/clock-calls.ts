import 'server-only'

/** A clock that was set, or a machine that slept, by more than this many milliseconds makes every wait uncertain. */
const jumpMs = 2000

/**
 * Calls for keys at moments, one per key, not more than a second and a half late. Keys wait in buckets of a second each
 * of a clock that nobody sets, so that setting one costs the same however many wait, and a wall clock that is put right
 * delays nothing.
 */
export class ClockCalls {
  readonly #buckets = new Map<number, Set<string>>()
  readonly #secondOf = new Map<string, number>()
  readonly #call: (key: string) => void
  readonly #now: () => number
  #timer: NodeJS.Timeout | null = null
  #done = seconds(0)
  #offset = wallOffset()

  /** `now`: the clock that the moments are of, in milliseconds since the epoch. */
  constructor(call: (key: string) => void, now: () => number = Date.now) {
    this.#call = call
    this.#now = now
  }

  /** Replaces the key's moment; null takes it away. A moment in the past is called at the next second. */
  set(key: string, at: Date | null) {
    const before = this.#secondOf.get(key)
    if (before !== undefined) {
      const bucket = this.#buckets.get(before)
      bucket?.delete(key)
      if (bucket?.size === 0) this.#buckets.delete(before)
      this.#secondOf.delete(key)
    }
    if (at === null || Number.isNaN(at.getTime())) return
    const second = Math.max(this.#done + 1, seconds(at.getTime() - this.#now()) + 1)
    this.#secondOf.set(key, second)
    const bucket = this.#buckets.get(second)
    if (bucket) bucket.add(key)
    else this.#buckets.set(second, new Set([key]))
    this.#timer ??= setInterval(() => this.#tick(), 500)
  }

  #tick() {
    const now = seconds(0)
    const offset = wallOffset()
    const jumped = Math.abs(offset - this.#offset) > jumpMs
    this.#offset = offset
    this.#done = now
    for (const [second, keys] of [...this.#buckets]) {
      if (second > now && !jumped) continue
      this.#buckets.delete(second)
      for (const key of keys) {
        this.#secondOf.delete(key)
        this.#call(key)
      }
    }
    if (this.#buckets.size === 0) this.stop()
  }

  stop() {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  get waiting() {
    return this.#secondOf.size
  }
}

/** The second of the steady clock in so many milliseconds. */
function seconds(inMs: number) {
  return Math.floor((performance.now() + inMs) / 1000)
}

/** Changes only when the wall clock is set, and when the machine has slept. */
function wallOffset() {
  return Date.now() - performance.now()
}
