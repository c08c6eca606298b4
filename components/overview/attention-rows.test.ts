import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Need, OrdinalState, SharedCause } from '@/lib/statefulset/model/view'
import { exampleSummary } from '@/test/fixtures/example-summary'
import { attentionRows } from './attention-rows'

function need(state: OrdinalState | null, ordinals: number[], more: Partial<Need> = {}): Need {
  return {
    by: 'cause',
    reason: 'not-ready',
    params: {},
    message: '',
    state,
    ordinals,
    since: '2026-01-01T00:00:00Z',
    urgency: 1,
    runbook: null,
    shared: null,
    ...more,
  }
}
const silent = (name: string): SharedCause => ({ kind: 'node-silent', namespace: '', name })
const set = (name: string, needs: Need[], namespace = 'data') =>
  exampleSummary(name, [[0, 'ok', 3]], { needs, namespace })

describe('what needs a person', () => {
  it('stands once where many sets share it, with what it holds', () => {
    const rows = attentionRows([
      set('a', [need('suspect', [0, 1], { shared: silent('worker-3'), since: '2026-01-01T00:05:00Z' })]),
      set('b', [
        need('stuck', [2], { shared: silent('worker-10') }),
        need('suspect', [4], { shared: silent('worker-3') }),
      ]),
      set('well', []),
    ])
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      shared: { kind: 'node-silent', names: ['worker-3', 'worker-10'] },
      holds: { sets: 2, ordinals: 4 },
      need: { state: 'stuck', since: '2026-01-01T00:00:00Z' },
      elsewhere: 0,
    })
    expect(rows[0]?.sets.map(({ summary }) => summary.name)).toEqual(['a', 'b'])
  })
  it('is a row of its own where one set has it alone', () => {
    const [row] = attentionRows([set('a', [need('suspect', [1], { shared: silent('worker-3') }), need('crash', [2])])])
    expect(row).toMatchObject({ shared: null, need: { state: 'suspect', ordinals: [1] }, more: 1 })
  })
  it('draws glyph, clock and ordinals of one cause alone', () => {
    const first = need('stuck', [1], { reason: 'terminating-finalizers', since: '2026-01-01T00:07:00Z' })
    const service = need(null, [], { by: 'finding', reason: 'governing-service', since: null, urgency: 3 })
    expect(attentionRows([set('held', [first, service])])[0]).toMatchObject({ need: first, more: 1 })
  })
  it('keeps quotas of one name in two namespaces apart, and images of one name together', () => {
    const quota = (namespace: string): SharedCause => ({ kind: 'quota', namespace, name: 'compute' })
    const image: SharedCause = { kind: 'image', namespace: '', name: 'app:1' }
    const rows = attentionRows([
      set('a', [need('blocked', [0], { shared: quota('x'), urgency: 2 })], 'x'),
      set('b', [need('blocked', [0], { shared: quota('x'), urgency: 2 })], 'x'),
      set('c', [need('blocked', [0], { shared: quota('y'), urgency: 2 })], 'y'),
      set('d', [need('image', [0], { shared: image })], 'x'),
      set('e', [need('image', [0], { shared: image })], 'y'),
    ])
    expect(rows.map((row) => [row.shared?.kind ?? null, row.holds.sets])).toEqual([
      ['image', 2],
      ['quota', 2],
      [null, 1],
    ])
  })
  it('puts two pods of one name first, then what holds the most', () => {
    const rows = attentionRows([
      set('one', [need('crash', [0])]),
      set('x', [need('suspect', [0], { shared: silent('n1') })]),
      set('y', [need('suspect', [0], { shared: silent('n1') })]),
      set('twin', [need('twin-risk', [0], { urgency: 0 })]),
    ])
    expect(rows.map((row) => row.need.state)).toEqual(['twin-risk', 'suspect', 'crash'])
  })
})

const anyNeed = fc
  .record({
    state: fc.constantFrom<OrdinalState | null>('stuck', 'crash', 'suspect', 'disk', null),
    ordinals: fc.uniqueArray(fc.nat(9), { maxLength: 4 }),
    urgency: fc.constantFrom<Need['urgency']>(0, 1, 2, 3, 4),
    since: fc.constantFrom(null, '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
    shared: fc.option(
      fc.record({
        kind: fc.constantFrom<SharedCause['kind']>('node-silent', 'node-gone', 'image', 'quota', 'zone'),
        namespace: fc.constantFrom('', 'a'),
        name: fc.constantFrom('x', 'y', 'z'),
      }),
      { nil: null },
    ),
  })
  .map((each) => need(each.state, each.ordinals, each))
const anySets = fc
  .array(fc.array(anyNeed, { maxLength: 4 }), { maxLength: 20 })
  .map((all) => all.map((needs, index) => set(`set-${index}`, needs)))

describe('for any sets', () => {
  it('each that needs a person stands in exactly one row, under its most urgent cause, and no other does', () => {
    fc.assert(
      fc.property(anySets, (sets) => {
        const rows = attentionRows(sets)
        const listed = rows.flatMap((row) => row.sets.map(({ summary, need: of }) => ({ name: summary.name, of })))
        const needing = sets.filter(({ needs }) => needs.length > 0)
        expect(listed.map(({ name }) => name).sort()).toEqual(needing.map(({ name }) => name).sort())
        for (const { name, of } of listed) expect(sets.find((each) => each.name === name)?.needs[0]).toBe(of)
      }),
    )
  })
  it('no row is empty, its names are once each, and it counts what the cause holds wherever it stands', () => {
    fc.assert(
      fc.property(anySets, (sets) => {
        const rows = attentionRows(sets)
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
        for (const row of rows) {
          expect(row.holds.sets).toBe(row.sets.length + row.elsewhere)
          expect(row.holds.sets).toBeGreaterThan(0)
          if (row.shared) expect(new Set(row.shared.names).size).toBe(row.shared.names.length)
        }
      }),
    )
  })
  it('the order in which sets come does not matter', () => {
    fc.assert(
      fc.property(anySets, fc.func(fc.nat()), (sets, mix) => {
        const shuffled = [...sets].sort((a, b) => mix(a.name) - mix(b.name))
        const shape = (all: typeof sets) =>
          attentionRows(all).map((row) => [row.key, row.holds, row.sets.map(({ summary }) => summary.name), row.shared])
        expect(shape(shuffled)).toEqual(shape(sets))
      }),
    )
  })
})
