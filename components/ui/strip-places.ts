import { compareStates } from '@/lib/statefulset/model/ordinal-state'
import type { OrdinalState, StatefulSetSummary } from '@/lib/statefulset/model/view'
import { isLoud } from './states'

export type Place = { ordinal: number; state: OrdinalState; inRange: boolean }

/** Places that are drawn, in order; `numbered` ones carry their number, `gap` stands before a place that does not follow. */
export type StripPlace = Place & { numbered: boolean; gap: boolean }
/** `width` of a place and `pad` before the first, in pixels: numbers may be wider than their places. */
export type StripLayout = { places: StripPlace[]; dense: boolean; hidden: number; width: number; pad: number }

const denseFrom = 15
const denseWidth = 12
const roomyWidth = 20
/** Before what does not follow. */
export const gapWidth = 8
/** A digit of Geist Mono at 11 px, and what has to stay free between two numbers. */
const digitWidth = 6.6
const between = 2
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
  const widest = Math.max(0, ...places.map((place) => numberWidth(place)))
  const width = dense ? denseWidth : Math.max(roomyWidth, Math.ceil(widest + between))
  const [first] = places
  const pad = first === undefined ? 0 : Math.max(0, Math.ceil((numberWidth(first) - width) / 2))
  const hidden = all.length - shown.length
  return { places: dense ? withoutCollisions(places, width) : places, dense, hidden, width, pad }
}

const numberWidth = ({ ordinal }: Place) => String(ordinal).length * digitWidth

/** The middle of each place, from the left end of the strip. */
export function centresOf(places: readonly StripPlace[], width: number): number[] {
  let left = 0
  return places.map((place) => {
    left += (place.gap ? gapWidth : 0) + width
    return left - width / 2
  })
}

/** Numbers that would touch give way: to the first, to a loud one, and then to the one before. */
function withoutCollisions(places: StripPlace[], width: number): StripPlace[] {
  const centres = centresOf(places, width)
  const rank = (index: number) => (index === 0 ? 0 : isLoud(places[index]?.state ?? 'ok') ? 1 : 2)
  const wanted = places
    .flatMap((place, index) => (place.numbered ? [index] : []))
    .sort((a, b) => rank(a) - rank(b) || a - b)
  const kept = new Set<number>()
  for (const index of wanted) {
    const touches = [...kept].some((other) => {
      const apart = Math.abs((centres[index] ?? 0) - (centres[other] ?? 0))
      const widths = [places[index], places[other]].map((place) => (place === undefined ? 0 : numberWidth(place)))
      return apart < (widths[0] ?? 0) / 2 + (widths[1] ?? 0) / 2 + between
    })
    if (!touches) kept.add(index)
  }
  return places.map((place, index) => (place.numbered && !kept.has(index) ? { ...place, numbered: false } : place))
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
