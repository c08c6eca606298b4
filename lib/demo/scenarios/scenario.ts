import type { Stage } from './stage'

/** What is said: the key of a sentence below the scenario's `steps` in the messages, and what stands in it. */
export type Sentence = { key: string; params?: Readonly<Record<string, string | number>> }

/**
 * One step of a scenario: what is said while it goes on, what is done at its beginning, and what has to be true at its
 * end. Without `until` it lasts as long as it takes to read it.
 */
export type Step = {
  until?: (stage: Stage) => boolean
  /** Cluster seconds after which the scenario goes on in any case. Default 180. */
  atMost?: number
} & (
  | { say: string; do?: (stage: Stage) => void | Promise<void> }
  // What is said is known only when it is done.
  | { say: null; do: (stage: Stage) => Sentence }
)

/**
 * A story that plays by itself. Its texts are not here: the page says them in the reader's language, the title, what
 * happens and what to look at by the scenario's id, each step by its key.
 */
export type Scenario = { id: string; steps: readonly Step[] }
