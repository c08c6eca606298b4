import 'server-only'

/** So many answers decide; an answer that was slow or a clock that hiccups is outvoted. */
const heard = 15
/** The offset changes only by more than this: a `Date` header has whole seconds, and an age must not tremble. */
const toleranceMs = 1500
/** A clock of ours that was set by more than this makes what was heard before worthless. */
const jumpMs = 1000

/**
 * The API server's clock, by the `Date` headers of its answers: every time in an object is of that clock or of one that
 * is kept with it, so that only it may be compared with them. Until the first answer it is our own.
 */
export class ServerClock {
  #samples: { offset: number; wall: number }[] = []
  #offset = 0

  /** An answer whose header says `date`, to a request that took from `sentAt` to now, of `Date.now()`. */
  hear(date: string | undefined, sentAt: number) {
    const told = Date.parse(date ?? '')
    if (Number.isNaN(told)) return
    const receivedAt = Date.now()
    // The header is cut to the second, and was written somewhere between question and answer.
    const offset = told + 500 - (sentAt + receivedAt) / 2
    const wall = receivedAt - performance.now()
    this.#samples = [...this.#samples.filter((each) => Math.abs(each.wall - wall) < jumpMs), { offset, wall }]
    if (this.#samples.length > heard) this.#samples.shift()
    const median = this.#samples.map((each) => each.offset).sort((a, b) => a - b)[this.#samples.length >> 1] ?? 0
    if (Math.abs(median - this.#offset) > toleranceMs) this.#offset = Math.round(median)
  }

  /** Milliseconds since the epoch, as the API server counts them. */
  now(): number {
    return Date.now() + this.#offset
  }

  /** How far it is ahead of ours, in milliseconds; negative when it is behind. */
  get offsetMs(): number {
    return this.#offset
  }
}
