import type { Explained } from './explain'
import type { SetObjects } from './objects'
import type { Sorted } from './sort'
import type { Problem } from './view'

/** Everything that a detector may look at. The moment is in milliseconds. */
export type Scene = { objects: SetObjects; sorted: Sorted; explained: Explained; now: number }

/** What a detector found; `until` is when the clock alone would make a finding of it, in milliseconds. */
export type Finding = Omit<Problem, 'title'> | { until: number } | null

/** A list of names for a sentence, cut to five. */
export function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} …` : names.join(', ')
}
