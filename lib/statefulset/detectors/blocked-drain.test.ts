import { describe, expect, it } from 'vitest'
import { exampleNode, exampleObjects, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a drain that a budget blocks', () => {
  const set = exampleSet()
  const cordoned = { ...exampleNode('n1'), spec: { unschedulable: true, taints: [], providerID: null } }
  const nodes = new Map([
    ['n0', exampleNode('n0')],
    ['n1', cordoned],
    ['n2', exampleNode('n2')],
  ])
  const budget = (disruptionsAllowed: number) => ({
    metadata: { ...exampleNode('pdb').metadata, namespace: 'default' },
    selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
    status: { disruptionsAllowed, currentHealthy: 2, desiredHealthy: 3, expectedPods: 3 },
  })
  it('is found on a cordoned node under a budget that allows nothing', () => {
    expect(find(exampleObjects(set, { nodes, budgets: [budget(0)] }), 'blocked-drain')).toMatchObject({
      ordinals: [1],
      params: { node: 'n1', healthy: 2, desired: 3 },
    })
  })
  it('is not found while the budget allows one, or without a budget', () => {
    expect(ids(exampleObjects(set, { nodes, budgets: [budget(1)] }))).not.toContain('blocked-drain')
    expect(ids(exampleObjects(set, { nodes }))).not.toContain('blocked-drain')
  })
})
