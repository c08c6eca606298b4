import { describe, expect, it } from 'vitest'
import { at, conditionOf, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('nodes that hold as many volumes as they can', () => {
  const set = exampleSet({ replicas: 1 })
  const unplaced = (message: string) =>
    exampleObjects(set, {
      pods: [
        examplePod(set, 0, {
          phase: 'Pending',
          node: null,
          conditions: [{ ...conditionOf('PodScheduled', 'False', at(-300), 'Unschedulable'), message }],
        }),
      ],
    })

  it('are found by the scheduler’s words', () => {
    expect(find(unplaced('0/3 nodes are available: 3 node(s) exceed max volume count.'), 'attach-limit')).toMatchObject(
      {
        alias: 'R29',
        ordinals: [0],
        since: at(-300),
      },
    )
  })

  it('are not found where something else is missing', () => {
    expect(ids(unplaced('0/3 nodes are available: 3 Insufficient cpu.'))).not.toContain('attach-limit')
  })
})
