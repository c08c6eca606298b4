import { describe, expect, it } from 'vitest'
import { at, exampleClaim, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { find, ids } from '@/test/fixtures/findings'

describe('a claim that goes under its pod', () => {
  const set = exampleSet({ replicas: 1 })
  const going = exampleClaim(set, 0, {
    metadata: { deletionTimestamp: at(-5), finalizers: ['kubernetes.io/pvc-protection'] },
  })
  it('is found while the pod runs, while it is missing, and when a pod waits for a claim that is gone', () => {
    expect(find(exampleObjects(set, { claims: [going] }), 'missing-claim')).toMatchObject({ params: { kind: 'inUse' } })
    expect(find(exampleObjects(set, { pods: [], claims: [going] }), 'missing-claim')).toMatchObject({
      params: { kind: 'waits' },
    })
    const pods = [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [] })]
    expect(find(exampleObjects(set, { pods, claims: [] }), 'missing-claim')).toMatchObject({
      params: { kind: 'missing' },
    })
  })
  it('is not found outside the range, for a healthy claim, or when claims cannot be seen', () => {
    expect(ids(exampleObjects(set))).toEqual([])
    const outside = exampleClaim(set, 4, { metadata: { deletionTimestamp: at(-5) } })
    expect(ids(exampleObjects(set, { claims: [exampleClaim(set, 0), outside] }))).toEqual([])
    const pods = [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [] })]
    expect(ids(exampleObjects(set, { pods, claims: [], unknown: { persistentvolumeclaims: 'list' } }))).not.toContain(
      'missing-claim',
    )
  })
})
