import type { ReasonCode } from '@/lib/statefulset/explain/reasons'
import type { Explained } from '@/lib/statefulset/explain/explain'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import type { SetIndex } from '@/lib/statefulset/model/set-index'
import type { Problem, Severity } from '@/lib/statefulset/model/view'

/** Everything that a detector may look at. The moment is in milliseconds. */
export type DetectorInput = { objects: SetObjects; setIndex: SetIndex; explained: Explained; now: number }

/** What a detector found; `until` is when the clock alone would make a finding of it, in milliseconds. */
export type Detection = Finding | { until: number } | null

/** `severity` where this finding is milder, or worse, than its kind. */
export type Finding = Pick<Problem, 'params' | 'ordinals' | 'since' | 'proof'> & { severity?: Severity }

/** One situation that operators meet. Its texts are in the catalogue `runbooks`, by id. */
export type Runbook = {
  id: string
  /** The number under which operators find it in documents and old links. */
  alias: string
  severity: Severity
  /**
   * The causes of ordinals whose story it is, by their reasons: of an ordinal that it names it says nothing else than
   * the cause does. Left out where it is a matter of its own.
   */
  explains?: 'any' | readonly ReasonCode[]
  /** Null where the objects that Ordinal follows cannot prove it. */
  detect: ((input: DetectorInput) => Detection) | null
}

/** A list of names for a sentence, cut to five. */
export function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} …` : names.join(', ')
}
