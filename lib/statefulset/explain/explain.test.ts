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
  exampleRevision,
  exampleSet,
  type PodChanges,
} from '@/test/fixtures/example-objects'
import { explain, nextListed } from './explain'
import type { SetObjects, StatefulSet } from '@/lib/statefulset/model/objects'

const told = (objects: SetObjects, seconds = 0) => explain(objects, new Date(exampleNow.getTime() + seconds * 1000))
const next = (objects: SetObjects) => told(objects).next?.map((step) => `${step.action} ${step.ordinal}`)
const now = (objects: SetObjects) =>
  told(objects)
    .next?.filter((step) => step.now)
    .map((step) => `${step.action} ${step.ordinal}`)
const reason = (objects: SetObjects) => {
  const { waitingFor } = told(objects)
  return waitingFor === null ? null : [waitingFor.reason, waitingFor.ordinal]
}
const podsOf = (set: StatefulSet, ...changes: (PodChanges | null)[]) =>
  changes.flatMap((each, index) => (each === null ? [] : [examplePod(set, index + set.spec.ordinalsStart, each)]))
const updating = (spec: Partial<StatefulSet['spec']> = {}) =>
  exampleSet(spec, { currentRevision: 'web-1', updateRevision: 'web-2' })
const revisions = (set: StatefulSet) => [exampleRevision(set, 'web-1', 1), exampleRevision(set, 'web-2', 2)]
const old: PodChanges = { revision: 'web-1' }
const fresh: PodChanges = { revision: 'web-2' }
const withOld = (set: StatefulSet, ...changes: (PodChanges | null)[]) =>
  exampleObjects(set, { pods: podsOf(set, ...changes), revisions: revisions(set) })

describe('an ordered set', () => {
  it('has nothing to do when everything is ready', () => {
    expect(told(exampleObjects())).toMatchObject({ waitingFor: null, next: [] })
  })

  it('creates the lowest missing ordinal, then the others', () => {
    const set = exampleSet()
    const objects = exampleObjects(set, { pods: podsOf(set, {}) })
    expect(now(objects)).toEqual(['create 1'])
    expect(next(objects)).toEqual(['create 1', 'create 2'])
    expect(reason(objects)).toEqual(['creating', 1])
  })

  it('waits for the lowest pod that is not ready, and says what that blocks', () => {
    const set = exampleSet({ replicas: 4 })
    const objects = exampleObjects(set, { pods: podsOf(set, {}, { ready: false, since: at(-700) }) })
    expect(now(objects)).toEqual([])
    expect(told(objects).waitingFor).toMatchObject({
      ordinal: 1,
      reason: 'not-ready',
      since: at(-700),
      until: null,
      blocks: ['create'],
      params: { pod: 'web-1', createCount: 2 },
    })
    expect(told(objects).causes.get(3)).toMatchObject({
      reason: 'blocked-by',
      params: { pod: 'web-3', blocker: 'web-1' },
    })
  })

  it('creates before it removes, and removes before it updates', () => {
    const set = updating({ replicas: 2 })
    const objects = withOld(set, old, null, old)
    expect(next(objects)).toEqual(['create 1', 'delete 2', 'delete 0', 'create 0'])
    expect(now(objects)).toEqual(['create 1'])
    expect(now(withOld(set, old, old, old))).toEqual(['delete 2'])
    expect(now(withOld(set, old, old))).toEqual(['delete 1'])
  })

  it('removes one surplus pod at a time and waits until it is gone', () => {
    const set = exampleSet({ replicas: 1 })
    const objects = exampleObjects(set, { pods: podsOf(set, {}, {}, { deletion: at(9) }) })
    expect(now(objects)).toEqual([])
    expect(told(objects).waitingFor).toMatchObject({
      reason: 'terminating',
      ordinal: 2,
      until: at(9),
      blocks: ['remove'],
    })
  })

  it('waits for ever when two surplus pods are broken and the higher is not the first unhealthy one', () => {
    const set = exampleSet({ replicas: 1 })
    const objects = exampleObjects(set, { pods: podsOf(set, {}, { ready: false }, { ready: false }) })
    expect(now(objects)).toEqual([])
    expect(told(objects).waitingFor).toMatchObject({
      reason: 'surplus-not-ready',
      ordinal: 2,
      params: { first: 'web-1' },
    })
    const one = exampleObjects(set, { pods: podsOf(set, {}, {}, { ready: false }) })
    expect(now(one)).toEqual(['delete 2'])
  })

  it('removes pods that have ended, and only then makes them again', () => {
    const set = exampleSet()
    const objects = exampleObjects(set, { pods: podsOf(set, {}, { phase: 'Failed' }, {}) })
    expect(now(objects)).toEqual(['delete 1'])
    expect(next(objects)).toEqual(['delete 1', 'create 1'])
    expect(reason(objects)).toEqual(['ended', 1])
  })

  it('waits for minReadySeconds, with the deadline', () => {
    const set = exampleSet({ minReadySeconds: 30, replicas: 2 })
    const objects = exampleObjects(set, { pods: podsOf(set, { since: at(-10) }) })
    expect(told(objects)).toMatchObject({
      waitingFor: { reason: 'not-available', ordinal: 0, until: at(20), blocks: ['create'] },
      until: exampleNow.getTime() + 20_000,
    })
    expect(told(objects, 20).next?.[0]).toMatchObject({ action: 'create', ordinal: 1, now: true })
  })

  it('counts from the start ordinal', () => {
    const set = exampleSet({ ordinalsStart: 5, replicas: 2 })
    expect(now(exampleObjects(set, { pods: [examplePod(set, 4), examplePod(set, 5)] }))).toEqual(['create 6'])
    expect(now(exampleObjects(set, { pods: [4, 5, 6].map((n) => examplePod(set, n)) }))).toEqual(['delete 4'])
  })

  it('does not replace a broken pod even when the template is mended', () => {
    const set = updating()
    const objects = withOld(set, old, old, { revision: 'web-bad', ready: false })
    expect(now(objects)).toEqual([])
    expect(told(objects).waitingFor).toMatchObject({ ordinal: 2, blocks: ['update'], params: { updateCount: 3 } })
  })

  it('replaces from the top down to the partition', () => {
    const rolling = (partition: number) => ({
      type: 'RollingUpdate',
      rollingUpdate: { partition, maxUnavailable: '1' },
    })
    const set = updating({ updateStrategy: rolling(1) })
    expect(next(withOld(set, old, old, old))).toEqual(['delete 2', 'create 2', 'delete 1', 'create 1'])
    const high = updating({ updateStrategy: rolling(7) })
    expect(told(withOld(high, old, old, old))).toMatchObject({ next: [], waitingFor: null })
  })

  it('replaces as many at once as maxUnavailable allows', () => {
    const two = (maxUnavailable: string) =>
      updating({
        replicas: 4,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable } },
      })
    expect(now(withOld(two('2'), old, old, old, old))).toEqual(['delete 3', 'delete 2'])
    expect(now(withOld(two('75%'), old, old, old, old))).toEqual(['delete 3', 'delete 2', 'delete 1'])
    expect(now(withOld(two('10%'), old, old, old, old))).toEqual(['delete 3'])
  })

  it('updates nothing by itself with OnDelete', () => {
    const set = updating({ updateStrategy: { type: 'OnDelete', rollingUpdate: null } })
    expect(told(withOld(set, old, old, fresh))).toMatchObject({ next: [], waitingFor: null })
    expect(told(withOld(set, old, old, fresh)).causes.get(0)).toMatchObject({ reason: 'old-on-delete' })
  })
})

describe('a Parallel set', () => {
  const parallel = { podManagementPolicy: 'Parallel' }
  it('creates and removes everything at once', () => {
    const set = exampleSet({ ...parallel, replicas: 3 })
    expect(now(exampleObjects(set, { pods: [examplePod(set, 0), examplePod(set, 7), examplePod(set, 8)] }))).toEqual([
      'create 1',
      'create 2',
      'delete 8',
      'delete 7',
    ])
  })

  it('removes and rolls out nothing while a creation fails', () => {
    const set = exampleSet({ ...parallel, replicas: 2 })
    const deleting = exampleClaim(set, 1, { metadata: { deletionTimestamp: at(-1) } })
    const objects = exampleObjects(set, { pods: [examplePod(set, 0), examplePod(set, 5)], claims: [deleting] })
    expect(now(objects)).toEqual([])
    expect(told(objects).waitingFor).toMatchObject({ reason: 'claim-deleting', ordinal: 1, blocks: ['remove'] })
  })

  it('goes through its ordinals in batches of 1, 2, 4, and an error ends the pass after its batch', () => {
    const set = exampleSet({ ...parallel, replicas: 8 })
    const foreign = (n: number) =>
      examplePod(set, n, { owners: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'j', controller: true }] })
    expect(now(exampleObjects(set, { pods: [foreign(1)], claims: [] }))).toEqual(['create 0', 'create 2'])
    expect(now(exampleObjects(set, { pods: [foreign(0)], claims: [] }))).toEqual([])
    const objects = exampleObjects(set, { pods: [foreign(3)], claims: [] })
    expect(now(objects)).toEqual(['create 0', 'create 1', 'create 2', 'create 4', 'create 5', 'create 6'])
    expect(told(objects).causes.get(7)).toMatchObject({ reason: 'blocked-by', params: { blocker: 'web-3' } })
  })

  it('replaces every broken old pod at once beside the budget (1.37)', () => {
    const set = updating({ ...parallel, replicas: 4 })
    expect(now(withOld(set, old, { ...old, ready: false }, old, { ...old, ready: false }))).toEqual([
      'delete 3',
      'delete 1',
    ])
    expect(now(withOld(set, old, old, old, old))).toEqual(['delete 3'])
  })

  it('waits while a pod of any ordinal uses the budget up, and names it (1.37)', () => {
    const set = updating({ ...parallel })
    const objects = withOld(set, { ...fresh, ready: false }, old, old)
    expect(now(objects)).toEqual([])
    expect(told(objects).waitingFor).toMatchObject({
      reason: 'rollout-budget',
      params: { pods: 'web-0', unavailable: 1, max: 1, updateCount: 2 },
      blocks: ['update'],
    })
  })

  it('looks only above the pod to be replaced where maxUnavailable is off (1.36)', () => {
    const set = updating({
      ...parallel,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: null } },
    })
    const objects = (...changes: PodChanges[]) => ({
      ...withOld(set, ...changes),
      serverVersion: { major: 1, minor: 36 },
    })
    expect(now(objects({ ...fresh, ready: false }, old, old))).toEqual(['delete 2'])
    expect(now(objects(old, old, { ...fresh, ready: false }))).toEqual([])
    expect(now(objects(old, { ...old, ready: false }, fresh))).toEqual(['delete 1'])
  })

  it('is not held up by a pod that is not ready, and says so', () => {
    const set = exampleSet({ ...parallel })
    const objects = exampleObjects(set, { pods: podsOf(set, {}, { ready: false }, {}) })
    expect(told(objects).waitingFor).toMatchObject({ ordinal: 1, blocks: [] })
  })
})

describe('the strategy Recreate (1.37)', () => {
  const set = () => updating({ updateStrategy: { type: 'Recreate', rollingUpdate: null } })
  it('deletes every old pod at once, whatever its health, and creates in order when all are gone', () => {
    expect(now(withOld(set(), old, { ...old, ready: false }, fresh))).toEqual(['delete 0', 'delete 1'])
    const waits = withOld(set(), { ...old, deletion: at(5) }, null, fresh)
    expect(now(waits)).toEqual([])
    expect(told(waits).waitingFor).toMatchObject({ reason: 'recreating' })
    expect(now(withOld(set(), null, null, fresh))).toEqual(['create 0'])
  })
  it('does nothing where the controller says that it is switched off', () => {
    const of = set()
    const event = exampleEvent(
      'StatefulSet',
      of.metadata,
      'UnknownStrategy',
      'uses Recreate strategy but feature gate is disabled',
    )
    const objects = { ...withOld(of, old, old, old), events: [event] }
    expect(told(objects)).toMatchObject({ next: [], waitingFor: { reason: 'unknown-strategy' } })
  })
})

describe('what else stops the controller', () => {
  it('is that the set is being deleted', () => {
    const set = exampleSet({}, {}, { deletionTimestamp: at(-3) })
    expect(told(exampleObjects(set, { pods: [] }))).toMatchObject({ next: [], waitingFor: { reason: 'set-deleting' } })
  })

  it('is a name that a foreign or a released pod has', () => {
    const set = exampleSet({ replicas: 1 })
    const foreign = examplePod(set, 0, {
      owners: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'batch', uid: 'x', controller: true }],
    })
    expect(told(exampleObjects(set, { pods: [foreign] }))).toMatchObject({
      next: [],
      waitingFor: { reason: 'name-taken', params: { pod: 'web-0', owner: 'Job batch' } },
    })
    const released = examplePod(set, 0, { labels: { app: 'elsewhere' } })
    expect(reason(exampleObjects(set, { pods: [released] }))).toEqual(['name-taken', 0])
  })

  it('is a claim that belongs to a pod that is gone, with whenScaled Delete alone', () => {
    const owners = [{ apiVersion: 'v1', kind: 'Pod', name: 'web-0', uid: 'gone', controller: true }]
    const objects = (whenScaled: 'Retain' | 'Delete') => {
      const set = exampleSet({ replicas: 1, whenScaled })
      return exampleObjects(set, { pods: [], claims: [exampleClaim(set, 0, { metadata: { owners } })] })
    }
    expect(reason(objects('Delete'))).toEqual(['claim-stale', 0])
    expect(now(objects('Retain'))).toEqual(['create 0'])
  })

  it('is a name that would be too long', () => {
    const set = exampleSet({ replicas: 1 }, { updateRevision: `${'w'.repeat(56)}-5d8f7c9b` }, { name: 'w'.repeat(56) })
    const objects = exampleObjects(set, { pods: [], revisions: [] })
    expect(reason(objects)).toEqual(['name-too-long', 0])
    // Nothing is promised that can never succeed, and nothing that would come after it.
    expect(next(objects)).toEqual([])
    expect(next({ ...objects, set: { ...set, spec: { ...set.spec, replicas: 4 } } })).toEqual([])
    const parallel = { ...set, spec: { ...set.spec, replicas: 2, podManagementPolicy: 'Parallel' } }
    expect(next({ ...objects, set: parallel })).toEqual([])
  })

  it('is a controller that has not looked for half a minute', () => {
    const set = { ...exampleSet({ replicas: 4 }, { observedGeneration: 1 }, { generation: 2 }) }
    const behind = (seconds: number): SetObjects => {
      return exampleObjects({ ...set, writtenAt: at(-seconds) }, { pods: [0, 1, 2].map((n) => examplePod(set, n)) })
    }
    expect(reason(behind(40))).toEqual(['controller-behind', null])
    expect(reason(behind(5))).toEqual(['creating', 3])
  })
})

describe('why a pod is not there', () => {
  const set = exampleSet({ replicas: 1 })
  const why = (changes: PodChanges, more: Partial<SetObjects> = {}) =>
    told(exampleObjects(set, { pods: [examplePod(set, 0, changes)], ...more })).waitingFor
  const state = (reasonOf: string, message: string | null = null): PodChanges => ({
    phase: 'Pending',
    ready: false,
    status: {
      containers: [
        {
          name: 'main',
          image: 'kubia:1',
          ready: false,
          started: false,
          restartCount: 0,
          state: { kind: 'waiting', reason: reasonOf, message },
          lastState: null,
        },
      ],
    },
  })

  it('is an image that cannot be pulled, with the words of the runtime', () => {
    expect(why(state('ImagePullBackOff', 'Back-off pulling image "kubia:1"'))).toMatchObject({
      reason: 'image',
      params: { container: 'main', image: 'kubia:1', reason: 'ImagePullBackOff' },
      message: 'web-0 cannot start: the image kubia:1 of main cannot be pulled (ImagePullBackOff).',
    })
  })

  it('is a crash with its exit code, or the memory', () => {
    const ended = (name: string, exitCode: number): PodChanges => ({
      ready: false,
      status: {
        containers: [
          {
            name: 'main',
            image: 'i',
            ready: false,
            started: false,
            restartCount: 7,
            state: { kind: 'waiting', reason: 'CrashLoopBackOff', message: null },
            lastState: {
              kind: 'terminated',
              reason: name,
              message: null,
              exitCode,
              signal: null,
              startedAt: at(-40),
              finishedAt: at(-30),
            },
          },
        ],
      },
    })
    expect(why(ended('Error', 3))).toMatchObject({ reason: 'crash', params: { exitCode: 3, restarts: 7 } })
    expect(why(ended('OOMKilled', 137))).toMatchObject({ reason: 'out-of-memory' })
  })

  it('is the node, before anything that its kubelet said', () => {
    const nodes = new Map([['n0', exampleNode('n0', 'Unknown', at(-300))]])
    expect(why(state('ImagePullBackOff'), { nodes })).toMatchObject({
      reason: 'node-silent',
      since: at(-300),
      params: { node: 'n0' },
    })
  })

  it('is the finalizers, once the grace period is over', () => {
    const held = { deletion: at(-50), finalizers: ['example.com/hold'] }
    expect(why(held)).toMatchObject({ reason: 'terminating-finalizers', params: { finalizers: 'example.com/hold' } })
    expect(why({ ...held, deletion: at(20) })).toMatchObject({ reason: 'terminating', until: at(20) })
  })

  it('is a volume attached elsewhere, in the words of either version', () => {
    for (const words of ['Multi-Attach error for volume "pv-1"', 'Waiting for detach for volume "pv-1"']) {
      const pod = examplePod(set, 0, { phase: 'Pending', created: at(-500) })
      const events = [exampleEvent('Pod', pod.metadata, 'FailedAttachVolume', words)]
      expect(told(exampleObjects(set, { pods: [pod], events })).waitingFor).toMatchObject({
        reason: 'volume-elsewhere',
      })
    }
  })

  it('is the probe, when an event says so', () => {
    const pod = examplePod(set, 0, { ready: false, since: at(-60) })
    const events = [
      exampleEvent('Pod', pod.metadata, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'),
    ]
    expect(told(exampleObjects(set, { pods: [pod], events })).waitingFor).toMatchObject({ reason: 'probe' })
  })

  it('is a readiness gate, when all containers are ready', () => {
    const gated: PodChanges = {
      ready: false,
      since: at(-900),
      spec: { readinessGates: ['example.com/ready'] },
      status: {
        containers: [
          {
            name: 'main',
            image: 'i',
            ready: true,
            started: true,
            restartCount: 0,
            state: { kind: 'running', startedAt: at(-900) },
            lastState: null,
          },
        ],
      },
    }
    expect(why(gated)).toMatchObject({ reason: 'readiness-gate', params: { gate: 'example.com/ready' } })
  })

  it('is the scheduler’s word, with the condition as proof', () => {
    const message = '0/3 nodes are available: 3 Insufficient cpu.'
    const found = why({
      phase: 'Pending',
      node: null,
      conditions: [{ ...conditionOf('PodScheduled', 'False', at(-80), 'Unschedulable'), message }],
    })
    expect(found).toMatchObject({ reason: 'unschedulable', params: { detail: message }, since: at(-80) })
    expect(found?.proof?.[0]).toMatchObject({
      object: 'Pod default/web-0',
      field: 'status.conditions[0].status',
      value: 'False (Unschedulable)',
    })
  })

  it('says what it could not see', () => {
    const found = why(
      { ready: false },
      { nodes: new Map(), unknown: { nodes: 'list nodes (cluster)', events: 'list events' } },
    )
    expect(found).toMatchObject({ reason: 'not-ready', unseen: ['nodes', 'events'] })
  })
})

describe('a write that the API server refuses', () => {
  const templates = (...names: string[]) => names.map((name) => ({ name, storageClassName: null, requested: '1Gi' }))
  const refused = (policy: string, replicas = 4, broken = 1) => {
    const set = exampleSet({ podManagementPolicy: policy, replicas, claimTemplates: templates('data', 'wal') })
    const half = { spec: { claims: [{ volume: 'data', claim: `data-web-${broken}` }] } }
    const pods = [0, 1, 2].map((n) => examplePod(set, n, n === broken ? half : {}))
    return exampleObjects(set, { pods })
  }
  const failed = (verb: string, name: string, seconds = -30) => {
    const set = exampleSet()
    const reason = `Failed${verb}`
    const text = `${verb.toLowerCase()} Pod ${name} in StatefulSet web failed error: denied the request`
    return { ...exampleEvent('StatefulSet', set.metadata, reason, text), firstSeen: at(seconds), lastSeen: at(seconds) }
  }

  it('ends every pass of an ordered set at a pod without a volume for a claim template', () => {
    const objects = refused('OrderedReady')
    expect(reason(objects)).toEqual(['update-refused', 1])
    expect(next(objects)).toEqual([])
    expect(told(objects).waitingFor).toMatchObject({ blocks: ['create'], params: { template: 'wal', createCount: 1 } })
  })

  it('ends a Parallel pass after the batch of that pod', () => {
    expect(now(refused('Parallel'))).toEqual([])
    expect(next(refused('Parallel', 4, 2))).toEqual([])
    expect(reason(refused('Parallel'))).toEqual(['update-refused', 1])
  })

  it('is a name with a leading zero that counts as the ordinal', () => {
    const set = exampleSet()
    const stray = examplePod(set, 1)
    const named = { ...stray, metadata: { ...stray.metadata, name: 'web-01', uid: 'stray', owners: [] } }
    const objects = exampleObjects(set, { pods: [examplePod(set, 0), named, examplePod(set, 2)] })
    expect(told(objects)).toMatchObject({
      next: [],
      waitingFor: { reason: 'misnamed', ordinal: 1, params: { found: 'web-01', pod: 'web-1' } },
    })
  })

  it('is a repair that keeps failing, as long as there is something to repair', () => {
    const set = exampleSet()
    const labels = { app: 'web', 'controller-revision-hash': 'web-1' }
    const wrong = exampleObjects(set, {
      pods: podsOf(set, {}, { labels }, {}),
      events: [failed('Update', 'web-1')],
    })
    expect(reason(wrong)).toEqual(['update-failed', 1])
    expect(told({ ...wrong, pods: podsOf(set, {}, {}, {}) }).waitingFor).toBeNull()
  })

  it('is a deletion that keeps failing, unless it was one of an earlier pod of the name', () => {
    const set = exampleSet({ replicas: 2 })
    const objects = (created: string) =>
      exampleObjects(set, { pods: podsOf(set, {}, {}, { created }), events: [failed('Delete', 'web-2')] })
    expect(reason(objects(at(-3000)))).toEqual(['delete-failed', 2])
    expect(now(objects(at(-3000)))).toEqual([])
    expect(now(objects(at(-10)))).toEqual(['delete 2'])
  })

  it('of a creation says nothing while it is not that ordinal’s turn', () => {
    const set = exampleSet()
    const objects = exampleObjects(set, {
      pods: podsOf(set, {}, { ready: false, since: at(-700) }),
      events: [failed('Create', 'web-2')],
    })
    expect(told(objects).causes.get(2)).toMatchObject({ reason: 'blocked-by' })
  })
})

describe('a set that is being deleted', () => {
  const deleting = (finalizers: string[]) =>
    told(exampleObjects(exampleSet({}, {}, { deletionTimestamp: at(-60), finalizers }))).waitingFor
  it.each([
    [['orphan'], 'set-deleting-orphan'],
    [['orphan', 'example.com/hold'], 'set-deleting-orphan'],
    [['foregroundDeletion'], 'set-deleting-foreground'],
    [['resources-finalizer.argocd.argoproj.io'], 'set-deleting-held'],
    [[], 'set-deleting'],
  ])('with %j is %s', (finalizers, code) => expect(deleting(finalizers)?.reason).toBe(code))

  it('in the foreground names the pods that are left, and a finalizer its owner', () => {
    expect(deleting(['foregroundDeletion'])?.message).toContain('(3 pods are left: web-0, web-1, web-2)')
    expect(deleting(['resources-finalizer.argocd.argoproj.io'])?.message).toContain('(Argo CD)')
  })
})

describe('a rollout that was taken back', () => {
  const set = updating()
  const broken: PodChanges = {
    revision: 'web-bad',
    ready: false,
    status: {
      containers: [
        {
          name: 'main',
          image: 'kubia:bad',
          ready: false,
          started: false,
          restartCount: 0,
          state: { kind: 'waiting', reason: 'ImagePullBackOff', message: null },
          lastState: null,
        },
      ],
    },
  }

  it('waits for the broken pod, which a person has to delete, and promises nothing', () => {
    const objects = withOld(set, fresh, fresh, broken)
    expect(told(objects)).toMatchObject({ next: [], waitingFor: { reason: 'broken-waits', ordinal: 2 } })
    expect(told(objects).causes.get(2)).toMatchObject({ reason: 'image' })
  })

  it('does not ask for that where a new pod would be the same, or where nothing is in order', () => {
    expect(reason(withOld(set, old, old, { ...broken, revision: 'web-2' }))).toEqual(['image', 2])
    const parted = updating({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 3, maxUnavailable: '1' } },
    })
    expect(reason(withOld(parted, old, old, { ...broken, revision: 'web-1' }))).toEqual(['image', 2])
    const parallel = updating({ podManagementPolicy: 'Parallel' })
    expect(now(withOld(parallel, fresh, fresh, broken))).toEqual(['delete 2'])
  })
})

it('a stored maxUnavailable proves nothing before 1.37', () => {
  const set = updating({
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1, maxUnavailable: '1' } },
  })
  const at136 = { ...withOld(set, { ...old, ready: false }, old, old), serverVersion: { major: 1, minor: 36 } }
  expect(now(at136)).toEqual(['delete 2'])
  expect(now({ ...at136, serverVersion: { major: 1, minor: 37 } })).toEqual([])
})

const anySet = fc
  .record({
    replicas: fc.integer({ min: 0, max: 7 }),
    start: fc.integer({ min: 0, max: 2 }),
    policy: fc.constantFrom('OrderedReady', 'Parallel'),
    strategy: fc.constantFrom('RollingUpdate', 'OnDelete', 'Recreate'),
    partition: fc.integer({ min: 0, max: 4 }),
    max: fc.constantFrom('1', '2', '50%', null),
    whenScaled: fc.constantFrom('Retain' as const, 'Delete' as const),
    pods: fc.uniqueArray(
      fc.record({
        ordinal: fc.integer({ min: 0, max: 9 }),
        phase: fc.constantFrom('Pending', 'Running', 'Running', 'Failed'),
        ready: fc.boolean(),
        deletion: fc.constantFrom(null, null, at(9), at(-90)),
        revision: fc.constantFrom('web-1', 'web-2'),
      }),
      { selector: (each) => each.ordinal },
    ),
    claims: fc.uniqueArray(fc.integer({ min: 0, max: 9 })),
  })
  .map(({ replicas, start, policy, strategy, partition, max, whenScaled, pods, claims }) => {
    const set = updating({
      replicas,
      ordinalsStart: start,
      podManagementPolicy: policy,
      whenScaled,
      updateStrategy: {
        type: strategy,
        rollingUpdate: strategy === 'RollingUpdate' ? { partition, maxUnavailable: max } : null,
      },
    })
    return exampleObjects(set, {
      pods: pods.map(({ ordinal, ...changes }) => examplePod(set, ordinal, changes)),
      claims: claims.map((ordinal) => exampleClaim(set, ordinal)),
      revisions: revisions(set),
    })
  })

describe('for any set', () => {
  it('the order in which the objects come changes nothing', () => {
    fc.assert(
      fc.property(anySet, (objects) => {
        const reversed = {
          ...objects,
          pods: objects.pods.toReversed(),
          claims: objects.claims.toReversed(),
          revisions: objects.revisions.toReversed(),
        }
        expect(told(reversed)).toEqual(told(objects))
      }),
    )
  })

  it('an ordered set does one thing at a time, save what maxUnavailable and Recreate allow', () => {
    fc.assert(
      fc.property(anySet, (objects) => {
        fc.pre(objects.set.spec.podManagementPolicy !== 'Parallel')
        const acts = told(objects).pass.steps.filter((step) => step.action !== 'update')
        if (acts.length > 1)
          expect(acts.every((step) => step.why === 'outdated' && step.action === 'delete')).toBe(true)
      }),
    )
  })

  it('what is said to come next is what a simulated controller does, to the last step', () => {
    fc.assert(
      fc.property(anySet, (start) => {
        let objects = start
        // Two ended pods outside the range really do wait for each other for ever; here somebody mends them.
        const inRange = (ordinal: number) =>
          ordinal >= start.set.spec.ordinalsStart && ordinal < start.set.spec.ordinalsStart + start.set.spec.replicas
        // Pods that start become ready and pods that are deleted go: then every set comes to rest.
        for (let round = 0; round < 60; round += 1) {
          const { pass, forecast } = told(objects)
          if (pass.steps.length === 0 && forecast.length > 0) expect(pass.stops.length).toBeGreaterThan(0)
          const { set } = objects
          const gone = new Set(pass.steps.filter((step) => step.action === 'delete').map((step) => step.ordinal))
          const made = pass.steps.filter((step) => step.action === 'create')
          const settled = objects.pods.flatMap((pod) => {
            const ordinal = Number(pod.metadata.name.slice(4))
            if (pod.metadata.deletionTimestamp !== null || gone.has(ordinal)) return []
            return [
              pod.status.phase === 'Failed' && inRange(ordinal)
                ? pod
                : examplePod(set, ordinal, { revision: pod.metadata.labels['controller-revision-hash'] ?? '' }),
            ]
          })
          const claims = objects.claims.filter((claim) => !claim.metadata.owners.some((owner) => owner.kind === 'Pod'))
          objects = {
            ...objects,
            claims,
            pods: [...settled, ...made.map((step) => examplePod(set, step.ordinal, { revision: step.revision ?? '' }))],
          }
        }
        const { forecast, waitingFor } = told(objects)
        expect(forecast.filter((step) => step.action !== 'update')).toEqual([])
        expect(waitingFor).toBeNull()
        const { ordinalsStart, replicas } = objects.set.spec
        expect(objects.pods.map((pod) => pod.metadata.name).toSorted()).toEqual(
          Array.from({ length: replicas }, (_, i) => `web-${i + ordinalsStart}`).toSorted(),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('lists at most a few steps and counts the others', () => {
    const set = exampleSet({ replicas: 100 })
    const { next: listed, nextOmitted } = told(exampleObjects(set, { pods: [], claims: [] }))
    expect(listed).toHaveLength(nextListed)
    expect(nextOmitted).toBe(100 - nextListed)
  })
})
