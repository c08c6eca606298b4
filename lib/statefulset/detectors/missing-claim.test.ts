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
  it('is not found of a pod whose claim may not have been told of yet', () => {
    const young = (seconds: number) => {
      const pods = [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [], created: at(-seconds) })]
      return find(exampleObjects(set, { pods, claims: [] }), 'missing-claim')
    }
    expect(young(3)).toBeUndefined()
    expect(young(12)).toMatchObject({ params: { kind: 'missing' } })
  })
  const two = exampleSet({
    replicas: 2,
    ordinalsStart: 6,
    claimTemplates: ['data', 'wal'].map((name) => ({ name, storageClassName: 'fast', requested: '1Gi' })),
  })
  const claimsOf = (lost: readonly string[]) =>
    [6, 7].flatMap((n) =>
      ['data', 'wal'].map((template) =>
        exampleClaim(two, n, { template, ...(lost.includes(`${template}-${n}`) ? { phase: 'Lost' } : {}) }),
      ),
    )
  it.each([
    ['under a pod that is well', ['wal-7'], {}, 'wal-web-7'],
    ['under a pod that starts', ['data-6'], { phase: 'Pending' }, 'data-web-6'],
    ['under a pod that is terminating', ['data-6'], { deletion: at(20) }, 'data-web-6'],
    ['of two, the lower one', ['data-7', 'wal-6'], {}, 'wal-web-6'],
    ['though volumes may not be seen', ['wal-6'], {}, 'wal-web-6'],
  ])('is found where a claim has lost its volume %s', (_, lost, changes, claim) => {
    const objects = exampleObjects(two, {
      pods: [6, 7].map((n) => examplePod(two, n, changes)),
      claims: claimsOf(lost),
    })
    const unseen = { volumes: new Map(), unknown: { persistentvolumes: 'list persistentvolumes' } }
    expect(find({ ...objects, ...unseen }, 'missing-claim')).toMatchObject({ params: { kind: 'lost', claim } })
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
