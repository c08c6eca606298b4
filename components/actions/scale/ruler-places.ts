/** A place on the ruler, counted from 0 at the set's first ordinal; `gap` stands for places that are left out. */
export type RulerPlace = number | 'gap'

/**
 * The places that a ruler shows for a change from `current` to `target` replicas: all of them and one beyond while they
 * are at most `most`, else the first one and what lies around both ends of the change.
 */
export function rulerPlaces(current: number, target: number, most: number): RulerPlace[] {
  const low = Math.min(current, target)
  const high = Math.max(current, target)
  const all = high + 1
  if (all <= most) return Array.from({ length: all }, (_, index) => index)
  const wanted = new Set([0, low - 2, low - 1, low, low + 1, high - 2, high - 1, high])
  const kept = [...wanted].filter((index) => index >= 0 && index <= high).toSorted((a, b) => a - b)
  return kept.flatMap((index, at): RulerPlace[] => {
    const before = kept[at - 1]
    return before !== undefined && index > before + 1 ? ['gap', index] : [index]
  })
}
