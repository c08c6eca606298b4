import { compareStates } from '@/lib/statefulset/model/ordinal-state'
import type { OrdinalState, StatefulSetSummary } from '@/lib/statefulset/model/view'
import { isLoud } from './states'

export type Place = { ordinal: number; state: OrdinalState; inRange: boolean }

/** Places that are drawn, in order; `numbered` ones carry their number, `gap` stands before a place that does not follow. */
export type StripPlace = Place & { numbered: boolean; gap: boolean }
export type StripLayout = { places: StripPlace[]; dense: boolean; hidden: number }

const denseFrom = 15
const mostPlaces = 64
/** When a set is cut, this many places are kept for loud ordinals that would fall behind the cut. */
const kept = 8

export type StripSummary = Pick<StatefulSetSummary, 'ordinals' | 'desired' | 'ordinalsOmitted'>

/** The runs of a summary as places: as many as are wanted and listed are in range, the rest is left outside. */
export function placesOf(summary: StripSummary): Place[] {
  const listed = summary.desired - summary.ordinalsOmitted
  const places: Place[] = []
  for (const [first, state, count] of summary.ordinals)
    for (let index = 0; index < count; index += 1)
      places.push({ ordinal: first + index, state, inRange: places.length < listed })
  return places
}

/**
 * What of a set is drawn. From 15 ordinals on the places are narrow and only the first, every fifth, the last and the
 * loud ones are numbered; from 65 on the rest is a count, but a loud ordinal is never hidden behind it.
 */
export function layoutOf(all: readonly Place[]): StripLayout {
  const dense = all.length >= denseFrom
  let shown: readonly Place[] = all
  if (all.length > mostPlaces) {
    const head = all.slice(0, mostPlaces - kept)
    const rest = all.slice(mostPlaces - kept)
    const loud = rest.filter((place) => isLoud(place.state))
    const worst = [...loud].sort((a, b) => compareStates(a.state, b.state))
    const chosen = new Set(worst.slice(0, kept))
    shown = loud.length > 0 ? [...head, ...rest.filter((place) => chosen.has(place))] : all.slice(0, mostPlaces)
  }
  const lastInRange = shown.findLastIndex((place) => place.inRange)
  const places = shown.map((place, index) => {
    const before = shown[index - 1]
    const jumps = before !== undefined && place.ordinal !== before.ordinal + 1
    const leaves = before !== undefined && before.inRange !== place.inRange
    const numbered =
      !dense ||
      index === 0 ||
      index === lastInRange ||
      index === shown.length - 1 ||
      jumps ||
      (!place.inRange && leaves) ||
      isLoud(place.state) ||
      place.ordinal % 5 === 0
    return { ...place, numbered, gap: jumps || leaves }
  })
  return { places: dense ? withoutCollisions(places) : places, dense, hidden: all.length - shown.length }
}

/** Beside a loud number an ordinary one gives way when both would touch (a number of two digits is wider than a place). */
function withoutCollisions(places: StripPlace[]): StripPlace[] {
  const must = (place: StripPlace, index: number) => isLoud(place.state) || index === 0
  return places.map((place, index) => {
    if (!place.numbered || must(place, index)) return place
    const near = [places[index - 1], places[index + 1]]
    const width = String(place.ordinal).length
    const touched = near.some(
      (other, side) =>
        other !== undefined &&
        other.numbered &&
        width + String(other.ordinal).length > 3 &&
        !(side === 0 ? place.gap : other.gap) &&
        (must(other, side === 0 ? index - 1 : index + 1) || side === 1),
    )
    return touched ? { ...place, numbered: false } : place
  })
}

/** Ordinals as a reader says them: `0–3, 7`. */
export function ranges(ordinals: readonly number[]): string {
  const parts: string[] = []
  let from: number | undefined
  let to: number | undefined
  const close = () => {
    if (from !== undefined && to !== undefined) parts.push(from === to ? String(from) : `${from}–${to}`)
  }
  for (const ordinal of ordinals) {
    if (to !== undefined && ordinal === to + 1) to = ordinal
    else {
      close()
      from = ordinal
      to = ordinal
    }
  }
  close()
  return parts.join(', ')
}
