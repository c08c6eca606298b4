import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareNames } from './natural-order'

describe('the order of names', () => {
  const name = fc.stringMatching(/^[a-z]([a-z0-9.-]{0,8}[a-z0-9])?$/)

  it('counts numbers', () => {
    expect(['db-10', 'db-2', 'web', 'db', 'db-1'].sort(compareNames)).toEqual(['db', 'db-1', 'db-2', 'db-10', 'web'])
  })
  it('puts two sets of one name and their numbers in the order of the numbers', () => {
    fc.assert(
      fc.property(name, fc.nat(100_000), fc.nat(100_000), (of, a, b) => {
        expect(Math.sign(compareNames(`${of}-${a}`, `${of}-${b}`))).toBe(Math.sign(a - b))
      }),
    )
  })
  it('is one order: whatever order they came in, names end in the same, and only equal names are equal', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), fc.func(fc.nat()), (names, mix) => {
        const shuffled = [...names].sort((a, b) => mix(a) - mix(b))
        expect(shuffled.sort(compareNames)).toEqual([...names].sort(compareNames))
      }),
    )
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(compareNames(a, b) === 0).toBe(a === b)
      }),
    )
  })
})
