import { describe, expect, it } from 'vitest'
import { viewOf } from '@/lib/statefulset/view/build-view'
import { readCase } from '@/test/fixtures/cases'
import type { Node, SetObjects } from '@/lib/statefulset/model/objects'
import { at, exampleNode, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('the out-of-service taint on a node that is not off', () => {
  const set = exampleSet()
  const nodesWith = (ready: string, key: string, effect = 'NoExecute') =>
    new Map(
      ['n0', 'n1', 'n2'].map((name) => {
        const taints = name === 'n1' ? [{ key, value: 'nodeshutdown', effect, timeAdded: at(-7200) }] : []
        return [name, { ...exampleNode(name, ready), spec: { unschedulable: false, taints } }]
      }),
    )
  const outOfService = 'node.kubernetes.io/out-of-service'

  it('is found on a node that is ready, since it was tainted', () => {
    const { objects, now } = readCase('E4')
    const { problems } = viewOf(objects, { cluster: 'cases', now }).view
    expect(problems?.find((each) => each.runbook === 'out-of-service')).toMatchObject({
      alias: 'R25',
      ordinals: [1],
      params: { nodes: 'n1', count: 1 },
      since: '2026-11-19T00:00:00Z',
    })
  })

  it('is found whatever the taint does', () => {
    for (const effect of ['NoExecute', 'NoSchedule'])
      expect(
        find(exampleObjects(set, { nodes: nodesWith('True', outOfService, effect) }), 'out-of-service'),
      ).toMatchObject({ ordinals: [1], since: at(-7200) })
  })

  it('names the nodes of its pods alone: one where a pod was before is another matter', () => {
    const nodes = new Map<string, Node>([
      ...nodesWith('True', outOfService),
      [
        'n9',
        {
          ...exampleNode('n9'),
          spec: {
            unschedulable: false,
            taints: [{ key: outOfService, value: null, effect: 'NoExecute', timeAdded: at(-60) }],
          },
        },
      ],
    ])
    expect(find(exampleObjects(set, { nodes }), 'out-of-service')).toMatchObject({
      ordinals: [1],
      params: { nodes: 'n1', count: 1 },
      since: at(-7200),
    })
  })
  it.each<[string, SetObjects, readonly number[]]>([
    [
      'a pod outside the range',
      exampleObjects(exampleSet({ replicas: 1 }), {
        pods: [0, 1].map((n) => examplePod(set, n)),
        nodes: nodesWith('True', outOfService),
      }),
      [1],
    ],
    [
      'two ordinals of one node',
      exampleObjects(set, {
        pods: [0, 1, 2].map((n) => examplePod(set, n, { node: 'n1' })),
        nodes: nodesWith('True', outOfService),
      }),
      [0, 1, 2],
    ],
    [
      'a pod that is terminating there',
      exampleObjects(set, {
        pods: [0, 1, 2].map((n) => examplePod(set, n, n === 1 ? { deletion: at(-60) } : {})),
        nodes: nodesWith('True', outOfService),
      }),
      [1],
    ],
    [
      'a set that starts at 40',
      exampleObjects(exampleSet({ replicas: 1, ordinalsStart: 40 }), {
        pods: [examplePod(set, 40, { node: 'n1' })],
        nodes: nodesWith('True', outOfService),
      }),
      [40],
    ],
    [
      'a cordoned node too',
      exampleObjects(set, {
        nodes: new Map(
          [...nodesWith('True', outOfService)].map(([name, node]) => [
            name,
            { ...node, spec: { ...node.spec, unschedulable: true } },
          ]),
        ),
      }),
      [1],
    ],
  ])('is found for %s', (_, objects, ordinals) => {
    expect(find(objects, 'out-of-service')?.ordinals).toEqual(ordinals)
  })

  it('is not found on a node that is not ready or silent: there it is what it is for', () => {
    for (const ready of ['False', 'Unknown'])
      expect(ids(exampleObjects(set, { nodes: nodesWith(ready, outOfService) }))).not.toContain('out-of-service')
  })

  it('is not found for another taint, or where nodes may not be seen', () => {
    expect(ids(exampleObjects(set, { nodes: nodesWith('True', 'node.kubernetes.io/unreachable') }))).not.toContain(
      'out-of-service',
    )
    expect(ids(exampleObjects(set, { nodes: new Map(), unknown: { nodes: 'list nodes' } }))).not.toContain(
      'out-of-service',
    )
  })
})
