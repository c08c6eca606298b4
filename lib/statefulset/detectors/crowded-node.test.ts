import { describe, expect, it } from 'vitest'
import { at, exampleNode, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('most pods in one place', () => {
  const set = exampleSet()
  const on = (...nodes: string[]) => nodes.map((node, n) => examplePod(set, n, { node }))
  const zoned = (...zones: string[]) =>
    new Map(
      zones.map((zone, n) => [
        `n${n}`,
        exampleNode(`n${n}`, 'True', at(-9), { labels: { 'topology.kubernetes.io/zone': zone } }),
      ]),
    )
  it('is found by node and by zone', () => {
    expect(
      find(
        exampleObjects(set, { pods: on('a', 'a', 'b'), nodes: new Map(['a', 'b'].map((n) => [n, exampleNode(n)])) }),
        'crowded-node',
      ),
    ).toMatchObject({ params: { kind: 'node', name: 'a', count: 2, total: 3 } })
    expect(find(exampleObjects(set, { nodes: zoned('x', 'x', 'y') }), 'crowded-node')).toMatchObject({
      params: { kind: 'zone', name: 'x' },
    })
  })
  it('is not found where they are spread, where there is but one zone, or for two pods', () => {
    expect(ids(exampleObjects(set, { nodes: zoned('x', 'y', 'z') }))).toEqual([])
    expect(ids(exampleObjects(set, { nodes: zoned('x', 'x', 'x') }))).toEqual([])
    const two = exampleSet({ replicas: 2 })
    expect(ids(exampleObjects(two, { pods: [0, 1].map((n) => examplePod(two, n, { node: 'n0' })) }))).not.toContain(
      'crowded-node',
    )
  })
})
