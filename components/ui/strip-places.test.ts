import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OrdinalState } from '@/lib/statefulset/model/view'
import { centresOf, layoutOf, placesOf, ranges } from './strip-places'

describe('the strip of a set', () => {
  it('takes the first desired places as the range and the rest as left outside', () => {
    const places = placesOf({
      desired: 2,
      ordinalsOmitted: 0,
      ordinals: [
        [3, 'ok', 2],
        [5, 'ghost', 1],
      ],
    })
    expect(places).toEqual([
      { ordinal: 3, state: 'ok', inRange: true },
      { ordinal: 4, state: 'ok', inRange: true },
      { ordinal: 5, state: 'ghost', inRange: false },
    ])
  })

  it('numbers every place of a small set and leaves a gap before what is outside', () => {
    const layout = layoutOf(
      placesOf({
        desired: 2,
        ordinalsOmitted: 0,
        ordinals: [
          [0, 'ok', 2],
          [2, 'ghost', 1],
        ],
      }),
    )
    expect(layout.dense).toBe(false)
    expect(layout.places.map((place) => place.gap)).toEqual([false, false, true])
    expect(layout.places.every((place) => place.numbered)).toBe(true)
  })

  it('numbers the first, every fifth, the last and the loud ones of a large set', () => {
    const layout = layoutOf(
      placesOf({
        desired: 24,
        ordinalsOmitted: 0,
        ordinals: [
          [0, 'ok', 17],
          [17, 'disk', 1],
          [18, 'ok', 6],
        ],
      }),
    )
    expect(layout.places.filter((place) => place.numbered).map((place) => place.ordinal)).toEqual([
      0, 5, 10, 15, 17, 20, 23,
    ])
  })

  it('never hides a loud ordinal behind the count', () => {
    const layout = layoutOf(
      placesOf({
        desired: 1000,
        ordinalsOmitted: 0,
        ordinals: [
          [0, 'ok', 900],
          [900, 'crash', 1],
          [901, 'ok', 99],
        ],
      }),
    )
    expect(layout.places.at(-1)).toMatchObject({ ordinal: 900, state: 'crash', numbered: true, gap: true })
    expect(layout.places.length + layout.hidden).toBe(1000)
    expect(layoutOf(placesOf({ desired: 1000, ordinalsOmitted: 0, ordinals: [[0, 'ok', 1000]] }))).toMatchObject({
      hidden: 936,
    })
  })

  it('gives numbers of four digits the room that they need', () => {
    const layout = layoutOf(placesOf({ desired: 3, ordinalsOmitted: 0, ordinals: [[1000, 'ok', 3]] }))
    expect(layout.places.every((place) => place.numbered)).toBe(true)
    expect(layout.width).toBeGreaterThanOrEqual(4 * 6.6)
  })

  it('never lets two numbers touch, whatever the ordinals, and always numbers the first place', () => {
    const run = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom<OrdinalState>('ok', 'crash', 'ghost', 'disk'))
    fc.assert(
      fc.property(
        fc.nat(2_000_000),
        fc.array(run, { minLength: 1, maxLength: 12 }),
        fc.nat(80),
        (start, runs, desired) => {
          let next = start
          const ordinals = runs.map(([count, state]): [number, OrdinalState, number] => {
            const first = next
            next += count + (state === 'ghost' ? 3 : 0)
            return [first, state, count]
          })
          const { places, width } = layoutOf(placesOf({ desired, ordinalsOmitted: 0, ordinals }))
          const centres = centresOf(places, width)
          const spans = places.flatMap(({ ordinal, numbered }, index) => {
            const half = (String(ordinal).length * 6.6) / 2
            return numbered ? [{ from: (centres[index] ?? 0) - half, to: (centres[index] ?? 0) + half }] : []
          })
          for (const [index, span] of spans.entries())
            expect(span.from).toBeGreaterThanOrEqual(spans[index - 1]?.to ?? -Infinity)
          expect(places[0]?.numbered).toBe(true)
        },
      ),
    )
  })

  it('says ordinals as ranges', () => {
    expect(ranges([0, 1, 2, 5, 7, 8])).toBe('0–2, 5, 7–8')
    expect(ranges([])).toBe('')
  })
})
