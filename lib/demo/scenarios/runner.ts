import { messageOf } from '@/lib/demo/controllers/failures'
import { namespace, setName, type Stage } from './stage'
import type { Scenario, Sentence, Step } from './scenario'

/** What goes on now, as the page and a program read it. */
export type Current = {
  id: string
  step: number
  steps: number
  /** What is said now; null while the stage is cleared. */
  say: Sentence | null
  state: 'running' | 'done' | 'failed'
  startedAt: string
  /** The sentences so far, oldest first. */
  said: { at: string; say: Sentence }[]
  look: { namespace: string; statefulSet: string }
  error?: string
}

const readingSeconds = 6
const lookSeconds = 0.5
const longestStep = 180
const clearSeconds = 60

/** Plays one scenario at a time; a new one ends the one that plays. */
export class Runner {
  readonly #stage: Stage
  readonly #onChange: (playing: boolean) => void
  #current: Current | null = null
  #turn = 0

  /** @param onChange told when a scenario begins and when it has ended */
  constructor(stage: Stage, onChange: (playing: boolean) => void = () => undefined) {
    this.#stage = stage
    this.#onChange = onChange
  }

  get current(): Current | null {
    return this.#current
  }

  /** Starts a scenario; returns at once. */
  start(scenario: Scenario): void {
    this.#turn += 1
    const now = this.#now()
    this.#current = {
      id: scenario.id,
      step: 0,
      steps: scenario.steps.length,
      say: null,
      state: 'running',
      startedAt: now,
      said: [],
      look: { namespace, statefulSet: setName },
    }
    this.#onChange(true)
    void this.#play(scenario, this.#turn)
  }

  /** Ends what plays, and takes down what it has built. */
  stop(): void {
    this.#turn += 1
    this.#current = null
    this.#onChange(false)
    this.#stage.clear()
  }

  async #play(scenario: Scenario, turn: number): Promise<void> {
    const mine = () => turn === this.#turn
    try {
      this.#stage.clear()
      await this.#until(mine, () => this.#stage.isClear, clearSeconds)
      for (const [index, step] of scenario.steps.entries()) {
        if (!mine()) return
        await this.#perform(step, index, mine)
      }
      if (!mine() || !this.#current) return
      this.#current = { ...this.#current, state: 'done' }
    } catch (error) {
      if (!mine() || !this.#current) return
      this.#current = { ...this.#current, state: 'failed', error: messageOf(error) }
    }
    this.#onChange(false)
  }

  async #perform(step: Step, index: number, mine: () => boolean): Promise<void> {
    if (!this.#current) return
    if (step.say === null) this.#say(step.do(this.#stage), index)
    else {
      this.#say({ key: step.say }, index)
      await step.do?.(this.#stage)
    }
    const { until } = step
    if (until) await this.#until(mine, () => until(this.#stage), step.atMost ?? longestStep)
    // Reading takes a person's time, however fast the cluster's runs.
    await this.#until(mine, () => false, readingSeconds * this.#stage.cluster.clock.speed)
  }

  #say(say: Sentence, index: number): void {
    if (!this.#current) return
    const said = [...this.#current.said, { at: this.#now(), say }]
    this.#current = { ...this.#current, step: index + 1, say, said }
  }

  /** Waits until it is true, the scenario has changed, or so many cluster seconds have passed. */
  #until(mine: () => boolean, isTrue: () => boolean, seconds: number): Promise<void> {
    const { clock } = this.#stage.cluster
    const deadline = clock.now().getTime() + seconds * 1000
    return new Promise((resolve) => {
      const look = () => {
        const left = (deadline - clock.now().getTime()) / 1000
        if (!mine() || isTrue() || left <= 0) resolve()
        else clock.after(Math.min(lookSeconds, left), look)
      }
      look()
    })
  }

  #now(): string {
    return this.#stage.cluster.clock.now().toISOString()
  }
}
