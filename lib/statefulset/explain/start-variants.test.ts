import { describe, expect, it } from 'vitest'
import type { ContainerState, ContainerStatus, Event, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { viewOf } from '@/lib/statefulset/view/build-view'
import {
  at,
  conditionOf,
  exampleClaim,
  exampleClass,
  exampleEvent,
  exampleNow,
  exampleObjects,
  examplePod,
  exampleSet,
  exampleVolume,
  type PodChanges,
} from '@/test/fixtures/example-objects'

/** Why one pod does not start: variants of each kind, told by its row as a reader would see it. */

const set = exampleSet({ replicas: 1 })
const running = (since = -900): ContainerState => ({ kind: 'running', startedAt: at(since) })
const waiting = (reason: string): ContainerState => ({ kind: 'waiting', reason, message: null })
const status = (name: string, state: ContainerState, changes: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name,
  image: `${name}:1`,
  ready: false,
  started: true,
  restartCount: 0,
  state,
  lastState: null,
  ...changes,
})
const container = (name: string, sidecar = false) => ({
  name,
  image: `${name}:1`,
  ports: [],
  sidecar,
})

/** The cause of ordinal 0, and of the set's wait where that is another one. */
function told(objects: SetObjects, seconds = 0) {
  const { view } = viewOf(objects, { cluster: 'test', now: new Date(exampleNow.getTime() + seconds * 1000) })
  const [row] = view.ordinals
  return { cause: row?.cause?.reason, params: row?.cause?.params, message: row?.cause?.message, row, view }
}
const causeOf = (objects: SetObjects, seconds = 0) => told(objects, seconds).cause

describe('a sidecar', () => {
  const pod = (
    inits: readonly ContainerStatus[],
    mains: readonly ContainerStatus[],
    changes: PodChanges = {},
    sidecars: readonly string[] = ['mesh', 'logs'],
  ): Pod => {
    const made = examplePod(set, 0, { ready: false, since: at(-600), ...changes })
    return {
      ...made,
      spec: {
        ...made.spec,
        initContainers: inits.map(({ name }) => container(name, sidecars.includes(name))),
        containers: mains.map(({ name }) => container(name)),
      },
      status: { ...made.status, initContainers: [...inits], containers: [...mains] },
    }
  }
  const said = (about: Pod, name: string | null, message: string, seconds = -20): Event => {
    const event = exampleEvent('Pod', about.metadata, 'Unhealthy', message, { lastSeen: at(seconds) })
    return { ...event, involved: { ...event.involved, container: name } }
  }
  const of = (made: Pod, events: readonly Event[] = []) => exampleObjects(set, { pods: [made], events: [...events] })
  const ready = { ready: true }
  const unstarted = { started: false }

  it.each<[string, Pod, string, string]>([
    [
      'has not passed its startup probe and main waits',
      pod([status('mesh', running(), unstarted)], [status('main', waiting('PodInitializing'))], { phase: 'Pending' }),
      'sidecar-startup',
      'what comes after it waits',
    ],
    [
      'the second of two has not passed it',
      pod(
        [status('mesh', running(), ready), status('logs', running(), unstarted)],
        [status('main', waiting('PodInitializing'))],
        { phase: 'Pending' },
      ),
      'sidecar-startup',
      'its sidecar logs',
    ],
    [
      'was restarted and starts up again, while main runs',
      pod([status('mesh', running(-30), { ...unstarted, restartCount: 4 })], [status('main', running(), ready)]),
      'sidecar-startup',
      'web-0 runs, but its sidecar mesh has not passed',
    ],
    [
      'runs and is not ready, and nothing says why',
      pod([status('mesh', running())], [status('main', running(), ready)]),
      'sidecar-unready',
      'its sidecar mesh is not ready',
    ],
    [
      'keeps crashing',
      pod([status('mesh', waiting('CrashLoopBackOff'), { restartCount: 1 })], [status('main', running(), ready)]),
      'crash',
      'Container mesh of web-0 keeps crashing (CrashLoopBackOff, exit code ?, 1 restart)',
    ],
    [
      'has an image that cannot be pulled, and an init container after it waits',
      pod(
        [status('mesh', waiting('ImagePullBackOff')), status('setup', waiting('PodInitializing'))],
        [status('main', waiting('PodInitializing'))],
        { phase: 'Pending' },
      ),
      'image',
      'mesh:1 of mesh',
    ],
    [
      'is fine, and an init container after it still runs',
      pod(
        [status('mesh', running(), ready), status('setup', running())],
        [status('main', waiting('PodInitializing'))],
        { phase: 'Pending' },
      ),
      'init-running',
      'init container setup',
    ],
    [
      'is of a kubelet that does not tell whether it started',
      pod([status('mesh', running(), { started: null })], [status('main', running(), ready)]),
      'sidecar-unready',
      'mesh',
    ],
  ])('%s', (_, made, cause, words) => {
    const found = told(of(made))
    expect(found.cause).toBe(cause)
    expect(found.message).toContain(words)
  })

  it('whose probe is told to fail is named before another one that is merely not ready', () => {
    const made = pod([status('mesh', running()), status('logs', running())], [status('main', running())])
    const event = said(made, 'main', 'Readiness probe failed: HTTP probe failed with statuscode: 503')
    expect(told(of(made, [event])).message).toBe('web-0 runs, but main fails its probe (503).')
    const other = said(made, 'logs', 'Readiness probe failed: dial tcp 10.0.0.1:9: connect: connection refused')
    expect(told(of(made, [other])).message).toBe(
      'web-0 runs, but its sidecar logs fails its probe (connection refused).',
    )
  })

  it('of another revision holds an ordered set up until a person deletes its pod', () => {
    const rolling = exampleSet({ replicas: 1 }, { currentRevision: 'web-1', updateRevision: 'web-2' })
    const made = pod([status('mesh', waiting('ImagePullBackOff'))], [status('main', waiting('PodInitializing'))], {
      phase: 'Pending',
      revision: 'web-1',
    })
    expect(told(exampleObjects(rolling, { pods: [made] })).view).toMatchObject({
      waitingFor: { reason: 'broken-waits' },
      next: [],
    })
  })
})

describe('a sandbox', () => {
  const pod = (changes: PodChanges = {}) => examplePod(set, 0, { phase: 'Pending', created: at(-1500), ...changes })
  const made = pod()
  const event = (reason: string, message: string, seconds: number) =>
    exampleEvent('Pod', made.metadata, reason, message, { firstSeen: at(seconds), lastSeen: at(seconds) })
  const failed = (seconds: number, why = 'network plugin is not ready') =>
    event('FailedCreatePodSandBox', `Failed to create pod sandbox: ${why}`, seconds)
  const changed = (seconds: number) =>
    event('SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.', seconds)
  it.each<[string, readonly Event[], string]>([
    ['cannot be made', [failed(-30)], 'sandbox'],
    ['cannot be made, and is told to be changed in between', [failed(-60), changed(-30)], 'sandbox'],
    [
      'waits for the network of its node',
      [event('NetworkNotReady', 'network is not ready: cni plugin not initialized', -30)],
      'sandbox',
    ],
    [
      'was made after two failures, and the image is pulled',
      [failed(-90), failed(-60), event('Pulling', 'Pulling image "kubia:1"', -30)],
      'pulling',
    ],
    [
      'fails again after the container had run',
      [event('Started', 'Started container main', -600), failed(-30)],
      'sandbox',
    ],
    [
      'cannot be made, and an older mount failed',
      [event('FailedMount', 'MountVolume.SetUp failed for volume "x" : timeout', -600), failed(-30)],
      'sandbox',
    ],
    ['was never told about', [], 'start-stands'],
  ])('%s', (_, events, cause) => {
    for (const order of [events, events.toReversed()])
      expect(causeOf(exampleObjects(set, { pods: [made], events: [...order] }))).toBe(cause)
  })
  it('is not said to have expired where events may not be read', () => {
    const conditions = [
      conditionOf('PodScheduled', 'True'),
      conditionOf('PodReadyToStartContainers', 'False', at(-7200)),
      conditionOf('Ready', 'False', at(-7200)),
    ]
    const long = pod({ conditions, created: at(-7300) })
    expect(causeOf(exampleObjects(set, { pods: [long] }))).toBe('start-expired')
    expect(causeOf(exampleObjects(set, { pods: [long], unknown: { events: 'list events' } }))).toBe('start-prepares')
  })
})

describe('a scheduler', () => {
  const unplaced = (message: string | null, reason: string | null = 'Unschedulable', changes: PodChanges = {}) => {
    const scheduled = { ...conditionOf('PodScheduled', 'False', at(-300), reason), message }
    return exampleObjects(set, {
      pods: [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [scheduled], ...changes })],
    })
  }
  it.each<[string, SetObjects, string, string]>([
    [
      'lacks memory on one node and volumes on another',
      unplaced('0/2 nodes are available: 1 Insufficient memory, 1 node(s) exceed max volume count.'),
      'unschedulable',
      '1 has too little memory',
    ],
    [
      'lacks only volumes, and the rest is tainted',
      unplaced(
        '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) exceed max volume count. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ),
      'attach-limit',
      'as many volumes as they can',
    ],
    [
      'evicts others to make room',
      unplaced('0/3 nodes are available: 3 Insufficient cpu. preemption: found a potential placement on n1'),
      'preempting',
      'to be evicted',
    ],
    [
      'is another one with its own words',
      unplaced('pod group is not ready, 1 Pending, 3 minAvailable'),
      'unplaced',
      'cannot be placed',
    ],
    [
      'has a constant that nobody has read yet',
      unplaced('0/4 nodes are available: 4 node(s) failed a plugin of tomorrow.'),
      'unschedulable',
      '4 do not fit for another reason',
    ],
    ['has no node at all', unplaced('no nodes available to schedule pods'), 'unplaced', 'cannot be placed'],
    [
      'has failed in itself',
      unplaced('running PreBind plugin "VolumeBinding": binding volumes: timed out', 'SchedulerError'),
      'unplaced',
      'cannot be placed',
    ],
    [
      'holds it back by gates',
      unplaced('Scheduling is blocked due to non-empty scheduling gates', 'SchedulingGated', {
        spec: { schedulingGates: ['example.com/quota'] },
      }),
      'scheduling-gated',
      'example.com/quota',
    ],
    [
      'has not looked yet',
      exampleObjects(set, { pods: [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [] })] }),
      'not-scheduled',
      'has not been looked at',
    ],
  ])('%s', (_, objects, cause, words) => {
    const found = told(objects)
    expect(found.cause).toBe(cause)
    expect(found.message).toContain(words)
    expect(found.message).not.toContain('nodes are available')
  })

  it('finds no place for an old pod that was reverted: a person has to delete it, in an ordered set alone', () => {
    const message = '0/3 nodes are available: 3 Insufficient cpu.'
    const of = (policy: string, revision: string, start = 0) => {
      const rolling = exampleSet(
        { replicas: 1, podManagementPolicy: policy, ordinalsStart: start },
        { currentRevision: 'web-1', updateRevision: 'web-1' },
      )
      const conditions = [{ ...conditionOf('PodScheduled', 'False', at(-300), 'Unschedulable'), message }]
      const pods = [examplePod(rolling, start, { phase: 'Pending', node: null, conditions, revision })]
      return told(exampleObjects(rolling, { pods })).view
    }
    expect(of('OrderedReady', 'web-bad')).toMatchObject({ waitingFor: { reason: 'broken-waits' }, next: [] })
    expect(of('OrderedReady', 'web-bad', 7)).toMatchObject({ waitingFor: { reason: 'broken-waits', ordinal: 7 } })
    expect(of('OrderedReady', 'web-1').waitingFor?.reason).toBe('unschedulable')
    expect(of('Parallel', 'web-bad').next?.[0]).toMatchObject({ action: 'delete', now: true })
  })
})

describe('a provisioner', () => {
  const asks = (name: string) =>
    `Waiting for a volume to be created either by the external provisioner '${name}' or manually by the system administrator.`
  const claim = (changes: Parameters<typeof exampleClaim>[2] = {}) =>
    exampleClaim(set, 0, { phase: 'Pending', metadata: { creationTimestamp: at(-900) }, ...changes })
  const pods = [examplePod(set, 0, { phase: 'Pending', node: 'n1', created: at(-900) })]
  const event = (reason: string, message: string, first: number, last = first) =>
    exampleEvent('PersistentVolumeClaim', claim().metadata, reason, message, {
      firstSeen: at(first),
      lastSeen: at(last),
    })
  const of = (events: readonly Event[], changes: Partial<SetObjects> = {}, of = claim()) =>
    exampleObjects(set, { pods, claims: [of], volumes: new Map(), events: [...events], ...changes })
  const began = event(
    'Provisioning',
    'External provisioner is provisioning volume for claim "default/data-web-0"',
    -800,
  )
  const failed = (seconds: number) => event('ProvisioningFailed', 'failed to provision volume: out of space', seconds)
  const noClass = event(
    'FailedBinding',
    'no persistent volumes available for this claim and no storage class is set',
    -800,
  )
  const nope = event('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', -800)
  const classMade = (seconds: number) => {
    const made = exampleClass()
    return new Map([['fast', { ...made, metadata: { ...made.metadata, creationTimestamp: at(seconds) } }]])
  }

  it.each<[string, SetObjects, string]>([
    [
      'has been asked and does not answer',
      of([event('ExternalProvisioning', asks('csi.example'), -800, -10)]),
      'claim-provisioner-silent',
    ],
    ['has been asked a moment ago', of([event('ExternalProvisioning', asks('csi.example'), -20)]), 'claim-pending'],
    ['has begun', of([event('ExternalProvisioning', asks('csi.example'), -800, -10), began]), 'claim-pending'],
    [
      'has failed and been asked again',
      of([failed(-600), event('ExternalProvisioning', asks('csi.example'), -800, -10)]),
      'claim-provisioning-failed',
    ],
    ['failed once and then made it', of([failed(-600), event('ProvisioningSucceeded', 'made', -300)]), 'claim-pending'],
    [
      'made it once and failed since',
      of([event('ProvisioningSucceeded', 'made', -600), failed(-300)]),
      'claim-provisioning-failed',
    ],
    ['did not know a class that was made since', of([nope], { storageClasses: classMade(-60) }), 'claim-pending'],
    [
      'fails for a class that was there before',
      of([nope], { storageClasses: classMade(-9000) }),
      'claim-provisioning-failed',
    ],
    ['had no class, and the default was written in since', of([noClass]), 'claim-pending'],
    ['has no class, and is told so', of([noClass], {}, claim({ spec: { storageClassName: null } })), 'claim-no-class'],
    ['has no class by intent', of([noClass], {}, claim({ spec: { storageClassName: '' } })), 'claim-no-class'],
    [
      'is nobody: volumes are made by hand',
      of([], {
        storageClasses: new Map([
          [
            'fast',
            exampleClass('fast', { provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'Immediate' }),
          ],
        ]),
      }),
      'claim-by-hand',
    ],
    [
      'cannot be seen, and its class is not said to be missing',
      of([], { storageClasses: new Map(), unknown: { storageclasses: 'list storageclasses' } }),
      'claim-pending',
    ],
    [
      'cannot be seen, and no default is not said to be missing',
      of(
        [],
        { storageClasses: new Map(), unknown: { storageclasses: 'list storageclasses' } },
        claim({ spec: { storageClassName: null } }),
      ),
      'claim-pending',
    ],
  ])('%s', (_, objects, cause) => {
    expect(causeOf(objects)).toBe(cause)
    expect(causeOf({ ...objects, events: objects.events.toReversed() })).toBe(cause)
  })

  it('is named, and the clock alone makes the silence of it', () => {
    const objects = of([event('ExternalProvisioning', asks('ebs.csi.aws.com'), -20)])
    expect(told(objects, 200)).toMatchObject({
      cause: 'claim-provisioner-silent',
      message:
        'web-0 waits: the provisioner ebs.csi.aws.com has been asked for a volume for data-web-0 and has not answered.',
    })
    const { recheckAt } = viewOf(objects, { cluster: 'test', now: exampleNow })
    expect(recheckAt?.getTime()).toBeLessThanOrEqual(exampleNow.getTime() + 100_000)
  })
})

describe('a claim or a volume that is in the way', () => {
  const two = exampleSet({
    replicas: 1,
    claimTemplates: ['data', 'wal'].map((name) => ({ name, storageClassName: 'fast', requested: '1Gi' })),
  })
  const pods = (changes: PodChanges = { phase: 'Pending', node: null, conditions: [] }) => [examplePod(two, 0, changes)]
  const fine = exampleClaim(two, 0)
  const wal = (changes: Parameters<typeof exampleClaim>[2] = {}) =>
    exampleClaim(two, 0, { template: 'wal', ...changes })
  const lost = wal({ phase: 'Lost', spec: { volumeName: 'pv-wal-web-0' } })
  const placed: PodChanges = { phase: 'Pending', node: 'n1' }
  const of = (claims: readonly ReturnType<typeof wal>[], changes: Partial<SetObjects> = {}) =>
    exampleObjects(two, { pods: pods(placed), claims: [...claims], ...changes })
  const released = (claimRef: { namespace: string; name: string; uid: string | null }) => {
    const pending = wal({ phase: 'Pending', spec: { volumeName: 'pv-old' } })
    const volume = exampleVolume(pending, { claimRef })
    return of([fine, pending], {
      volumes: new Map([['pv-old', { ...volume, status: { ...volume.status, phase: 'Released' } }]]),
    })
  }
  it.each<[string, SetObjects, string, Record<string, string>]>([
    ['the second of two is lost', of([fine, lost]), 'claim-lost', { claim: 'wal-web-0', volume: 'pv-wal-web-0' }],
    [
      'one is lost and the other pending: what is lost is said',
      of([exampleClaim(two, 0, { phase: 'Pending' }), lost]),
      'claim-lost',
      { claim: 'wal-web-0' },
    ],
    [
      'the second is on its way out',
      of([fine, wal({ metadata: { deletionTimestamp: at(-60) } })]),
      'claim-deleting',
      { claim: 'wal-web-0' },
    ],
    ['the second does not exist', of([fine]), 'claim-missing', { claim: 'wal-web-0' }],
    [
      'the second names a volume of an earlier claim of its name',
      released({ namespace: 'default', name: 'wal-web-0', uid: 'of-old' }),
      'claim-released',
      { volume: 'pv-old' },
    ],
    [
      'the second names a volume of another claim',
      released({ namespace: 'shop', name: 'wal-web-0', uid: 'of-old' }),
      'claim-volume-taken',
      { owner: 'shop/wal-web-0' },
    ],
    [
      'the second names no volume that there is',
      of([fine, wal({ phase: 'Pending', spec: { volumeName: 'pv-gone' } })], { volumes: new Map() }),
      'claim-volume-missing',
      { volume: 'pv-gone' },
    ],
    [
      'the volume that it names may not be seen',
      of([fine, wal({ phase: 'Pending', spec: { volumeName: 'pv-x' } })], {
        volumes: new Map(),
        unknown: { persistentvolumes: 'list persistentvolumes' },
      }),
      'claim-pending',
      { claim: 'wal-web-0' },
    ],
  ])('%s', (_, objects, cause, params) => {
    expect(told(objects)).toMatchObject({ cause, params })
  })
  it('is not said to be missing where claims may not be seen', () => {
    const objects = of([], { unknown: { persistentvolumeclaims: 'list persistentvolumeclaims' } })
    expect(told(objects).message).not.toMatch(/claim|PVC/)
  })
})
