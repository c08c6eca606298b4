import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCase } from '@/test/fixtures/cases'
import { at, exampleClaim, exampleNow, exampleObjects, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'
import { objectsOfStepped } from '@/test/fixtures/stepped-objects'
import { planPodDelete, planScale } from './plan'

/** Nothing is destroyed unannounced: every claim that an action may end is named before it, and asked for. */

const storage = { size: '1Gi', path: '/data' }
const retention = (whenScaled: 'Retain' | 'Delete') => ({ whenScaled, whenDeleted: 'Retain' as const })
const claimsOf = (cluster: SteppedCluster) => cluster.names('persistentvolumeclaims')
const nowOf = (cluster: SteppedCluster) => cluster.clock.now()
const endingOf = (cluster: SteppedCluster, replicas: number) =>
  planScale(objectsOfStepped(cluster), replicas, nowOf(cluster))

async function settledSet(
  plan: Parameters<SteppedCluster['create']>[0],
  run: (cluster: SteppedCluster) => Promise<void>,
): Promise<void> {
  const cluster = await SteppedCluster.start()
  try {
    cluster.create({ storage, ...plan })
    await cluster.settled(3)
    await run(cluster)
  } finally {
    await cluster.stop()
  }
}

describe.each([
  ['OrderedReady', false],
  ['Parallel', true],
])('a scale of a set that is %s', (_, parallel) => {
  it('announces the claim of a pod that is terminating already', () =>
    settledSet({ parallel, retention: retention('Delete') }, async (cluster) => {
      cluster.delete('pods', 'web-2')
      await cluster.step(0)
      const plan = endingOf(cluster, 2)
      expect(plan.confirm).toEqual(['claims-deleted'])
      expect(plan.steps).toMatchObject([
        { ordinal: 2, leaving: true, claims: [{ name: 'data-web-2', fate: 'deleted' }] },
      ])
      cluster.scale(2)
      await cluster.settled(2)
      await cluster.step(5)
      expect(claimsOf(cluster)).toEqual(['data-web-0', 'data-web-1'])
    }))

  it('announces it also when a finalizer holds the pod back', () =>
    settledSet({ parallel, retention: retention('Delete') }, async (cluster) => {
      cluster.demo.view.mutate('pods', 'default', 'web-2', (pod) => {
        pod.metadata.finalizers = ['example.com/hold']
      })
      cluster.delete('pods', 'web-2')
      await cluster.step(60)
      expect(endingOf(cluster, 2).ending.map(({ name }) => name)).toEqual(['data-web-2'])
      expect(endingOf(cluster, 3).ending).toEqual([])
    }))

  it('announces a claim whose deletion was asked for and which only its pod holds back, under any policy', () =>
    settledSet({ parallel, retention: retention('Retain') }, async (cluster) => {
      cluster.delete('persistentvolumeclaims', 'data-web-2')
      await cluster.step(1)
      const plan = endingOf(cluster, 2)
      expect(plan.ending).toMatchObject([{ name: 'data-web-2', fate: 'deleted' }])
      cluster.scale(2)
      await cluster.settled(2)
      await cluster.step(5)
      expect(claimsOf(cluster)).toEqual(['data-web-0', 'data-web-1'])
    }))

  it('promises to keep what is kept', () =>
    settledSet({ parallel, retention: retention('Retain') }, async (cluster) => {
      cluster.delete('pods', 'web-2')
      await cluster.step(0)
      const plan = endingOf(cluster, 2)
      expect(plan).toMatchObject({ confirm: [], ending: [] })
      expect(plan.steps).toMatchObject([{ leaving: true, claims: [{ fate: 'kept' }] }])
      cluster.scale(2)
      await cluster.settled(2)
      await cluster.step(5)
      expect(claimsOf(cluster)).toEqual(['data-web-0', 'data-web-1', 'data-web-2'])
    }))
})

describe('a pod that is made to go, whichever way', () => {
  it('takes the claim along that a scale-down gave to it', () =>
    settledSet({ retention: retention('Delete') }, async (cluster) => {
      cluster.scale(2)
      await cluster.step(1)
      const plan = planPodDelete(objectsOfStepped(cluster), 2, nowOf(cluster))
      expect(plan).toMatchObject({ confirm: ['claims-deleted'], claims: [{ name: 'data-web-2', fate: 'deleted' }] })
      cluster.delete('pods', 'web-2', { gracePeriodSeconds: 0 })
      await cluster.step(5)
      expect(claimsOf(cluster)).toEqual(['data-web-0', 'data-web-1'])
    }))

  it('takes along a claim that is being deleted, and comes back with an empty one', () =>
    settledSet({}, async (cluster) => {
      const before = cluster.get('persistentvolumeclaims', 'data-web-1')?.metadata.uid
      cluster.delete('persistentvolumeclaims', 'data-web-1')
      await cluster.step(1)
      const plan = planPodDelete(objectsOfStepped(cluster), 1, nowOf(cluster))
      expect(plan).toMatchObject({ comesBack: true, confirm: ['claims-deleted'], claims: [{ fate: 'deleted' }] })
      cluster.delete('pods', 'web-1')
      await cluster.settled(3)
      expect(cluster.get('persistentvolumeclaims', 'data-web-1')?.metadata.uid).not.toBe(before)
    }))

  it('leaves the claims of an ordinal that comes back', () =>
    settledSet({ retention: retention('Delete') }, async (cluster) => {
      expect(planPodDelete(objectsOfStepped(cluster), 1, nowOf(cluster))).toMatchObject({
        confirm: [],
        claims: [{ fate: 'stays' }],
      })
      const before = cluster.get('persistentvolumeclaims', 'data-web-1')?.metadata.uid
      cluster.delete('pods', 'web-1', { gracePeriodSeconds: 0 })
      await cluster.settled(3)
      expect(cluster.get('persistentvolumeclaims', 'data-web-1')?.metadata.uid).toBe(before)
    }))
})

describe('claims that cannot be seen', () => {
  const unseen = { claims: [], unknown: { persistentvolumeclaims: 'list' } }

  it('ask as deleted ones do where the policy deletes, and not where it keeps', () => {
    const deletes = exampleObjects(exampleSet({ whenScaled: 'Delete' }), unseen)
    expect(planScale(deletes, 1, exampleNow)).toMatchObject({
      confirm: ['claims-deleted'],
      ending: [
        { name: 'data-web-2', fate: 'unknown' },
        { name: 'data-web-1', fate: 'unknown' },
      ],
    })
    expect(planPodDelete(deletes, 2, exampleNow)?.confirm).toEqual(['claims-deleted'])
    expect(planScale(exampleObjects(undefined, unseen), 1, exampleNow).confirm).toEqual([])
    expect(planScale(exampleObjects(exampleSet({ whenScaled: 'Delete' }), unseen), 4, exampleNow).confirm).toEqual([])
  })

  it('ask for a pod of the range that is leaving: it may take its claim along before it comes back', () => {
    const set = exampleSet({ whenScaled: 'Delete' })
    const pods = [examplePod(set, 0), examplePod(set, 1, { deletion: at(20) }), examplePod(set, 2)]
    expect(planScale(exampleObjects(set, { pods, ...unseen }), 4, exampleNow).confirm).toEqual(['claims-deleted'])
  })
})

describe('a claim whose owners are gone', () => {
  const owner = (kind: string, name: string, uid: string) => ({
    ...examplePod(exampleSet(), 0).metadata.owners[0],
    apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
    kind,
    name,
    uid,
    controller: true,
  })
  const fates = (owners: ReturnType<typeof owner>[], whenScaled: 'Retain' | 'Delete' = 'Retain') => {
    const set = exampleSet({ whenScaled })
    const claims = [0, 1].map((ordinal) => exampleClaim(set, ordinal))
    const objects = exampleObjects(set, { claims: [...claims, exampleClaim(set, 2, { metadata: { owners } })] })
    const plan = planScale(objects, 2, exampleNow)
    return [plan.steps[0]?.claims[0]?.fate, plan.confirm.length > 0]
  }

  it('is collected whatever the policy says', () => {
    expect(fates([owner('Pod', 'web-2', 'of-before')])).toEqual(['collected', true])
    expect(fates([owner('StatefulSet', 'web', 'of-before')])).toEqual(['collected', true])
    expect(fates([owner('Pod', 'web-2', 'of-before'), owner('StatefulSet', 'web', 'of-before')])).toEqual([
      'collected',
      true,
    ])
    expect(fates([owner('StatefulSet', 'web', 'of-before')], 'Delete')).toEqual(['collected', true])
  })

  it('is not while one of them is there, or may be', () => {
    expect(fates([owner('Pod', 'web-2', 'of-before'), owner('StatefulSet', 'web', 'uid-web')])).toEqual(['kept', false])
    expect(fates([owner('Pod', 'web-2', 'of-before'), owner('Backup', 'b', 'b')])).toEqual(['kept', false])
    expect(fates([owner('Pod', 'another', 'of-before')])).toEqual(['kept', false])
  })

  it('does not wake up when the ordinal is made again', () => {
    const set = exampleSet({ replicas: 1 })
    const stale = exampleClaim(set, 1, { metadata: { owners: [owner('StatefulSet', 'web', 'of-before')] } })
    const objects = exampleObjects(set, { claims: [exampleClaim(set, 0), stale] })
    expect(planScale(objects, 2, exampleNow)).toMatchObject({
      steps: [{ action: 'create', claims: [{ fate: 'collected' }] }],
      confirm: ['claims-deleted'],
    })
  })
})

describe('for any set that is scaled', () => {
  const world = fc.record({
    parallel: fc.boolean(),
    whenScaled: fc.constantFrom('Retain' as const, 'Delete' as const),
    /** What is done to pods and claims before, a second apart. */
    before: fc.array(
      fc.record({
        what: fc.constantFrom('delete-pod', 'force-pod', 'hold-pod', 'delete-claim', 'unready', 'scale'),
        ordinal: fc.integer({ min: 0, max: 2 }),
        wait: fc.constantFrom(0, 1, 5),
      }),
      { maxLength: 3 },
    ),
    policyAfterwards: fc.option(fc.constantFrom('Retain' as const, 'Delete' as const), { freq: 3 }),
    to: fc.integer({ min: 0, max: 4 }),
  })

  it('every claim that goes afterwards was named before, and asked for', { timeout: 120_000 }, async () => {
    let gone = 0
    await fc.assert(
      fc.asyncProperty(world, ({ parallel, whenScaled, before, policyAfterwards, to }) =>
        settledSet({ parallel, retention: retention(whenScaled), graceSeconds: 3 }, async (cluster) => {
          for (const { what, ordinal, wait } of before) {
            const pod = `web-${ordinal}`
            const exists = cluster.get('pods', pod) !== undefined
            if (what === 'delete-pod' && exists) cluster.delete('pods', pod)
            if (what === 'force-pod' && exists) cluster.delete('pods', pod, { gracePeriodSeconds: 0 })
            if (what === 'hold-pod' && exists)
              cluster.demo.view.mutate('pods', 'default', pod, ({ metadata }) => {
                metadata.finalizers = ['example.com/hold']
              })
            if (what === 'delete-claim' && claimsOf(cluster).includes(`data-${pod}`))
              cluster.delete('persistentvolumeclaims', `data-${pod}`)
            if (what === 'unready') cluster.behave(pod, 'unready')
            if (what === 'scale') cluster.scale(ordinal)
            await cluster.step(wait)
          }
          if (policyAfterwards !== null)
            cluster.change(({ spec }) => {
              spec.persistentVolumeClaimRetentionPolicy = retention(policyAfterwards)
            })
          await cluster.step(0)
          const claims = new Map(
            claimsOf(cluster).map((name) => [name, cluster.get('persistentvolumeclaims', name)?.metadata.uid]),
          )
          const plan = endingOf(cluster, to)
          const named = new Set(plan.ending.map(({ name }) => name))
          cluster.scale(to)
          await cluster.step(8)
          // Somebody frees what was held, and heals what was not ready.
          for (const pod of cluster.names('pods')) {
            cluster.behave(pod, 'healthy')
            if (cluster.get('pods', pod)?.metadata.finalizers?.includes('example.com/hold') === true)
              cluster.demo.view.mutate('pods', 'default', pod, ({ metadata }) => {
                metadata.finalizers = []
              })
          }
          await cluster.step(60)
          for (const [name, uid] of claims) {
            if (cluster.get('persistentvolumeclaims', name)?.metadata.uid === uid) continue
            gone += 1
            expect([name, named.has(name), plan.confirm.includes('claims-deleted')]).toEqual([name, true, true])
          }
        }),
      ),
      { numRuns: 150, seed: 4711 },
    )
    expect(gone).toBeGreaterThan(50)
  })
})

describe('a controller that cannot go on', () => {
  it.each(['C3', 'C3b'])('%s: no removal and no creation is promised, and what stands in the way is named', (id) => {
    const { objects, now } = readCase(id)
    for (const replicas of [2, 5]) {
      const plan = planScale(objects, replicas, now)
      expect(plan.steps.filter(({ leaving }) => !leaving)).toEqual([])
      expect(plan.blockedBy).toMatchObject({ ordinal: 0 })
    }
  })
})

describe('pods that may not be seen', () => {
  const unseen = (whenScaled: 'Delete' | 'Retain') => {
    const { objects, now } = readCase('D12')
    const set = { ...objects.set, spec: { ...objects.set.spec, whenScaled } }
    return { now, objects: { ...objects, set, pods: [], unknown: { pods: 'list pods (cluster)' } } }
  }

  it('promise no creation and no removal, for nothing is known of them', () => {
    const { objects, now } = unseen('Retain')
    for (const replicas of [0, 1, 3, 5]) {
      const plan = planScale(objects, replicas, now)
      expect(plan.steps).toEqual([])
      expect(plan.unknown.pods).toBe('list pods (cluster)')
    }
  })

  it('take their claims along all the same where the policy says so, and that is asked for', () => {
    const { objects, now } = unseen('Delete')
    const plan = planScale(objects, 1, now)
    expect(plan.confirm).toEqual(['claims-deleted'])
    expect(plan.ending.map(({ name }) => name)).toEqual(['data-web-1', 'data-web-2'])
    expect(planScale(objects, 3, now).confirm).toEqual([])
  })
})
