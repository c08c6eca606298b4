import type { Explained } from '@/lib/statefulset/explain/explain'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import type { SetIndex } from '@/lib/statefulset/model/set-index'
import type { Problem } from '@/lib/statefulset/model/view'

/** Everything that a detector may look at. The moment is in milliseconds. */
export type DetectorInput = { objects: SetObjects; setIndex: SetIndex; explained: Explained; now: number }

/** What a detector found; `until` is when the clock alone would make a finding of it, in milliseconds. */
export type Detection = Omit<Problem, 'title'> | { until: number } | null

/** A list of names for a sentence, cut to five. */
export function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} …` : names.join(', ')
}
