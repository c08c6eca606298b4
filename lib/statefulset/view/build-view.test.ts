import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  at,
  conditionOf,
  exampleClaim,
  exampleEvent,
  exampleNode,
  exampleNow,
  exampleObjects,
  examplePod,
  exampleSet,
  type PodChanges,
} from '@/test/fixtures/example-objects'
import { viewOf } from './build-view'
import type { Event, SetObjects } from '@/lib/statefulset/model/objects'
import { emptyRowsListed } from '@/lib/statefulset/model/set-index'
import { compareSummaries } from './compare-summaries'
import { summaryOf } from './summary'

const view = (objects: SetObjects, seconds = 0) =>
  viewOf(objects, { cluster: 'test', now: new Date(exampleNow.getTime() + seconds * 1000) })
const states = (objects: SetObjects, seconds = 0) => view(objects, seconds).view.ordinals.map((row) => row.state)

describe('the rows of a set', () => {
  it('are ok when everything is', () => {
    const { view: seen, recheckAt } = view(exampleObjects())
    expect(seen.ordinals.map((row) => [row.ordinal, row.inRange, row.state])).toEqual([
      [0, true, 'ok'],
      [1, true, 'ok'],
      [2, true, 'ok'],
    ])
    expect(seen.replicas).toEqual({ desired: 3, created: 3, ready: 3, available: 3, updated: 3, leaving: 0 })
    expect(seen.waitingFor).toBeNull()
    expect(seen.ordinals[1]?.claims).toMatchObject([{ name: 'data-web-1', exists: true, volume: { exists: true } }])
    expect(recheckAt).toBeNull()
  })

  it('hold every ordinal in range, created or not, from the start ordinal', () => {
    const set = exampleSet({ ordinalsStart: 5 })
    const { view: seen } = view(exampleObjects(set, { pods: [examplePod(set, 6)], claims: [] }))
    expect(seen.ordinals.map((row) => [row.ordinal, row.state])).toEqual([
      [5, 'blocked'],
      [6, 'ok'],
      [7, 'blocked'],
    ])
    expect(seen.ordinals[0]?.claims).toMatchObject([{ name: 'data-web-5', exists: false }])
    expect(seen.waitingFor).toMatchObject({ ordinal: 5 })
  })

  it('end with the pods and claims that are left outside the range', () => {
    const set = exampleSet({ replicas: 1 })
    const objects = exampleObjects(set, {
      pods: [0, 1].map((n) => examplePod(set, n)),
      claims: [0, 1, 4].map((n) => exampleClaim(set, n)),
    })
    expect(view(objects).view.ordinals.map((row) => [row.ordinal, row.inRange, row.state])).toEqual([
      [0, true, 'ok'],
      [1, false, 'surplus'],
      [4, false, 'ghost'],
    ])
  })

  it('show a pod of another owner in its name, marked, and that its own cannot be created', () => {
    const set = exampleSet()
    const stranger = examplePod(set, 1, {
      owners: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'x', uid: 'u', controller: true }],
    })
    const pods = [examplePod(set, 0), stranger, examplePod(set, 2)]
    const { view: seen } = view(exampleObjects(set, { pods }))
    expect(seen.ordinals[1]).toMatchObject({ state: 'refused', pod: { owned: false } })
    expect(seen.replicas.created).toBe(2)
  })

  it('count an orphan that the controller will adopt', () => {
    const set = exampleSet({ replicas: 1 })
    const { view: seen } = view(exampleObjects(set, { pods: [examplePod(set, 0, { owners: [] })] }))
    expect(seen.ordinals[0]).toMatchObject({ state: 'ok', pod: { owned: true } })
  })

  it('do not count a pod whose labels the selector no longer matches', () => {
    const set = exampleSet({ replicas: 1 })
    const { view: seen } = view(exampleObjects(set, { pods: [examplePod(set, 0, { labels: { app: 'away' } })] }))
    expect(seen.ordinals[0]).toMatchObject({ state: 'refused', pod: { owned: false } })
  })

  it('leave out empty ordinals of a range that nobody can mean, and say how many', () => {
    const set = exampleSet({ replicas: 2_000_000_000 })
    const far = examplePod(set, 1_999_999_999)
    const { view: seen } = view(exampleObjects(set, { pods: [examplePod(set, 0), far], claims: [] }))
    expect(seen.ordinals).toHaveLength(emptyRowsListed + 2)
    expect(seen.ordinals.at(-1)).toMatchObject({ ordinal: 1_999_999_999, inRange: true, state: 'ok' })
    expect(seen.ordinalsOmitted).toBe(2_000_000_000 - emptyRowsListed - 2)
  })
})

describe('what is counted', () => {
  it('is places in range: a surplus pod never counts in place of one that is not ready', () => {
    const set = exampleSet({ replicas: 2 }, { replicas: 3, readyReplicas: 2 })
    const pods = [examplePod(set, 0, { ready: false }), examplePod(set, 1), examplePod(set, 2)]
    const { view: seen } = view(exampleObjects(set, { pods }))
    expect(seen.replicas).toMatchObject({ desired: 2, created: 2, ready: 1, leaving: 1 })
    expect(summaryOf(seen)).toMatchObject({ desired: 2, ready: 1, leaving: 1 })
  })
  it('is never more than the range, also by the status of a set whose pods may not be listed', () => {
    const set = exampleSet({ replicas: 1 }, { replicas: 3, readyReplicas: 3 })
    const { view: seen } = view(exampleObjects(set, { pods: [], unknown: { pods: 'list pods' } }))
    expect(seen.replicas).toMatchObject({ desired: 1, created: 1, ready: 1, leaving: 2 })
  })
})

describe('claims of neighbours', () => {
  const set = exampleSet(
    { replicas: 1, claimTemplates: [{ name: 'data-a', storageClassName: null, requested: null }] },
    {},
    { name: 'b' },
  )
  const claim = exampleClaim(set, 7, { template: 'data-a', metadata: { labels: { app: 'a-b' } } })

  it('are not taken for ghosts of this set', () => {
    const rows = view(exampleObjects(set, { claims: [claim], neighbours: ['a-b'] })).view.ordinals
    expect(rows.map((row) => row.ordinal)).toEqual([0])
  })

  it('are this set’s when its labels or an owner reference say so', () => {
    const labelled = { ...claim, metadata: { ...claim.metadata, labels: { app: 'b' } } }
    const owned = {
      ...claim,
      metadata: {
        ...claim.metadata,
        owners: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'b', uid: 'uid-b', controller: true }],
      },
    }
    for (const each of [labelled, owned])
      expect(view(exampleObjects(set, { claims: [each], neighbours: ['a-b'] })).view.ordinals).toHaveLength(2)
  })

  it('are this set’s when no neighbour could have made the name', () => {
    expect(view(exampleObjects(set, { claims: [claim] })).view.ordinals).toHaveLength(2)
  })
})

describe('the state of an ordinal', () => {
  const set = exampleSet({ replicas: 1 })
  const one = (changes: PodChanges, more: Partial<SetObjects> = {}, seconds = 0) =>
    states(exampleObjects(set, { pods: [examplePod(set, 0, changes)], ...more }), seconds)[0]
  const waiting = (reason: string): PodChanges => ({
    ready: false,
    status: {
      containers: [
        {
          name: 'main',
          image: 'i',
          ready: false,
          started: false,
          restartCount: 2,
          state: { kind: 'waiting', reason, message: null },
          lastState: null,
        },
      ],
    },
  })

  it('is leaving within the grace period and stuck well after it', () => {
    expect(one({ deletion: at(10) })).toBe('leaving')
    expect(one({ deletion: at(-29) })).toBe('leaving')
    expect(one({ deletion: at(-30) })).toBe('stuck')
  })

  it('is stuck as soon as its containers have ended and its object stays, however long its grace period', () => {
    const [main] = examplePod(exampleSet(), 0).status.containers
    const since = (seconds: number, reason = 'Completed') => {
      const state = {
        kind: 'terminated' as const,
        reason,
        message: null,
        exitCode: 0,
        signal: null,
        startedAt: at(-900),
        finishedAt: at(seconds),
      }
      const containers = main === undefined ? [] : [{ ...main, ready: false, state }]
      return one({ deletion: at(500), grace: 600, finalizers: ['example.com/backup'], status: { containers } })
    }
    expect(since(-29)).toBe('leaving')
    expect(since(-30)).toBe('stuck')
    expect(since(-60, 'ContainerStatusUnknown')).toBe('leaving')
  })

  it('is stuck at once after the grace period when the node cannot answer', () => {
    const nodes = new Map([['n0', exampleNode('n0', 'Unknown')]])
    expect(one({ deletion: at(1) }, { nodes })).toBe('leaving')
    expect(one({ deletion: at(0) }, { nodes })).toBe('stuck')
  })

  it('is suspect on a silent node and on one that is gone, and never when nodes cannot be seen', () => {
    expect(one({ ready: false }, { nodes: new Map([['n0', exampleNode('n0', 'Unknown')]]) })).toBe('suspect')
    expect(one({}, { nodes: new Map() })).toBe('suspect')
    expect(one({}, { nodes: new Map(), unknown: { nodes: 'list nodes (cluster)' } })).toBe('ok')
  })

  it('is crash or image where a container says so', () => {
    expect(one(waiting('CrashLoopBackOff'))).toBe('crash')
    expect(one(waiting('ImagePullBackOff'))).toBe('image')
    expect(one(waiting('CreateContainerConfigError'))).toBe('unready')
  })

  it('is wedged where a broken pod of the old revision holds a rollout', () => {
    const old = { ...waiting('ImagePullBackOff'), revision: 'web-0' }
    expect(one(old)).toBe('wedged')
    const parallel = exampleSet({ replicas: 1, podManagementPolicy: 'Parallel' })
    expect(states(exampleObjects(parallel, { pods: [examplePod(parallel, 0, old)] }))).toEqual(['image'])
  })

  it('is nowhere when the scheduler finds no node, and disk when it waits for a claim', () => {
    const unscheduled = (message: string): PodChanges => ({
      phase: 'Pending',
      node: null,
      created: at(-300),
      conditions: [{ ...conditionOf('PodScheduled', 'False', at(-300), 'Unschedulable'), message }],
    })
    expect(one(unscheduled('0/3 nodes are available: 3 Insufficient cpu.'))).toBe('nowhere')
    expect(one(unscheduled('0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.'))).toBe('disk')
  })

  it('is disk when the volume cannot be attached', () => {
    const pod = examplePod(set, 0, { phase: 'Pending', created: at(-300) })
    const event = exampleEvent('Pod', pod.metadata, 'FailedAttachVolume', 'Multi-Attach error for volume "pv"')
    expect(states(exampleObjects(set, { pods: [pod], events: [event] }))).toEqual(['disk'])
  })

  it.each<[string, PodChanges, Partial<SetObjects>, number]>([
    [
      'the scheduler found no node a moment ago',
      {
        phase: 'Pending',
        node: null,
        created: at(-3),
        conditions: [
          { ...conditionOf('PodScheduled', 'False', at(-3), 'Unschedulable'), message: '0/3 nodes are available.' },
        ],
      },
      {},
      7,
    ],
    ['its claim has not been told of yet', { phase: 'Pending', created: at(-3) }, { claims: [] }, 7],
  ])('is arriving, and loud only if it lasts: %s', (_, changes, objects, seconds) => {
    const scene = exampleObjects(set, { pods: [examplePod(set, 0, changes)], ...objects })
    expect(states(scene)).toEqual(['arriving'])
    expect(view(scene).recheckAt?.getTime()).toBeLessThanOrEqual(exampleNow.getTime() + seconds * 1000)
    expect(view(scene).view.needs).toEqual([])
    expect(states(scene, seconds)).not.toEqual(['arriving'])
  })

  it('is arriving while a volume was refused once, and disk when it was again or that lasts', () => {
    const pod = examplePod(set, 0, { phase: 'Pending', created: at(-15) })
    const refused = (changes: Partial<Event>) =>
      exampleObjects(set, {
        pods: [pod],
        events: [exampleEvent('Pod', pod.metadata, 'FailedMount', 'MountVolume.SetUp failed for volume "x"', changes)],
      })
    expect(states(refused({ firstSeen: at(-2), lastSeen: at(-2) }))).toEqual(['arriving'])
    expect(states(refused({ firstSeen: at(-2), lastSeen: at(-1), count: 2 }))).toEqual(['disk'])
    expect(states(refused({ firstSeen: at(-2), lastSeen: at(-2) }), 8)).toEqual(['disk'])
  })

  it('is image and not wedged where one pull of an old revision has failed, until that lasts', () => {
    const failed = { ...waiting('ErrImagePull'), revision: 'web-0', created: at(-20), since: at(-20) }
    expect(one(failed)).toBe('image')
    expect(one(failed, {}, 40)).toBe('wedged')
    const looping = { ...waiting('CrashLoopBackOff'), revision: 'web-0', created: at(-20) }
    expect(one(looping)).toBe('wedged')
  })

  it('is refused where its pod cannot be created, and needs a person', () => {
    const long = exampleSet({ replicas: 2 }, {}, { name: 'a'.repeat(62) })
    const { view: seen } = view(exampleObjects(long, { pods: [], claims: [] }))
    expect(seen.ordinals[0]).toMatchObject({ state: 'refused', cause: { reason: 'name-too-long' } })
    expect(seen.needs[0]).toMatchObject({ state: 'refused', reason: 'name-too-long' })
  })

  it('is not refused by one error of the API server’s own', () => {
    const answered = (count: number) =>
      exampleObjects(exampleSet({ replicas: 1 }), {
        pods: [],
        events: [
          exampleEvent(
            'StatefulSet',
            exampleSet().metadata,
            'FailedCreate',
            'create Pod web-0 in StatefulSet web failed error: Internal error occurred: resource quota evaluation timed out',
            { count, firstSeen: at(-5), lastSeen: at(-1) },
          ),
        ],
      })
    expect(states(answered(1))).toEqual(['blocked'])
    expect(states(answered(2))).toEqual(['refused'])
  })

  it('is arriving at first and unready when that takes long', () => {
    const young: PodChanges = { phase: 'Pending', created: at(-10) }
    expect(one(young)).toBe('arriving')
    expect(one(young, {}, 50)).toBe('unready')
    expect(view(exampleObjects(set, { pods: [examplePod(set, 0, young)] })).recheckAt?.toISOString()).toBe(
      new Date(exampleNow.getTime() + 50_000).toISOString(),
    )
  })

  it('is unready for a pod that was Ready before', () => {
    expect(one({ ready: false, since: at(-5) })).toBe('unready')
  })

  it('is settling until minReadySeconds are over', () => {
    const slow = exampleSet({ replicas: 1, minReadySeconds: 30 })
    const objects = exampleObjects(slow, { pods: [examplePod(slow, 0, { since: at(-10) })] })
    expect(states(objects)).toEqual(['settling'])
    expect(view(objects).recheckAt?.getTime()).toBe(exampleNow.getTime() + 20_000)
    expect(states(objects, 20)).toEqual(['ok'])
  })

  it('is outdated when ready at an old revision', () => {
    expect(one({ revision: 'web-0' })).toBe('outdated')
  })

  it('is twin-risk as long as the caller says so', () => {
    const twins = new Set([0])
    expect(viewOf(exampleObjects(set), { cluster: 'c', now: exampleNow, twins }).view.ordinals[0]?.state).toBe(
      'twin-risk',
    )
  })
})

describe('what may not be seen', () => {
  it('makes ordinals unknown, and the numbers those of the status', () => {
    const objects = exampleObjects(exampleSet({}, { readyReplicas: 2 }), {
      pods: [],
      unknown: { pods: 'list pods in default' },
    })
    const { view: seen } = view(objects)
    expect(seen.ordinals.map((row) => row.state)).toEqual(['unknown', 'unknown', 'unknown'])
    expect(seen.replicas.ready).toBe(2)
    expect(seen.waitingFor).toMatchObject({ reason: 'pods-unseen', unseen: ['pods'] })
    expect(seen.next).toBeUndefined()
    expect(summaryOf(seen).worst).toBe('unknown')
  })

  it('leaves claims and volumes neither there nor missing', () => {
    const claimless = exampleObjects(undefined, { claims: [], unknown: { persistentvolumeclaims: 'list' } })
    expect(view(claimless).view.ordinals[0]?.claims).toMatchObject([{ exists: null, phase: null }])
    const volumeless = exampleObjects(undefined, { volumes: new Map(), unknown: { persistentvolumes: 'list' } })
    expect(view(volumeless).view.ordinals[0]?.claims[0]?.volume).toEqual({
      name: 'pv-data-web-0',
      exists: null,
      phase: null,
      reclaimPolicy: null,
      deletionTimestamp: null,
      zone: null,
    })
  })
})

const anyPod = fc.record({
  ordinal: fc.integer({ min: 0, max: 9 }),
  phase: fc.constantFrom('Pending', 'Running', 'Failed', 'Succeeded'),
  ready: fc.boolean(),
  deletion: fc.option(fc.integer({ min: -100, max: 100 }), { nil: null }),
  revision: fc.constantFrom('web-1', 'web-2'),
  owners: fc.constantFrom('own', 'orphan', 'foreign'),
})
const anyObjects = fc
  .record({
    replicas: fc.integer({ min: 0, max: 8 }),
    start: fc.integer({ min: 0, max: 4 }),
    policy: fc.constantFrom('OrderedReady', 'Parallel'),
    pods: fc.uniqueArray(anyPod, { selector: (each) => each.ordinal, maxLength: 10 }),
    claims: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 12 }),
  })
  .map(({ replicas, start, policy, pods, claims }) => {
    const set = exampleSet({ replicas, ordinalsStart: start, podManagementPolicy: policy }, { updateRevision: 'web-2' })
    return exampleObjects(set, {
      pods: pods.map(({ ordinal, deletion, owners, ...rest }) =>
        examplePod(set, ordinal, {
          ...rest,
          deletion: deletion === null ? null : at(deletion),
          ...(owners === 'own'
            ? {}
            : {
                owners:
                  owners === 'orphan'
                    ? []
                    : [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'j', controller: true }],
              }),
        }),
      ),
      claims: claims.map((ordinal) => exampleClaim(set, ordinal)),
    })
  })

describe('for any objects', () => {
  it('no ordinal is lost or doubled, and the range comes first, in order', () => {
    fc.assert(
      fc.property(anyObjects, (objects) => {
        const { ordinals } = view(objects).view
        const { ordinalsStart, replicas } = objects.set.spec
        const range = Array.from({ length: replicas }, (_, i) => i + ordinalsStart)
        expect(ordinals.filter((row) => row.inRange).map((row) => row.ordinal)).toEqual(range)
        const outside = ordinals.slice(replicas).map((row) => row.ordinal)
        expect(outside).toEqual([...new Set(outside)].toSorted((a, b) => a - b))
        for (const claim of objects.claims) {
          const rows = ordinals.filter((row) => row.claims.some((each) => each.uid === claim.metadata.uid))
          expect(rows).toHaveLength(1)
        }
        for (const pod of objects.pods) {
          const rows = ordinals.filter((row) => row.pod?.uid === pod.metadata.uid)
          const owned = pod.metadata.owners.some((owner) => owner.uid === objects.set.metadata.uid)
          if (owned) expect(rows).toHaveLength(1)
          else expect(rows.length).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('no count is more than the range, and what is ready has a ready pod in range', () => {
    fc.assert(
      fc.property(anyObjects, (objects) => {
        const { replicas, ordinals } = view(objects).view
        const { desired, created, ready, available, updated, leaving } = replicas
        expect(Math.max(created, ready, available, updated)).toBeLessThanOrEqual(desired)
        expect(available).toBeLessThanOrEqual(ready)
        const places = ordinals.filter((row) => row.inRange && row.pod?.owned && row.pod.ready)
        expect(ready).toBeLessThanOrEqual(places.length)
        expect(leaving).toBe(ordinals.filter((row) => !row.inRange && row.pod?.owned).length)
      }),
    )
  })

  it('the order in which they come does not matter', () => {
    fc.assert(
      fc.property(anyObjects, fc.infiniteStream(fc.nat()), (objects, numbers) => {
        const shuffled = <T>(list: readonly T[]) =>
          list
            .map((each) => [numbers.next().value ?? 0, each] as const)
            .toSorted((a, b) => a[0] - b[0])
            .map((each) => each[1])
        const other = {
          ...objects,
          pods: shuffled(objects.pods),
          claims: shuffled(objects.claims),
          events: shuffled(objects.events),
        }
        expect(view(other)).toEqual(view(objects))
      }),
    )
  })

  it('the summary’s runs are the rows', () => {
    fc.assert(
      fc.property(anyObjects, (objects) => {
        const { view: seen } = view(objects)
        const unrolled = summaryOf(seen).ordinals.flatMap(([first, state, count]) =>
          Array.from({ length: count }, (_, i) => [first + i, state]),
        )
        expect(unrolled).toEqual(seen.ordinals.map((row) => [row.ordinal, row.state]))
      }),
    )
  })
})

describe('the overview’s order', () => {
  it('puts the worst first, then what waits longest, then by name', () => {
    const ok = summaryOf(view(exampleObjects(exampleSet({}, {}, { name: 'b' }))).view)
    const alsoOk = summaryOf(view(exampleObjects(exampleSet({}, {}, { name: 'a' }))).view)
    const set = exampleSet({}, {}, { name: 'z' })
    const stuck = summaryOf(view(exampleObjects(set, { pods: [examplePod(set, 0, { deletion: at(-600) })] })).view)
    expect([ok, stuck, alsoOk].toSorted(compareSummaries).map((each) => each.name)).toEqual(['z', 'a', 'b'])
  })

  it('keeps a set with a parked disk healthy', () => {
    const set = exampleSet({ replicas: 1 })
    const seen = view(exampleObjects(set, { claims: [0, 5].map((n) => exampleClaim(set, n)) })).view
    expect(summaryOf(seen)).toMatchObject({
      worst: 'ok',
      ordinals: [
        [0, 'ok', 1],
        [5, 'ghost', 1],
      ],
    })
  })
})

describe('who drives the set', () => {
  it('is its controller owner, with its group, and the rollout too where the set leaves that to others', () => {
    const owners = [
      { apiVersion: 'kafka.strimzi.io/v1beta2', kind: 'StrimziPodSet', name: 'k', uid: 'u', controller: true },
    ]
    const driven = (spec: Parameters<typeof exampleSet>[0]) =>
      view(exampleObjects(exampleSet(spec, {}, { owners }))).view.drivenBy
    expect(driven({})).toEqual({ kind: 'StrimziPodSet', group: 'kafka.strimzi.io', name: 'k', rollout: false })
    expect(driven({ updateStrategy: { type: 'OnDelete', rollingUpdate: null } })?.rollout).toBe(true)
    expect(view(exampleObjects()).view.drivenBy).toBeNull()
  })
})
