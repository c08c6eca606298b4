import type { Stage } from './stage'

/** Thrown out of every wait of a play that was left. */
export class Left extends Error {}
/** Thrown out of the waits of a play whose set was deleted. */
export class SetGone extends Error {}

type Waiter = { isTrue: () => boolean; resolve: () => void; reject: (error: unknown) => void }

/** The waits of one play: each look asks whether what is waited for has come true. Leaving the play ends them. */
export class Watcher {
  readonly #stage: Stage
  readonly #waiters = new Set<Waiter>()
  #isLeft = false
  /** Whether the set has to be there: `soon` until it was seen. */
  #set: 'any' | 'soon' | 'needed' = 'any'

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** From now on the set is part of the play: once it is there, it may not go. */
  needsSet(): void {
    this.#set = 'soon'
  }

  leave(): void {
    this.#isLeft = true
    this.fail(new Left('the play was left'))
  }

  /** Ends every wait with an error. */
  fail(error: unknown): void {
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const { reject } of waiters) reject(error)
  }

  /** Until it is true; at once when it is so already. */
  async until(isTrue: () => boolean): Promise<void> {
    if (this.#isLeft) throw new Left('the play was left')
    if (isTrue()) return
    await new Promise<void>((resolve, reject) => this.#waiters.add({ isTrue, resolve, reject }))
  }

  /** Until the cluster's clock says so. */
  async at(millis: number): Promise<void> {
    const { clock } = this.#stage.cluster
    const left = millis - clock.now().getTime()
    let isOver = left <= 0
    const cancel = isOver
      ? () => undefined
      : clock.after(left / 1000, () => {
          isOver = true
          this.look()
        })
    try {
      await this.until(() => isOver)
    } finally {
      cancel()
    }
  }

  look(): void {
    if (this.#waiters.size === 0) return
    const isThere = this.#stage.set() !== undefined
    if (this.#set === 'needed' && !isThere) return this.fail(new SetGone('the set is gone'))
    if (this.#set === 'soon' && isThere) this.#set = 'needed'
    for (const waiter of [...this.#waiters]) {
      try {
        if (!waiter.isTrue()) continue
        waiter.resolve()
      } catch (error) {
        waiter.reject(error)
      }
      this.#waiters.delete(waiter)
    }
  }
}
