import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rulerPlaces } from './ruler-places'

describe('the places of the ruler', () => {
  test('are all ordinals and one beyond while they fit', () => {
    expect(rulerPlaces(5, 3, 12)).toEqual([0, 1, 2, 3, 4, 5])
    expect(rulerPlaces(0, 0, 12)).toEqual([0])
  })
  test('are the first one and both ends of the change in a large set', () => {
    expect(rulerPlaces(1000, 500, 12)).toEqual([0, 'gap', 498, 499, 500, 501, 'gap', 998, 999, 1000])
  })
  test('always show both sides of either end, in order, and never twice', () => {
    const count = fc.integer({ min: 0, max: 3000 })
    fc.assert(
      fc.property(count, count, fc.integer({ min: 3, max: 14 }), (current, target, most) => {
        const shown = rulerPlaces(current, target, most).filter((place) => place !== 'gap')
        for (const end of [current, target]) {
          expect(shown).toContain(end)
          if (end > 0) expect(shown).toContain(end - 1)
        }
        expect(shown).toEqual([...new Set(shown)].toSorted((a, b) => a - b))
        expect(shown.length).toBeLessThanOrEqual(Math.max(most, 9))
      }),
    )
  })
})
