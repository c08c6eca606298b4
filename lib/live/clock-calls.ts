import 'server-only'

/**
 * Calls for keys at moments, one per key, not more than a second and a half late. Keys wait in buckets of a second each, so that
 * setting one costs the same however many wait.
 */
export class ClockCalls {
  readonly #buckets = new Map<number, Set<string>>()
  readonly #secondOf = new Map<string, number>()
  readonly #call: (key: string) => void
  #timer: NodeJS.Timeout | null = null
  #done: number

  constructor(call: (key: string) => void) {
    this.#call = call
    this.#done = Math.floor(Date.now() / 1000)
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
    const second = Math.max(this.#done + 1, Math.ceil(at.getTime() / 1000))
    this.#secondOf.set(key, second)
    const bucket = this.#buckets.get(second)
    if (bucket) bucket.add(key)
    else this.#buckets.set(second, new Set([key]))
    this.#timer ??= setInterval(() => this.#tick(), 500)
  }

  #tick() {
    const now = Math.floor(Date.now() / 1000)
    // After a sleep of hours the buckets are fewer than the seconds that passed.
    const due = now - this.#done > this.#buckets.size ? [...this.#buckets.keys()] : secondsAfter(this.#done, now)
    this.#done = Math.max(now, this.#done)
    for (const second of due) {
      if (second > now) continue
      const keys = this.#buckets.get(second)
      this.#buckets.delete(second)
      for (const key of keys ?? []) {
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

function secondsAfter(from: number, to: number) {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + 1 + index)
}
