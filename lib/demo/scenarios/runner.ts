import { NoSuchWay, Play, type Current, type Mode } from './play'
import type { Scenario } from './scenario'
import { namespace, type Stage } from './stage'

export type RunnerOptions = {
  /** Told when a scenario begins and when it has ended. */
  onChange?: (playing: boolean) => void
  /** Real seconds that a sentence is left to be read before the scenario does the next thing. Default 6. */
  readingSeconds?: number
}

/** Plays one scenario at a time; a new one ends the one that plays. */
export class Runner {
  readonly #stage: Stage
  readonly #onChange: (playing: boolean) => void
  readonly #readingSeconds: number
  #play: Play | null = null
  #cleared: string | null = null

  constructor(stage: Stage, { onChange = () => undefined, readingSeconds = 6 }: RunnerOptions = {}) {
    this.#stage = stage
    this.#onChange = onChange
    this.#readingSeconds = readingSeconds
    stage.cluster.onAny(({ resource, object }) => {
      if (object.metadata.namespace === namespace || resource === 'nodes') this.look()
    })
  }

  get current(): Current | null {
    return this.#play?.current ?? null
  }

  /** The scenario whose stage was cleared away last, while nothing new is on it. */
  get cleared(): string | null {
    return this.#play ? null : this.#cleared
  }

  /** Starts a scenario; returns at once. */
  start(scenario: Scenario, mode: Mode = 'by-hand'): void {
    this.#play?.stop()
    const play = new Play(this.#stage, scenario, mode, this.#readingSeconds)
    this.#play = play
    this.#onChange(true)
    void play.run().then(() => {
      if (this.#play === play) this.#onChange(false)
    })
  }

  /** Nothing more is said or done; everything stays as it is. */
  stop(): void {
    this.#play?.stop()
  }

  /** Ends what plays, mends what is broken, and takes down what the scenario has built. */
  clear(): void {
    this.#play?.stop()
    this.#cleared = this.#play?.current.id ?? this.#cleared
    this.#play = null
    this.#onChange(false)
    this.#stage.clear()
  }

  /** From now on decisions are left to a person, or taken. */
  setMode(mode: Mode): void {
    this.#play?.setMode(mode)
  }

  /** Takes a way of the open decision. Throws NoSuchWay when it is not open. */
  async choose(way: string): Promise<void> {
    if (!this.#play) throw new NoSuchWay('no scenario plays')
    await this.#play.choose(way)
  }

  /** Looks whether something has come true: what happens to machines is no change of an object. */
  look(): void {
    this.#play?.look()
  }
}
