import { describe, expect, it } from 'vitest'
import type { OrdinalState } from '@/lib/statefulset/model/view'
import { exampleSummary } from '@/test/fixtures/example-summary'
import { lineGroups, placeLabels } from './line-groups'

const set = (namespace: string, name: string, ordinals: [number, OrdinalState, number][]) =>
  exampleSummary(name, ordinals, { namespace, worst: 'crash' })

describe('the cluster line', () => {
  it('keeps namespaces, sets and ordinals in fixed order and leaves ghosts out', () => {
    const { groups, perSet } = lineGroups([
      set('web', 'b', [[0, 'crash', 1]]),
      set('web', 'a', [
        [0, 'ok', 2],
        [2, 'ghost', 1],
      ]),
      set('auth', 'z', [[0, 'ok', 1]]),
      set('idle', 'nothing', []),
    ])
    expect(perSet).toBe(false)
    expect(groups.map((group) => group.namespace)).toEqual(['auth', 'web'])
    expect(groups[1]?.sets.flatMap((each) => each.ticks.map((tick) => tick.name))).toEqual(['a-0', 'a-1', 'b-0'])
  })
  it('is one mark per set when there are more than 400 ordinals', () => {
    const { groups, perSet } = lineGroups([set('a', 'big', [[0, 'ok', 500]])])
    expect(perSet).toBe(true)
    expect(groups[0]?.sets[0]?.ticks).toEqual([{ name: 'big', state: 'crash', urgency: 2 }])
  })
})

describe('its labels', () => {
  it('drop the less urgent one of two that would touch', () => {
    const placed = placeLabels(
      [
        { name: 'moving-1', centre: 110, urgency: 1 },
        { name: 'loud-1', centre: 100, urgency: 2 },
        { name: 'far-1', centre: 300, urgency: 1 },
      ],
      400,
      7,
      8,
    )
    expect(placed.map((label) => label.name).sort()).toEqual(['far-1', 'loud-1'])
  })
  it('stay inside the line', () => {
    expect(placeLabels([{ name: 'abcd', centre: 0, urgency: 2 }], 100, 7, 8)[0]?.left).toBe(0)
    expect(placeLabels([{ name: 'abcd', centre: 100, urgency: 2 }], 100, 7, 8)[0]?.left).toBe(72)
  })
})
