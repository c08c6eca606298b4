import { messageOf } from '@/lib/demo/controllers/failures'
import { lengthOf, type Saying, type Scenario, type Sentence, type Step, type Turn, type Way } from './scenario'
import { namespace, setName, type Since, type Stage } from './stage'
import { Left, SetGone, Watcher } from './watcher'

/** Who decides: a person, or nobody, so that the scenario takes the first way by itself. */
export type Mode = 'by-hand' | 'by-itself'

/** A decision that is waited for, and the ways out of it. */
export type OpenTurn = {
  key: string
  ways: (Pick<Way, 'id' | 'action' | 'kubectl'> & { lever?: ReturnType<NonNullable<Way['lever']>> })[]
}

/** What goes on now, as the page and a program read it. */
export type Current = {
  id: string
  step: number
  steps: number
  /** What is said now; null while the stage is cleared. */
  say: Sentence | null
  /** `waiting`: for a decision. `stopped`: nothing is said or done any more, and everything stays as it is. */
  state: 'running' | 'waiting' | 'done' | 'stopped' | 'failed'
  mode: Mode
  turn: OpenTurn | null
  /** What is to be said next has not come true for long: perhaps somebody has changed what the scenario builds on. */
  overdue: boolean
  startedAt: string
  /** The sentences so far, oldest first. */
  said: { at: string; say: Sentence }[]
  look: { namespace: string; statefulSet: string }
  /** Why it failed: the set is gone, or what went wrong in the words of the cluster. */
  failure?: 'set-gone' | 'error'
  error?: string
}

/** A way that is not open, or not open any more. */
export class NoSuchWay extends Error {}

const overdueSeconds = 180

/** A decision that is open: its question, and how things stood when it was asked. */
type Asked = { turn: Turn; since: Since }

/** One scenario from its beginning to its end. */
export class Play {
  readonly #stage: Stage
  readonly #scenario: Scenario
  readonly #readingSeconds: number
  readonly #watcher: Watcher
  #current: Current
  #asked: Asked | null = null
  /** When the last sentence can have been read, in cluster time. */
  #readAt = 0

  constructor(stage: Stage, scenario: Scenario, mode: Mode, readingSeconds: number) {
    this.#stage = stage
    this.#scenario = scenario
    this.#readingSeconds = readingSeconds
    this.#watcher = new Watcher(stage)
    this.#current = {
      id: scenario.id,
      step: 0,
      steps: lengthOf(scenario.steps),
      say: null,
      state: 'running',
      mode,
      turn: null,
      overdue: false,
      startedAt: this.#now(),
      said: [],
      look: { namespace, statefulSet: setName },
    }
  }

  get current(): Current {
    return this.#current
  }

  get isOn(): boolean {
    return this.#current.state === 'running' || this.#current.state === 'waiting'
  }

  /** Plays to the end; whatever happens is in `current`. */
  async run(): Promise<void> {
    try {
      this.#stage.clear()
      await this.#watcher.until(() => this.#stage.isClear)
      this.#watcher.needsSet()
      await this.#steps(this.#scenario.steps)
      this.#change({ state: 'done' })
    } catch (error) {
      if (error instanceof Left) return
      const failed = { state: 'failed', turn: null, overdue: false } as const
      if (error instanceof SetGone) this.#change({ ...failed, failure: 'set-gone' })
      else this.#change({ ...failed, failure: 'error', error: messageOf(error) })
    } finally {
      this.#asked = null
      this.#watcher.leave()
    }
  }

  /** Nothing more is said or done; everything stays as it is. */
  stop(): void {
    if (!this.isOn) return
    this.#watcher.leave()
    this.#asked = null
    this.#change({ state: 'stopped', turn: null, overdue: false })
  }

  /** From now on decisions are left to a person, or taken. */
  setMode(mode: Mode): void {
    if (!this.isOn) return
    this.#change({ mode })
    if (this.#asked) this.#decideLater(this.#asked)
  }

  /** Takes a way of the open decision. Throws NoSuchWay when it is not open. */
  async choose(id: string): Promise<void> {
    const way = this.#asked?.turn.ways.find((one) => one.id === id)
    if (!way) throw new NoSuchWay(`nothing waits for "${id}" now`)
    await way.do(this.#stage)
    this.look()
  }

  /** Looks again whether something has come true: what happens to machines is no change of an object. */
  look(): void {
    this.#watcher.look()
  }

  async #steps(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if ('turn' in step) await this.#decide(step)
      else await this.#perform(step)
    }
  }

  async #perform(step: Saying): Promise<void> {
    const { when } = step
    // What is done may come long after what it waits for: it has to be so then.
    do {
      if (when) await this.#truth(() => when(this.#stage))
      if (step.do || !when) await this.#watcher.at(this.#readAt)
    } while (when && !when(this.#stage))
    if (step.say === null) this.#say(await step.do(this.#stage))
    else {
      this.#say({ key: step.say, ...(step.params ? { params: step.params(this.#stage) } : {}) })
      await step.do?.(this.#stage)
    }
  }

  /** Asks, and waits until the cluster shows that one of the ways was taken; then goes on behind that way. */
  async #decide(turn: Turn): Promise<void> {
    const asked: Asked = { turn, since: this.#stage.since() }
    const told = new Set<string>()
    this.#asked = asked
    // The question comes with the sentence before it: both are to be read.
    this.#readAt = this.#inReadingTime(1.5)
    this.#change({ state: 'waiting', turn: this.#shown(turn), step: this.#current.step + 1 })
    this.#decideLater(asked)
    let taken: Way | undefined
    await this.#watcher.until(() => {
      taken = turn.ways.find(({ seen }) => seen(this.#stage, asked.since))
      if (taken) return true
      for (const { say, when } of turn.meanwhile ?? [])
        if (!told.has(say) && when(this.#stage, asked.since)) {
          told.add(say)
          this.#say({ key: say }, 0)
        }
      return false
    })
    this.#asked = null
    const rest = lengthOf(taken?.then ?? []) - lengthOf(turn.ways[0]?.then ?? [])
    this.#change({ state: 'running', turn: null, steps: this.#current.steps + rest })
    this.#readAt = 0
    await this.#steps(taken?.then ?? [])
  }

  /** Takes the first way when the question can have been read, where nobody else decides. */
  #decideLater(asked: Asked): void {
    if (this.#current.mode !== 'by-itself') return
    const [first] = asked.turn.ways
    if (!first) return
    void this.#watcher
      .at(this.#readAt)
      .then(() => (this.#asked === asked && this.#current.mode === 'by-itself' ? this.choose(first.id) : undefined))
      .catch((error: unknown) => this.#watcher.fail(error))
  }

  #shown({ turn, ways }: Turn): OpenTurn {
    return {
      key: turn,
      ways: ways.map(({ id, action, kubectl, lever }) => ({
        id,
        ...(action ? { action } : {}),
        ...(kubectl === undefined ? {} : { kubectl }),
        ...(lever ? { lever: lever(this.#stage) } : {}),
      })),
    }
  }

  /** Waits until it is so, and says after a while that it takes long. */
  async #truth(isTrue: () => boolean): Promise<void> {
    const cancel = this.#stage.cluster.clock.after(overdueSeconds, () => this.#change({ overdue: true }))
    try {
      await this.#watcher.until(isTrue)
      if (this.#current.overdue) this.#change({ overdue: false })
    } finally {
      cancel()
    }
  }

  #say(say: Sentence, steps = 1): void {
    this.#readAt = this.#inReadingTime()
    this.#change({
      step: this.#current.step + steps,
      say,
      said: [...this.#current.said, { at: this.#now(), say }],
    })
  }

  #change(change: Partial<Current>): void {
    this.#current = { ...this.#current, ...change }
  }

  // Reading takes a person's time, however fast the cluster's runs.
  #inReadingTime(times = 1): number {
    const { clock } = this.#stage.cluster
    return clock.now().getTime() + times * this.#readingSeconds * clock.speed * 1000
  }

  #now(): string {
    return this.#stage.cluster.clock.now().toISOString()
  }
}
