import { describe, expect, it } from 'vitest'
import { at, conditionOf, exampleClaim, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('claims left over', () => {
  const set = exampleSet({ replicas: 1 })
  const left = (n: number) => ({
    ...exampleClaim(set, n),
    status: { ...exampleClaim(set, n).status, conditions: [conditionOf('Unused', 'True', at(-86_400))] },
  })
  it('are found outside the range, with their size and the time since nobody uses them', () => {
    expect(
      find(exampleObjects(set, { claims: [exampleClaim(set, 0), left(3), left(4)] }), 'left-claims'),
    ).toMatchObject({
      ordinals: [3, 4],
      params: { count: 2, size: '2Gi' },
      since: at(-86_400),
    })
  })
  it('are not those that a pod still mounts, or that are going', () => {
    const pods = [examplePod(set, 0), examplePod(set, 3, { deletion: at(10) })]
    expect(ids(exampleObjects(set, { pods, claims: [left(3)] }))).not.toContain('left-claims')
    const going = exampleClaim(set, 3, { metadata: { deletionTimestamp: at(-1) } })
    expect(ids(exampleObjects(set, { claims: [going] }))).not.toContain('left-claims')
  })
})
