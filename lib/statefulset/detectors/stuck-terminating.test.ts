import { describe, expect, it } from 'vitest'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { at, exampleNode, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('stuck terminating', () => {
  const set = exampleSet()
  const objects = (node: string, deletion: number, more: Partial<SetObjects> = {}) =>
    exampleObjects(set, {
      pods: [examplePod(set, 0), examplePod(set, 1, { deletion: at(deletion), ready: false }), examplePod(set, 2)],
      nodes: new Map([
        ['n0', exampleNode('n0')],
        ['n1', exampleNode('n1', node, at(-400))],
        ['n2', exampleNode('n2')],
      ]),
      ...more,
    })
  it('is found on a node that does not answer, half a minute after the grace period', () => {
    expect(find(objects('Unknown', -60), 'stuck-terminating')).toMatchObject({
      ordinals: [1],
      params: { pods: 'web-1', node: 'n1' },
      since: at(-90),
    })
    // A node that says that it is not ready speaks: its kubelet will tell the end.
    expect(ids(objects('False', -60))).not.toContain('stuck-terminating')
    expect(ids(objects('Unknown', -10))).not.toContain('stuck-terminating')
    expect(ids(objects('Unknown', -10), 20)).toContain('stuck-terminating')
  })
  it('is found where the node is gone, and not where nodes cannot be seen', () => {
    expect(ids(objects('True', -60, { nodes: new Map() }))).toContain('stuck-terminating')
    expect(ids(objects('True', -60, { nodes: new Map(), unknown: { nodes: 'list nodes' } }))).not.toContain(
      'stuck-terminating',
    )
  })
  it('is not found on a node that is ready: that pod only takes long', () => {
    expect(ids(objects('True', -600))).not.toContain('stuck-terminating')
  })
})
