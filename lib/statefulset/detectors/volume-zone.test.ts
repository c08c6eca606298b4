import { describe, expect, it } from 'vitest'
import type { Claim } from '@/lib/statefulset/model/objects'
import {
  conditionOf,
  at,
  exampleClaim,
  exampleObjects,
  examplePod,
  exampleSet,
  exampleVolume,
} from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a volume that no fitting node reaches', () => {
  const set = exampleSet({ replicas: 1 })
  const pending = (message: string) =>
    examplePod(set, 0, {
      phase: 'Pending',
      node: null,
      conditions: [{ ...conditionOf('PodScheduled', 'False', at(-300), 'Unschedulable'), message }],
    })
  const volumes = (claim: Claim) =>
    new Map([[claim.spec.volumeName ?? '', exampleVolume(claim, { zones: ['zone-b'] })]])
  const claim = exampleClaim(set, 0)
  it.each([
    "0/3 nodes are available: 3 node(s) didn't match PersistentVolume's node affinity.",
    '0/3 nodes are available: 1 Insufficient memory, 2 node(s) had volume node affinity conflict.',
  ])('is found by the scheduler’s words: %s', (message) => {
    const objects = exampleObjects(set, { pods: [pending(message)], claims: [claim], volumes: volumes(claim) })
    expect(find(objects, 'volume-zone')).toMatchObject({ ordinals: [0], params: { place: 'zone-b' } })
  })
  it('is not found when only memory is missing', () => {
    expect(
      ids(exampleObjects(set, { pods: [pending('0/3 nodes are available: 3 Insufficient memory.')] })),
    ).not.toContain('volume-zone')
  })
})
