import { describe, expect, it } from 'vitest'
import type { Pod, StatefulSet } from '@/lib/statefulset/model/objects'
import { at, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a pod whose labels no longer fit', () => {
  const set = exampleSet()
  it('is found while the set still owns it', () => {
    const pods = [0, 1, 2].map((n) => examplePod(set, n, n === 1 ? { labels: { app: 'taken-out' } } : {}))
    expect(find(exampleObjects(set, { pods }), 'overlapping-selectors')).toMatchObject({
      ordinals: [1],
      params: { pods: 'web-1', count: 1 },
    })
  })
  const out = { labels: { app: 'taken-out' } }
  const selecting = (operator: string, values: string[]) =>
    exampleSet({ selector: { matchLabels: {}, matchExpressions: [{ key: 'tier', operator, values }] } })
  const tiered = (of: StatefulSet, tier: string) =>
    [0, 1, 2].map((n) => examplePod(of, n, { labels: { tier: n === 2 ? tier : 'db' } }))
  it.each<[string, StatefulSet, Pod[], readonly number[]]>([
    [
      'two of a Parallel set',
      exampleSet({ podManagementPolicy: 'Parallel' }),
      [0, 1, 2].map((n) => examplePod(set, n, n > 0 ? out : {})),
      [1, 2],
    ],
    [
      'of a set that starts at 3',
      exampleSet({ ordinalsStart: 3 }),
      [3, 4, 5].map((n) => examplePod(set, n, n === 4 ? out : {})),
      [4],
    ],
    [
      'outside the range, where it runs on for ever',
      exampleSet({ replicas: 1 }),
      [examplePod(set, 0), examplePod(set, 7, out)],
      [7],
    ],
    ['that has no labels at all', set, [0, 1, 2].map((n) => examplePod(set, n, n === 0 ? { labels: {} } : {})), [0]],
    ['by an expression', selecting('In', ['db']), tiered(selecting('In', ['db']), 'web'), [2]],
    ['by the absence of a label', selecting('NotIn', ['web']), tiered(selecting('NotIn', ['web']), 'web'), [2]],
  ])('is found: %s', (_, of, pods, ordinals) => {
    const found = find(exampleObjects(of, { pods }), 'overlapping-selectors')
    expect(found).toMatchObject({ ordinals, params: { count: ordinals.length } })
    expect(find(exampleObjects(of, { pods: pods.toReversed() }), 'overlapping-selectors')).toEqual(found)
  })
  it('is not found for one that is going, or one of another set', () => {
    const going = [examplePod(set, 1, { ...out, deletion: at(20) })]
    expect(ids(exampleObjects(set, { pods: going }))).not.toContain('overlapping-selectors')
    const owners = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'other', controller: true }]
    expect(ids(exampleObjects(set, { pods: [examplePod(set, 1, { ...out, owners })] }))).not.toContain(
      'overlapping-selectors',
    )
  })
  it('is not found where the labels fit, or for a pod of nobody', () => {
    expect(ids(exampleObjects(set))).toEqual([])
    const pods = [examplePod(set, 0, { labels: { app: 'taken-out' }, owners: [] })]
    expect(ids(exampleObjects(set, { pods }))).not.toContain('overlapping-selectors')
  })
})
