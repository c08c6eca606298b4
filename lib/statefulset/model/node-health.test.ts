import { describe, expect, it } from 'vitest'
import { at, exampleNode, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { evictionAt, healthOfNode, isUnheard, nodeHealth } from './node-health'
import { rfc3339 } from './time'

const set = exampleSet()

describe('the node of a pod', () => {
  it('speaks when it says that it is not ready, and is silent when nobody heard of it', () => {
    expect(['True', 'False', 'Unknown'].map((ready) => healthOfNode(exampleNode('n', ready)))).toEqual([
      'ready',
      'not-ready',
      'silent',
    ])
    const never = { ...exampleNode('n'), status: { ...exampleNode('n').status, conditions: [] } }
    expect(healthOfNode(never)).toBe('silent')
    expect(isUnheard('not-ready')).toBe(false)
  })

  it('is not known where nodes cannot be seen, but one that is seen is', () => {
    const pods = [examplePod(set, 0)]
    const unknown = { nodes: 'list nodes' }
    expect(
      nodeHealth(exampleObjects(set, { pods, nodes: new Map(), unknown }), pods[0] ?? examplePod(set, 0)),
    ).toBeNull()
    const seen = new Map([['n0', exampleNode('n0')]])
    expect(nodeHealth(exampleObjects(set, { pods, nodes: seen, unknown }), examplePod(set, 0))).toBe('ready')
    expect(nodeHealth(exampleObjects(set, { pods, nodes: new Map() }), examplePod(set, 0))).toBe('absent')
  })

  it('evicts after the toleration, and never where it is tolerated for ever', () => {
    const taint = { key: 'node.kubernetes.io/unreachable', value: null, effect: 'NoExecute', timeAdded: at(-60) }
    const node = { ...exampleNode('n0', 'Unknown'), spec: { ...exampleNode('n0').spec, taints: [taint] } }
    const tolerating = (seconds: number | null) =>
      examplePod(set, 0, {
        spec: { tolerations: [{ key: taint.key, operator: 'Exists', effect: 'NoExecute', seconds }] },
      })
    expect(evictionAt(tolerating(300), node)).toBe(at(240))
    expect(evictionAt(tolerating(null), node)).toBeNull()
    expect(evictionAt(tolerating(Number.MAX_SAFE_INTEGER), node)).toBeNull()
    expect(evictionAt(tolerating(300), exampleNode('n0'))).toBeNull()
  })
})

it('a moment beyond what RFC 3339 can write is its limit, and nothing throws', () => {
  expect(rfc3339(9e18)).toBe('9999-12-31T23:59:59Z')
  expect(rfc3339(Number.NaN)).toBe('1970-01-01T00:00:00Z')
})
