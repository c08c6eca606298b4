import type { Clock } from '@/lib/demo/clock'

/**
 * Keys to be worked on, each at most once in line, with the delays of client-go
 * (client-go util/workqueue/default_rate_limiters.go: 5 ms doubled per failure, at most 1000 s).
 *
 * Work runs between turns of the event loop in short slices, so that a burst never holds up HTTP requests.
 */
export class WorkQueue {
  readonly #clock: Clock
  readonly #work: (key: string) => void
  readonly #onError: (key: string, error: unknown) => void
  readonly #line = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #delayed = new Map<string, { at: number; cancel: () => void }>()
  #cancelRun: (() => void) | null = null
  #stopped = false

  /**
   * @param work does one key's work; when it throws, the key comes back after its back-off
   * @param onError hears of each failure
   */
  constructor(
    clock: Clock,
    work: (key: string) => void,
    onError: (key: string, error: unknown) => void = () => undefined,
  ) {
    this.#clock = clock
    this.#work = work
    this.#onError = onError
  }

  /** Puts a key in line, unless it stands there already. */
  add(key: string): void {
    if (this.#stopped || this.#line.has(key)) return
    this.#line.add(key)
    this.#cancelRun ??= this.#clock.after(0, () => this.#run())
  }

  /** Puts a key in line after so many seconds; the earliest of several wishes counts. */
  addAfter(key: string, seconds: number): void {
    if (this.#stopped) return
    if (seconds <= 0) {
      this.add(key)
      return
    }
    const at = this.#clock.now().getTime() + seconds * 1000
    const waiting = this.#delayed.get(key)
    if (waiting && waiting.at <= at) return
    waiting?.cancel()
    const cancel = this.#clock.after(seconds, () => {
      this.#delayed.delete(key)
      this.add(key)
    })
    this.#delayed.set(key, { at, cancel })
  }

  /** How often in a row the key's work has failed. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0
  }

  stop(): void {
    this.#stopped = true
    this.#cancelRun?.()
    this.#cancelRun = null
    this.#line.clear()
    for (const { cancel } of this.#delayed.values()) cancel()
    this.#delayed.clear()
  }

  #run(): void {
    this.#cancelRun = null
    const started = performance.now()
    for (const key of this.#line) {
      this.#line.delete(key)
      try {
        this.#work(key)
        this.#failures.delete(key)
      } catch (error) {
        const failures = this.failures(key)
        this.#failures.set(key, failures + 1)
        this.#onError(key, error)
        this.addAfter(key, Math.min(1000, 0.005 * 2 ** failures))
      }
      if (this.#stopped) return
      // A slice of work: the event loop gets its turn before the rest of the line.
      if (performance.now() - started > 8) break
    }
    if (this.#line.size > 0) this.#cancelRun ??= this.#clock.after(0, () => this.#run())
  }
}
