import { describe, expect, it } from 'vitest'
import { exampleBudget, exampleNode, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { readCase } from '@/test/fixtures/cases'
import { find, ids } from '@/test/fixtures/findings'
import { viewOf } from '@/lib/statefulset/view/build-view'

const inCase = (id: string) => {
  const { objects, now } = readCase(id)
  return viewOf(objects, { cluster: 'cases', now }).view.problems?.find((each) => each.runbook === 'blocked-drain')
}

describe('a drain that a budget blocks', () => {
  const set = exampleSet()
  const cordoned = { ...exampleNode('n1'), spec: { unschedulable: true, taints: [] } }
  const nodes = new Map([
    ['n0', exampleNode('n0')],
    ['n1', cordoned],
    ['n2', exampleNode('n2')],
  ])
  const budget = (disruptionsAllowed: number) =>
    exampleBudget(set, { disruptionsAllowed, currentHealthy: 2, desiredHealthy: 3 })

  it('is found on a cordoned node under a budget that allows nothing', () => {
    expect(find(exampleObjects(set, { nodes, budgets: [budget(0)] }), 'blocked-drain')).toMatchObject({
      ordinals: [1],
      params: { node: 'n1', why: 'exhausted', healthy: 2, desired: 3 },
    })
  })

  it('is not found while the budget allows one, or without a budget', () => {
    expect(ids(exampleObjects(set, { nodes, budgets: [budget(1)] }))).not.toContain('blocked-drain')
    expect(ids(exampleObjects(set, { nodes }))).not.toContain('blocked-drain')
  })

  it('is not found for a pod that may go because it does not run, or is not ready', () => {
    expect(inCase('C4')).toBeUndefined()
    expect(inCase('C4b')).toBeUndefined()
  })

  it('is found where two budgets select the pod, whatever each allows', () => {
    const found = inCase('C5')
    expect(found).toMatchObject({ ordinals: [1], params: { pod: 'web-1', node: 'n1', why: 'several', count: 2 } })
    expect(found?.params.budgets).toBe('operator-pdb, web-pdb')
  })

  it('is found under a budget that was changed and not counted since', () => {
    const fresh = exampleBudget(set, { observedGeneration: 1 }, { metadata: { ...budget(1).metadata, generation: 2 } })
    const found = find(exampleObjects(set, { nodes, budgets: [fresh] }), 'blocked-drain')
    expect(found?.params.why).toBe('unseen')
    expect(found?.proof.map(({ field }) => field)).toContain('status.observedGeneration')
  })

  it('names every ordinal that is held, and no pod that is already going', () => {
    const both = new Map([...nodes, ['n0', { ...cordoned, metadata: exampleNode('n0').metadata }]])
    expect(find(exampleObjects(set, { nodes: both, budgets: [budget(0)] }), 'blocked-drain')?.ordinals).toEqual([0, 1])
    const pods = [0, 1, 2].map((n) => examplePod(set, n, n === 1 ? { deletion: set.metadata.creationTimestamp } : {}))
    expect(ids(exampleObjects(set, { nodes, pods, budgets: [budget(0)] }))).not.toContain('blocked-drain')
  })
})
