/** A condition and what is said where it holds. */
export type Hindrance = readonly [holds: boolean, reason: string]

/**
 * Why the last button of a dialog may not be pressed, from what cannot be mended here to what is still to be typed. The
 * order is the same in all dialogs, so that a person never types a name for something that may not be done anyway.
 */
const order = [
  /** What was looked at is gone, or another object has its name. */
  'gone',
  /** It was changed since it was looked at. */
  'changed',
  /** It is not known whether the last command was done. */
  'unknown',
  /** The page is not live, Ordinal is read-only, or the permission is missing. */
  'page',
  /** Nothing was chosen that could be done. */
  'choice',
  /** What has to be looked at cannot be read. */
  'unreadable',
  /** It is being read. */
  'loading',
  /** Ordinal does not offer it for this object. */
  'offer',
  /** The API server refuses it in a dry run. */
  'refused',
  /** A name or a sentence has to be typed first. */
  'typed',
] as const

export type Hindrances = Partial<Record<(typeof order)[number], readonly Hindrance[]>>

/** The first reason that holds; undefined when it may be pressed. */
export function whyDisabled(hindrances: Hindrances): string | undefined {
  return order.flatMap((kind) => hindrances[kind] ?? []).find(([holds]) => holds)?.[1]
}

/** What holds for the whole page, as a hindrance. */
export function pageHindrance(reason: string | undefined): Hindrance[] {
  return reason === undefined ? [] : [[true, reason]]
}
