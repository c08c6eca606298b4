import { describe, expect, it } from 'vitest'
import { exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
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
  it('is not found where the labels fit, or for a pod of nobody', () => {
    expect(ids(exampleObjects(set))).toEqual([])
    const pods = [examplePod(set, 0, { labels: { app: 'taken-out' }, owners: [] })]
    expect(ids(exampleObjects(set, { pods }))).not.toContain('overlapping-selectors')
  })
})
