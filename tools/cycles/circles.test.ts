import fc from 'fast-check'
import { expect, test } from 'vitest'
import { circles } from './circles'

const graph = (edges: Record<string, string[]>) => circles(new Map(Object.entries(edges)))

test('files that can be put in an order have no circle', () => {
  expect(graph({ a: ['b', 'c'], b: ['c'], c: [] })).toEqual([])
})

test('a circle is told with all its files, wherever the search begins', () => {
  expect(graph({ x: ['a'], a: ['b'], b: ['c'], c: ['a'] })).toEqual([['a', 'b', 'c']])
  expect(graph({ a: ['a'] })).toEqual([['a']])
})

test('imports that only go to later files never make a circle, and one way back always does', () => {
  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 40 })
  fc.assert(
    fc.property(edges, (pairs) => {
      const forward = new Map<string, string[]>(Array.from({ length: 11 }, (_, index) => [String(index), []]))
      for (const [from, to] of pairs) if (from < to) forward.get(String(from))?.push(String(to))
      expect(circles(forward)).toEqual([])
      forward.get('0')?.push('10')
      forward.get('10')?.push('0')
      expect(circles(forward).length).toBeGreaterThan(0)
    }),
  )
})
