import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  at,
  exampleClaim,
  exampleNode,
  exampleNow,
  exampleObjects,
  examplePod,
  exampleRevision,
  exampleSet,
} from '@/test/fixtures/example-objects'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import { planPodDelete, planScale } from './plan'

const words = (objects: SetObjects, replicas: number) =>
  planScale(objects, replicas, exampleNow).steps.map((step) => `${step.action} ${step.ordinal}`)
const ownedBy = (uid: string, name: string) => [{ apiVersion: 'v1', kind: 'Pod', name, uid, controller: true }]

describe('scaling an ordered set', () => {
  it('removes the highest ordinals one by one and keeps their claims', () => {
    const plan = planScale(exampleObjects(), 1, exampleNow)
    expect(plan.steps.map((step) => [step.action, step.ordinal, step.group, step.now])).toEqual([
      ['delete', 2, 0, true],
      ['delete', 1, 1, false],
    ])
    expect(plan.steps.flatMap((step) => step.claims.map((claim) => claim.fate))).toEqual(['kept', 'kept'])
    expect(plan).toMatchObject({ from: 3, to: 1, result: { first: 0, last: 0 }, blockedBy: null, confirm: [] })
    expect(plan.steps[0]?.graceSeconds).toBe(30)
  })

  it('creates upwards, and old claims wake up with their data', () => {
    const set = exampleSet({ replicas: 1 })
    const objects = exampleObjects(set, { claims: [0, 2].map((n) => exampleClaim(set, n)) })
    const plan = planScale(objects, 4, exampleNow)
    expect(plan.steps.map((step) => `${step.action} ${step.ordinal} ${step.claims[0]?.fate}`)).toEqual([
      'create 1 created',
      'create 2 wakes',
      'create 3 created',
    ])
    expect(plan.steps.map((step) => step.now)).toEqual([true, false, false])
    expect(plan.steps[1]?.claims[0]?.createdAt).toBe(at(-3600))
  })

  it('says that an unready ordinal stands in the way', () => {
    const set = exampleSet()
    const pods = [examplePod(set, 0), examplePod(set, 1, { ready: false, since: at(-600) }), examplePod(set, 2)]
    const plan = planScale(exampleObjects(set, { pods }), 1, exampleNow)
    // Ordinal 1 itself is surplus then: the lowest unhealthy one may go, but 2 is looked at first and is healthy.
    expect(plan.blockedBy).toBeNull()
    expect(planScale(exampleObjects(set, { pods }), 2, exampleNow)).toMatchObject({
      steps: [{ action: 'delete', ordinal: 2, now: false }],
      blockedBy: { ordinal: 1, reason: 'not-ready', blocks: ['remove'] },
    })
    expect(planScale(exampleObjects(set, { pods }), 5, exampleNow).blockedBy).toMatchObject({ ordinal: 1 })
  })

  it('asks for a typed name when claims go or nothing is left', () => {
    const set = exampleSet({ whenScaled: 'Delete' })
    const plan = planScale(exampleObjects(set), 0, exampleNow)
    expect(plan.confirm).toEqual(['claims-deleted', 'to-zero'])
    expect(plan.result).toBeNull()
    expect(plan.steps.map((step) => step.claims[0]?.fate)).toEqual(['deleted', 'deleted', 'deleted'])
    expect(plan.steps[0]?.claims[0]?.reclaimPolicy).toBe('Delete')
  })

  it('leaves a claim that another controller owns', () => {
    const set = exampleSet({ whenScaled: 'Delete', replicas: 1 })
    const owners = [{ apiVersion: 'example.com/v1', kind: 'Backup', name: 'b', uid: 'b', controller: true }]
    const plan = planScale(
      exampleObjects(set, { claims: [exampleClaim(set, 0, { metadata: { owners } })] }),
      0,
      exampleNow,
    )
    expect(plan.steps[0]?.claims[0]?.fate).toBe('kept-foreign')
    expect(plan.confirm).toEqual(['to-zero'])
  })

  it('waits for a claim that is being deleted or belongs to a pod that is gone', () => {
    const set = exampleSet({ whenScaled: 'Delete', replicas: 1 })
    const deleting = exampleClaim(set, 1, { metadata: { deletionTimestamp: at(-5) } })
    const blocked = planScale(exampleObjects(set, { claims: [exampleClaim(set, 0), deleting] }), 2, exampleNow)
    expect(blocked).toMatchObject({
      steps: [{ ordinal: 1, now: false, claims: [{ fate: 'blocked-deleting' }] }],
      blockedBy: { ordinal: 1, reason: 'claim-deleting', params: { claim: 'data-web-1' } },
    })
    const stale = exampleClaim(set, 1, { metadata: { owners: ownedBy('gone', 'web-1') } })
    expect(planScale(exampleObjects(set, { claims: [exampleClaim(set, 0), stale] }), 2, exampleNow)).toMatchObject({
      steps: [{ claims: [{ fate: 'blocked-stale' }] }],
      blockedBy: { reason: 'claim-stale' },
    })
  })

  it('sees that a claim goes with the pod that is still terminating, and comes back empty', () => {
    const set = exampleSet({ whenScaled: 'Delete', replicas: 1 })
    const leaving = examplePod(set, 1, { deletion: at(20) })
    const claim = exampleClaim(set, 1, { metadata: { owners: ownedBy('uid-web-1', 'web-1') } })
    const objects = exampleObjects(set, { pods: [examplePod(set, 0), leaving], claims: [exampleClaim(set, 0), claim] })
    expect(planScale(objects, 2, exampleNow)).toMatchObject({
      steps: [{ action: 'create', ordinal: 1, now: false, claims: [{ fate: 'replaced' }] }],
      blockedBy: { reason: 'terminating', ordinal: 1 },
      confirm: ['claims-deleted'],
    })
  })

  it('does not know the fate of claims that may not be listed', () => {
    const objects = exampleObjects(undefined, { claims: [], unknown: { persistentvolumeclaims: 'list' } })
    expect(planScale(objects, 2, exampleNow).steps[0]?.claims[0]?.fate).toBe('unknown')
  })

  it('names what would happen anyway', () => {
    const set = exampleSet()
    const plan = planScale(exampleObjects(set, { pods: [0, 1].map((n) => examplePod(set, n)) }), 4, exampleNow)
    expect(plan.steps.map((step) => [step.ordinal, step.due])).toEqual([
      [2, true],
      [3, false],
    ])
  })

  it('refuses numbers that are no replicas', () => {
    for (const wrong of [-1, 1.5, NaN, 2 ** 31])
      expect(() => planScale(exampleObjects(), wrong, exampleNow)).toThrow(RangeError)
  })
})

describe('scaling a Parallel set', () => {
  it('creates and removes all at once', () => {
    const set = exampleSet({ podManagementPolicy: 'Parallel' })
    expect(
      planScale(exampleObjects(set), 0, exampleNow).steps.map((step) => [step.ordinal, step.now, step.group]),
    ).toEqual([
      [2, true, 0],
      [1, true, 0],
      [0, true, 0],
    ])
    expect(words(exampleObjects(set), 5)).toEqual(['create 3', 'create 4'])
  })

  it('removes the surplus even while an ordinal is unready', () => {
    const set = exampleSet({ podManagementPolicy: 'Parallel' })
    const pods = [examplePod(set, 0, { ready: false }), examplePod(set, 1), examplePod(set, 2)]
    expect(planScale(exampleObjects(set, { pods }), 2, exampleNow)).toMatchObject({
      steps: [{ ordinal: 2, now: true }],
      blockedBy: null,
    })
  })
})

describe('scaling during a rollout', () => {
  it('lists the scaling alone', () => {
    const set = exampleSet({}, { updateRevision: 'web-2' })
    const pods = [0, 1, 2].map((n) => examplePod(set, n, { revision: n === 2 ? 'web-2' : 'web-1' }))
    expect(words(exampleObjects(set, { pods }), 5)).toEqual(['create 3', 'create 4'])
    expect(words(exampleObjects(set, { pods }), 2)).toEqual(['delete 2'])
  })
})

describe('deleting a pod', () => {
  it('brings it back at the update revision on the same claim', () => {
    const set = exampleSet({}, { updateRevision: 'web-2' })
    const pods = [0, 1, 2].map((n) => examplePod(set, n, { revision: 'web-1' }))
    const revisions = ['web-1', 'web-2'].map((name, index) => exampleRevision(set, name, index + 1))
    expect(planPodDelete(exampleObjects(set, { pods, revisions }), 1, exampleNow)).toMatchObject({
      pod: 'web-1',
      comesBack: true,
      revision: { now: 'web-1', then: 'web-2' },
      claims: [{ fate: 'stays' }],
      blockedBy: null,
      holdsUpTheSet: true,
    })
  })

  it('brings it back at the current revision below the partition', () => {
    const set = exampleSet(
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2, maxUnavailable: '1' } } },
      { currentRevision: 'web-1', updateRevision: 'web-2' },
    )
    const revisions = ['web-1', 'web-2'].map((name, index) => exampleRevision(set, name, index + 1))
    const objects = exampleObjects(set, { revisions })
    expect(planPodDelete(objects, 1, exampleNow)?.revision.then).toBe('web-1')
    expect(planPodDelete(objects, 2, exampleNow)?.revision.then).toBe('web-2')
  })

  it('does not bring it back outside the range, when the set goes, or when it is not the set’s', () => {
    const set = exampleSet({ replicas: 1 })
    const pods = [0, 1].map((n) => examplePod(set, n))
    expect(planPodDelete(exampleObjects(set, { pods }), 1, exampleNow)?.comesBack).toBe('outside-range')
    const going = exampleSet({ replicas: 1 }, {}, { deletionTimestamp: at(-1) })
    expect(planPodDelete(exampleObjects(going), 0, exampleNow)?.comesBack).toBe('set-deleting')
    const foreign = examplePod(set, 0, {
      owners: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'j', controller: true }],
    })
    expect(planPodDelete(exampleObjects(set, { pods: [foreign] }), 0, exampleNow)?.comesBack).toBe('not-owned')
    expect(planPodDelete(exampleObjects(set), 5, exampleNow)).toBeNull()
  })

  it('waits for a lower ordinal of an ordered set', () => {
    const set = exampleSet()
    const pods = [examplePod(set, 0, { ready: false }), examplePod(set, 1), examplePod(set, 2)]
    const nodes = new Map([['n0', exampleNode('n0', 'Unknown')]])
    expect(planPodDelete(exampleObjects(set, { pods, nodes }), 2, exampleNow)).toMatchObject({
      blockedBy: { ordinal: 0, reason: 'node-silent' },
    })
  })

  it('takes a claim along that the pod owns', () => {
    const set = exampleSet({ replicas: 1 })
    const claims = [exampleClaim(set, 0, { metadata: { owners: ownedBy('uid-web-0', 'web-0') } })]
    expect(planPodDelete(exampleObjects(set, { claims }), 0, exampleNow)?.claims[0]?.fate).toBe('deleted')
  })
})

describe('for any set', () => {
  const any = fc.record({
    replicas: fc.integer({ min: 0, max: 7 }),
    to: fc.integer({ min: 0, max: 9 }),
    start: fc.integer({ min: 0, max: 3 }),
    policy: fc.constantFrom('OrderedReady', 'Parallel'),
    whenScaled: fc.constantFrom('Retain' as const, 'Delete' as const),
    unready: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 3 }),
    claims: fc.uniqueArray(fc.integer({ min: 0, max: 12 })),
  })

  it('no ordinal is skipped, none happens twice, and a kept claim is never deleted', () => {
    fc.assert(
      fc.property(any, ({ replicas, to, start, policy, whenScaled, unready, claims }) => {
        const set = exampleSet({ replicas, ordinalsStart: start, podManagementPolicy: policy, whenScaled })
        const pods = Array.from({ length: replicas }, (_, i) =>
          examplePod(set, i + start, { ready: !unready.includes(i) }),
        )
        const objects = exampleObjects(set, { pods, claims: claims.map((n) => exampleClaim(set, n)) })
        const plan = planScale(objects, to, exampleNow)
        const created = plan.steps.filter((step) => step.action === 'create').map((step) => step.ordinal)
        const removed = plan.steps.filter((step) => step.action === 'delete').map((step) => step.ordinal)
        expect(created).toEqual(Array.from({ length: Math.max(0, to - replicas) }, (_, i) => start + replicas + i))
        expect(removed).toEqual(Array.from({ length: Math.max(0, replicas - to) }, (_, i) => start + replicas - 1 - i))
        const fates = plan.steps.flatMap((step) => step.claims.map((claim) => claim.fate))
        if (whenScaled === 'Retain') expect(fates).not.toContain('deleted')
      }),
    )
  })

  it('the order of the objects changes nothing', () => {
    fc.assert(
      fc.property(any, ({ replicas, to, start, policy, unready, claims }) => {
        const set = exampleSet({ replicas, ordinalsStart: start, podManagementPolicy: policy })
        const pods = Array.from({ length: replicas }, (_, i) =>
          examplePod(set, i + start, { ready: !unready.includes(i) }),
        )
        const objects = exampleObjects(set, { pods, claims: claims.map((n) => exampleClaim(set, n)) })
        const reversed = { ...objects, pods: pods.toReversed(), claims: objects.claims.toReversed() }
        expect(planScale(reversed, to, exampleNow)).toEqual(planScale(objects, to, exampleNow))
      }),
    )
  })
})
