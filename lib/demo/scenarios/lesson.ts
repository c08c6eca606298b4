import type { Stage } from './stage'

/** A sentence in both languages of the product. */
export type Words = { en: string; zh: string }

/**
 * One step of a lesson: what is said while it goes on, what is done at its beginning, and what has to be true at its end.
 * Without `until` it lasts as long as it takes to read it.
 */
export type Step = {
  say: Words
  do?: (stage: Stage) => void | Promise<void>
  until?: (stage: Stage) => boolean
  /** Cluster seconds after which the lesson goes on in any case. Default 180. */
  atMost?: number
}

export type Lesson = {
  id: string
  title: Words
  /** What will happen and what to look at, in a few lines. */
  lines: Words[]
  steps: Step[]
}
