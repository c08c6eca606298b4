import type { LeverAt } from './levers'
import type { Since, Stage } from './stage'

export type Params = Readonly<Record<string, string | number>>

/** What is said: the key of a sentence below the scenario's `steps` in the messages, and what stands in it. */
export type Sentence = { key: string; params?: Params }

export type Fact = (stage: Stage) => boolean

/**
 * One sentence of a scenario. It is said as soon as `when` is true, however long that takes. What a scenario does by
 * itself it does with the sentence, and not before the sentence before it could be read; a sentence with neither `when`
 * nor `do` only waits until the one before it could be read.
 */
export type Saying = { when?: Fact } & (
  | { say: string; params?: (stage: Stage) => Params; do?: (stage: Stage) => void | Promise<void> }
  // What is said is known only when it is done.
  | { say: null; do: (stage: Stage) => Sentence | Promise<Sentence> }
)

/** One way out of a decision, and what follows from it. */
export type Way = {
  id: string
  /** Whether the cluster shows that this way was taken, since the question was asked. */
  seen: (stage: Stage, since: Since) => boolean
  /** Takes it, for a person who only wants to watch. */
  do: (stage: Stage) => void | Promise<void>
  /** The button of Ordinal that takes it, and at which ordinal it stands. */
  action?: { name: string; ordinal?: number }
  /** The lever whose undoing takes it. */
  lever?: (stage: Stage) => LeverAt
  /** What takes it in a terminal, behind `kubectl -n scenario`. */
  kubectl?: string
  then: readonly Step[]
}

/**
 * A decision: the scenario waits, for ever if need be, until the cluster shows that one of the ways was taken. Who took
 * it, and with which tool, does not matter. The first way is the one that is taken where nobody is there to decide.
 */
export type Turn = {
  turn: string
  ways: readonly Way[]
  /** What is said once, beside the question, when a person does something else that is worth a word. */
  meanwhile?: readonly { say: string; when: (stage: Stage, since: Since) => boolean }[]
}

export type Step = Saying | Turn

/**
 * A story that plays on the cluster. Its texts are not here: the page says them in the reader's language, the title,
 * what happens and what to look at by the scenario's id, each step, question and way by its key.
 */
export type Scenario = {
  id: string
  /** About how long it takes where nobody has to be waited for, in seconds. */
  seconds: number
  steps: readonly Step[]
}

/** How many steps a scenario has when each decision takes its first way. */
export const lengthOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => sum + 1 + ('turn' in step ? lengthOf(step.ways[0]?.then ?? []) : 0), 0)

/** Every sentence, question and way of a scenario, whichever way is taken. */
export function keysOf(steps: readonly Step[]): { says: string[]; turns: string[]; ways: string[] } {
  const found = { says: [] as string[], turns: [] as string[], ways: [] as string[] }
  for (const step of steps) {
    if (!('turn' in step)) {
      if (step.say !== null) found.says.push(step.say)
      continue
    }
    found.turns.push(step.turn)
    found.says.push(...(step.meanwhile ?? []).map(({ say }) => say))
    for (const way of step.ways) {
      const below = keysOf(way.then)
      found.ways.push(way.id, ...below.ways)
      found.says.push(...below.says)
      found.turns.push(...below.turns)
    }
  }
  return found
}
