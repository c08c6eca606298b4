import { describe, expect, it } from 'vitest'
import type { Claim } from '@/lib/statefulset/model/objects'
import { at, conditionOf, exampleClaim, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('an old claim that wakes up', () => {
  const set = exampleSet({ replicas: 2 })
  const idle = (status: string, since: number) => ({
    ...exampleClaim(set, 1),
    status: { ...exampleClaim(set, 1).status, conditions: [conditionOf('Unused', status, at(since))] },
  })
  const objects = (claim: Claim) =>
    exampleObjects(set, { pods: [examplePod(set, 0)], claims: [exampleClaim(set, 0), claim] })
  it('is found before the ordinal is created, with the time since when nothing used it', () => {
    expect(find(objects(idle('True', -9000)), 'old-claim')).toMatchObject({
      ordinals: [1],
      params: { unusedSince: at(-9000) },
    })
  })
  it('is not found for a pod that is only being replaced', () => {
    expect(ids(objects(idle('True', -20)))).not.toContain('old-claim')
    expect(ids(objects(idle('False', -9000)))).not.toContain('old-claim')
    expect(ids(objects(exampleClaim(set, 1)))).not.toContain('old-claim')
  })
})
