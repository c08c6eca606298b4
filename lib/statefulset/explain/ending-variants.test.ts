import { describe, expect, it } from 'vitest'
import type { ContainerState, Event, Node, Pod, SetObjects, StatefulSet } from '@/lib/statefulset/model/objects'
import { viewOf } from '@/lib/statefulset/view/build-view'
import {
  at,
  conditionOf,
  exampleEvent,
  exampleNode,
  exampleNow,
  exampleObjects,
  examplePod,
  exampleRevision,
  exampleSet,
  type PodChanges,
} from '@/test/fixtures/example-objects'
import { broken } from '@/test/fixtures/findings'

/** Why something that should go, or be replaced, stays: variants of each kind, as a reader would see them. */

function told(objects: SetObjects, ordinal = 0, seconds = 0) {
  const { view } = viewOf(objects, { cluster: 'test', now: new Date(exampleNow.getTime() + seconds * 1000) })
  const row = view.ordinals.find((each) => each.ordinal === ordinal)
  return {
    view,
    row,
    cause: row?.cause?.reason,
    message: row?.cause?.message,
    waits: view.waitingFor?.reason,
    found: view.problems?.map((each) => each.runbook) ?? [],
    next: view.next?.map((step) => `${step.action} ${step.ordinal}`),
  }
}

const ended = (seconds: number): ContainerState => ({
  kind: 'terminated',
  reason: 'Completed',
  message: null,
  exitCode: 0,
  signal: null,
  startedAt: at(-3000),
  finishedAt: at(seconds),
})

describe('a pod that is terminating', () => {
  const set = exampleSet({ replicas: 1 })
  const one = (changes: PodChanges, state?: ContainerState): Pod => {
    const pod = examplePod(set, 0, { deletion: at(-90), ...changes })
    const [main] = pod.status.containers
    if (state === undefined || main === undefined) return pod
    return { ...pod, status: { ...pod.status, containers: [{ ...main, state, ready: false }] } }
  }
  const on = (node: Node | null, pod: Pod, events: readonly Event[] = []) =>
    exampleObjects(set, {
      pods: [pod],
      nodes: node === null ? new Map() : new Map([['n0', node]]),
      events: [...events],
    })
  const [silent, unready, ready] = (['Unknown', 'False', 'True'] as const).map((each) => exampleNode('n0', each))
  const node = (which: Node | undefined): Node => {
    if (which === undefined) throw new Error('there is no such node')
    return which
  }
  const kill = (pod: Pod) => exampleEvent('Pod', pod.metadata, 'FailedKillPod', 'error killing pod: rpc error')
  const held = { finalizers: ['example.com/backup'] }
  const argo = { finalizers: ['resources-finalizer.argocd.argoproj.io/background', 'foregroundDeletion'] }

  it.each<[string, SetObjects, string, string]>([
    ['on a silent node', on(node(silent), one({})), 'terminating-silent', 'nobody can confirm'],
    ['on a node that is gone', on(null, one({})), 'terminating-node-gone', 'no longer exists'],
    [
      'on a node that answers and is not ready',
      on(node(unready), one({})),
      'terminating-unready-node',
      'says that it is not ready',
    ],
    ['on a node that is well', on(node(ready), one({})), 'terminating-overdue', 'its grace period is over'],
    [
      'ended on a silent node',
      on(node(silent), one({}, ended(-95))),
      'terminating-ended-silent',
      'only its object is left',
    ],
    [
      'ended, and held by a finalizer',
      on(node(ready), one(held, ended(-95))),
      'terminating-finalizers',
      'example.com/backup',
    ],
    [
      'held by a finalizer, still running',
      on(node(ready), one(held)),
      'terminating-finalizers',
      'Whether their owners run is not known',
    ],
    ['held by finalizers of whom the owner is known', on(node(ready), one(argo)), 'terminating-finalizers', 'Argo CD'],
    [
      'held by a finalizer in its grace period',
      on(node(ready), one({ ...held, deletion: at(20) })),
      'terminating',
      'is terminating.',
    ],
    [
      'forced, and held by a finalizer on a silent node',
      on(node(silent), one({ ...held, grace: 0 })),
      'terminating-finalizers',
      'held by finalizers',
    ],
    [
      'forced, and held by a finalizer on a node that is gone',
      on(null, one({ ...held, grace: 0 })),
      'terminating-finalizers',
      'held by finalizers',
    ],
    [
      'not forced, and held by a finalizer on a silent node',
      on(node(silent), one(held)),
      'terminating-silent',
      'nobody can confirm',
    ],
    [
      'never bound, and held',
      on(null, one({ ...held, node: null, phase: 'Pending', grace: 0 })),
      'terminating-finalizers',
      'held by finalizers',
    ],
    [
      'on a node that may not be seen',
      { ...on(null, one({})), unknown: { nodes: 'list nodes' } },
      'terminating-overdue',
      'its grace period is over',
    ],
  ])('%s', (_, objects, cause, words) => {
    const found = told(objects)
    expect(found.cause).toBe(cause)
    expect(found.message).toContain(words)
    expect(found.waits).toBe(cause)
  })

  it.each<[string, ContainerState | undefined, string]>([
    ['runs', undefined, 'terminating-kill'],
    ['has ended', ended(-95), 'terminating-sandbox'],
  ])('whose container %s: the kubelet’s own word says why it stays, in any order of events', (_, state, cause) => {
    const pod = one({}, state)
    const events = [
      kill(pod),
      exampleEvent('Pod', pod.metadata, 'Killing', 'Stopping container main', { lastSeen: at(-120) }),
    ]
    for (const order of [events, events.toReversed()]) expect(told(on(node(ready), pod, order)).cause).toBe(cause)
  })

  it('shows the deadline that there is, and none once it has passed', () => {
    expect(told(on(node(ready), one({ deletion: at(20) }))).view.waitingFor?.until).toBe(at(20))
    expect(told(on(node(ready), one({ deletion: at(-1) }))).view.waitingFor?.until).toBeNull()
    expect(told(on(node(silent), one({ deletion: at(20) }))).view.waitingFor?.until).toBe(at(20))
    expect(told(on(node(silent), one({}))).view.waitingFor?.until).toBeNull()
  })
})

describe('a deadline', () => {
  const set = exampleSet({ replicas: 1 })
  const unreachable = (seconds: number, tolerated: number | null) => {
    const node = exampleNode('n0', 'Unknown', at(seconds))
    const taints = [{ key: 'node.kubernetes.io/unreachable', value: null, effect: 'NoExecute', timeAdded: at(seconds) }]
    const tolerations = [
      {
        key: 'node.kubernetes.io/unreachable',
        operator: 'Exists',
        effect: 'NoExecute',
        seconds: tolerated,
      },
    ]
    const pods = [examplePod(set, 0, { ready: false, spec: { tolerations } })]
    return exampleObjects(set, { pods, nodes: new Map([['n0', { ...node, spec: { ...node.spec, taints } }]]) })
  }
  it.each<[string, SetObjects, string | null]>([
    ['of the eviction from a silent node', unreachable(-100, 300), at(200)],
    ['that has passed', unreachable(-400, 300), null],
    ['of a pod that tolerates for ever', unreachable(-100, null), null],
    [
      'of minReadySeconds',
      exampleObjects(exampleSet({ replicas: 1, minReadySeconds: 60 }), {
        pods: [examplePod(set, 0, { since: at(-10) })],
      }),
      at(50),
    ],
    [
      'of an ordinary start',
      exampleObjects(set, { pods: [examplePod(set, 0, { phase: 'Pending', created: at(-5) })] }),
      null,
    ],
    ['of an image', exampleObjects(set, { pods: [examplePod(set, 0, broken('ErrImagePull'))] }), null],
  ])('%s', (_, objects, until) => {
    expect(told(objects).view.waitingFor?.until).toBe(until)
  })
})

describe('a set that is being deleted', () => {
  const of = (finalizers: string[], changes: Partial<StatefulSet['spec']> = {}, objects: Partial<SetObjects> = {}) =>
    told(exampleObjects(exampleSet(changes, {}, { deletionTimestamp: at(-60), finalizers }), objects))
  it.each<[string, ReturnType<typeof told>, string, string]>([
    ['with its pods kept', of(['orphan']), 'set-deleting-orphan', 'its pods are kept'],
    ['with its pods kept, and a finalizer beside', of(['example.com/x', 'orphan']), 'set-deleting-orphan', 'kept'],
    [
      'after its pods, of which none is left',
      of(['foregroundDeletion'], {}, { pods: [] }),
      'set-deleting-foreground',
      'go first.',
    ],
    [
      'after its pods, of a Parallel set that starts at 4',
      of(['foregroundDeletion'], { podManagementPolicy: 'Parallel', ordinalsStart: 4 }),
      'set-deleting-foreground',
      'web-4, web-5, web-6',
    ],
    [
      'after seven pods',
      of(['foregroundDeletion'], { replicas: 7 }),
      'set-deleting-foreground',
      '7 pods are left: web-0, web-1, web-2, web-3, web-4 …',
    ],
    [
      'after one that is held itself',
      of(
        ['foregroundDeletion'],
        { replicas: 1 },
        { pods: [examplePod(exampleSet(), 0, { deletion: at(-60), finalizers: ['a/b'] })] },
      ),
      'set-deleting-foreground',
      '1 pod is left: web-0',
    ],
    ['held by an operator', of(['strimzi.io/finalizer']), 'set-deleting-held', 'Strimzi'],
    ['held by nobody', of([]), 'set-deleting', 'does nothing more'],
  ])('%s', (_, found, waits, words) => {
    expect(found.waits).toBe(waits)
    expect(found.view.waitingFor?.message).toContain(words)
    expect(found.next).toEqual([])
  })
})

describe('the way out of a template that was taken back', () => {
  const rolling = (changes: Partial<StatefulSet['spec']> = {}) =>
    exampleSet(changes, { currentRevision: 'web-1', updateRevision: 'web-1' })
  const revisions = (set: StatefulSet) => [exampleRevision(set, 'web-1', 3), exampleRevision(set, 'web-bad', 2)]
  const of = (set: StatefulSet, at0: number, changes: PodChanges, start = 0) =>
    told(
      exampleObjects(set, {
        pods: Array.from({ length: set.spec.replicas }, (_, n) => examplePod(set, n + start, n === at0 ? changes : {})),
        revisions: revisions(set),
      }),
      at0 + start,
    )
  const bad: PodChanges = { revision: 'web-bad' }
  it.each<[string, ReturnType<typeof told>, boolean]>([
    ['a bad image of the highest', of(rolling(), 2, broken('ImagePullBackOff', bad)), true],
    [
      'a bad image of the lowest, of a set that starts at 10',
      of(rolling({ ordinalsStart: 10 }), 0, broken('ErrImagePull', bad), 10),
      true,
    ],
    ['a program that keeps ending', of(rolling(), 1, broken('CrashLoopBackOff', bad)), true],
    ['a configuration that is missing', of(rolling(), 1, broken('CreateContainerConfigError', bad)), true],
    ['a pod that only starts yet', of(rolling(), 1, { ...bad, ready: false, since: at(-5), created: at(-8) }), false],
    ['a pod of the wanted revision', of(rolling(), 1, broken('ImagePullBackOff')), false],
    [
      'OnDelete, where the pod would come back at the wanted one',
      of(rolling({ updateStrategy: { type: 'OnDelete', rollingUpdate: null } }), 1, broken('ImagePullBackOff', bad)),
      true,
    ],
  ])('%s', (_, found, person) => {
    expect(found.waits === 'broken-waits').toBe(person)
    if (!person) return
    expect(found.view.waitingFor?.message).toContain('a person has to delete it')
    expect(found.next).toEqual([])
    expect(found.cause).not.toBe('broken-waits')
  })
  it('is the controller itself in a Parallel set', () => {
    const found = of(rolling({ podManagementPolicy: 'Parallel' }), 1, broken('ImagePullBackOff', bad))
    expect(found.next?.[0]).toBe('delete 1')
  })
})

describe('a parked canary', () => {
  const parked = (partition: number, changes: Partial<StatefulSet['spec']> = {}) =>
    exampleSet(
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition, maxUnavailable: '1' } }, ...changes },
      { currentRevision: 'web-1', updateRevision: 'web-2' },
    )
  const of = (set: StatefulSet, fresh: readonly number[], changes: PodChanges = {}) => {
    const day = 24 * 3600
    const start = set.spec.ordinalsStart
    return told(
      exampleObjects(set, {
        pods: Array.from({ length: set.spec.replicas }, (_, n) =>
          examplePod(set, n + start, {
            created: at(-2 * day),
            revision: fresh.includes(n) ? 'web-2' : 'web-1',
            ...(fresh.includes(n) ? changes : {}),
          }),
        ),
        revisions: ['web-1', 'web-2'].map((name, n) => {
          const made = exampleRevision(set, name, n + 1)
          return { ...made, metadata: { ...made.metadata, creationTimestamp: at(-2 * day) } }
        }),
      }),
      start,
    )
  }
  it.each<[string, ReturnType<typeof told>, boolean, string | undefined]>([
    ['at the highest ordinal', of(parked(2), [2]), true, undefined],
    [
      'of a set that starts at 100: the partition counts pods',
      of(parked(2, { ordinalsStart: 100 }), [2]),
      true,
      undefined,
    ],
    ['of a Parallel set', of(parked(1, { podManagementPolicy: 'Parallel' }), [1, 2]), true, undefined],
    ['above the replicas, which updates nothing', of(parked(9), []), true, undefined],
    ['that still rolls', of(parked(1), [2]), false, 'updating'],
    ['that is not healthy', of(parked(2), [2], broken('CrashLoopBackOff')), false, 'crash'],
    ['made yesterday noon only', of(parked(2), [2], { created: at(-3600) }), false, undefined],
  ])('%s', (_, found, forgotten, waits) => {
    expect(found.found.includes('parked-rollout')).toBe(forgotten)
    expect(found.waits).toBe(waits)
    expect(found.cause).toBe('old-partition')
  })
})

it('a lost node under a pod that is well is told before the condition follows', () => {
  const set = exampleSet({ replicas: 1 })
  const nodes = new Map([
    [
      'n0',
      {
        ...exampleNode('n0', 'Unknown'),
        status: { ...exampleNode('n0').status, conditions: [conditionOf('Ready', 'Unknown', at(-3))] },
      },
    ],
  ])
  expect(told(exampleObjects(set, { nodes })).cause).toBe('node-silent')
})
