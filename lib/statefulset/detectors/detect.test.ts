import { describe, expect, it } from 'vitest'
import {
  at,
  conditionOf,
  exampleClaim,
  exampleClass,
  exampleEvent,
  exampleNode,
  exampleNow,
  exampleObjects,
  examplePod,
  exampleRevision,
  exampleService,
  exampleSet,
  exampleVolume,
  type PodChanges,
} from '@/test/fixtures/example-objects'
import { viewOf } from '@/lib/statefulset/view/build-view'
import type { Claim, ContainerState, SetObjects } from '@/lib/statefulset/model/objects'
import { runbooks } from './runbooks'
import type { Problem } from '@/lib/statefulset/model/view'

/** Objects made by hand; see recorded.test.ts for what a real control plane gave. */

const problems = (objects: SetObjects, seconds = 0): Problem[] =>
  viewOf(objects, { cluster: 'test', now: new Date(exampleNow.getTime() + seconds * 1000) }).view.problems ?? []
const ids = (objects: SetObjects, seconds = 0) => problems(objects, seconds).map((each) => each.runbook)
const find = (objects: SetObjects, runbook: string, seconds = 0) =>
  problems(objects, seconds).find((each) => each.runbook === runbook)

const waiting = (reason: string, message: string | null = null): ContainerState => ({
  kind: 'waiting',
  reason,
  message,
})
function broken(reason: string, changes: PodChanges = {}, message: string | null = null): PodChanges {
  return {
    ready: false,
    since: at(-600),
    ...changes,
    status: {
      containers: [
        {
          name: 'main',
          image: 'kubia:9',
          ready: false,
          started: false,
          restartCount: 3,
          state: waiting(reason, message),
          lastState: null,
        },
      ],
    },
  }
}
const rolling = () => exampleSet({}, { currentRevision: 'web-1', updateRevision: 'web-2' })
const twoRevisions = (set: ReturnType<typeof exampleSet>) => [
  exampleRevision(set, 'web-1', 1),
  exampleRevision(set, 'web-2', 2),
]

describe('a healthy set', () => {
  it('has no problem', () => {
    expect(ids(exampleObjects())).toEqual([])
    for (const podManagementPolicy of ['OrderedReady', 'Parallel'])
      expect(ids(exampleObjects(exampleSet({ podManagementPolicy })))).toEqual([])
  })

  it('claims nothing when pods may not be listed', () => {
    const { view } = viewOf(exampleObjects(undefined, { pods: [], unknown: { pods: 'list pods' } }), {
      cluster: 'c',
      now: exampleNow,
    })
    expect(view.problems).toBeUndefined()
  })
})

describe('R01, a rollout wedged on a broken pod', () => {
  it('is found where the old revision is broken, at once when a container says so', () => {
    const set = rolling()
    const pods = [
      examplePod(set, 0, { revision: 'web-1' }),
      examplePod(set, 1, { revision: 'web-1' }),
      examplePod(set, 2, broken('ImagePullBackOff', { revision: 'web-bad' })),
    ]
    const found = find(exampleObjects(set, { pods, revisions: twoRevisions(set) }), 'R01')
    expect(found).toMatchObject({
      ordinals: [2],
      params: { pod: 'web-2', stage: 'wedged', reason: 'ImagePullBackOff' },
      since: at(-600),
    })
    expect(found?.proof.map((each) => each.field)).toEqual(
      expect.arrayContaining([
        'metadata.labels["controller-revision-hash"]',
        'status.updateRevision',
        'status.containerStatuses[0].state.waiting.reason',
      ]),
    )
  })

  it('is found where the new revision is broken and others still have the old one', () => {
    const set = rolling()
    const pods = [0, 1]
      .map((n) => examplePod(set, n, { revision: 'web-1' }))
      .concat(examplePod(set, 2, broken('CrashLoopBackOff')))
    expect(find(exampleObjects(set, { pods, revisions: twoRevisions(set) }), 'R01')).toMatchObject({
      params: { stage: 'broken' },
    })
  })

  it('is not found without a rollout, in a Parallel set, below the partition, or before the controller has looked', () => {
    const all = (set: ReturnType<typeof exampleSet>, revision: string) =>
      exampleObjects(set, {
        pods: [examplePod(set, 0, broken('CrashLoopBackOff', { revision })), examplePod(set, 1), examplePod(set, 2)],
        revisions: twoRevisions(set),
      })
    const same = exampleSet()
    expect(ids(exampleObjects(same, { pods: [examplePod(same, 0, broken('CrashLoopBackOff'))] }))).not.toContain('R01')
    const parallel = exampleSet({ podManagementPolicy: 'Parallel' }, { updateRevision: 'web-2' })
    expect(ids(all(parallel, 'web-1'))).not.toContain('R01')
    const parted = exampleSet(
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1, maxUnavailable: '1' } } },
      { updateRevision: 'web-2' },
    )
    expect(ids(all(parted, 'web-1'))).not.toContain('R01')
    const unseen = exampleSet({}, { updateRevision: 'web-2', observedGeneration: 0 })
    expect(ids(all(unseen, 'web-1'))).not.toContain('R01')
  })

  it('waits two minutes with an old pod that only restarts', () => {
    const set = rolling()
    const pods = [
      examplePod(set, 0, { revision: 'web-1', ready: false, since: at(-60) }),
      examplePod(set, 1),
      examplePod(set, 2),
    ]
    const objects = exampleObjects(set, { pods, revisions: twoRevisions(set) })
    expect(ids(objects)).not.toContain('R01')
    expect(ids(objects, 60)).toContain('R01')
    expect(viewOf(objects, { cluster: 'c', now: exampleNow }).recheckAt?.getTime()).toBe(exampleNow.getTime() + 60_000)
  })
})

describe('R02, stuck terminating', () => {
  const set = exampleSet()
  const objects = (node: string, deletion: number, more: Partial<SetObjects> = {}) =>
    exampleObjects(set, {
      pods: [examplePod(set, 0), examplePod(set, 1, { deletion: at(deletion), ready: false }), examplePod(set, 2)],
      nodes: new Map([
        ['n0', exampleNode('n0')],
        ['n1', exampleNode('n1', node, at(-400))],
        ['n2', exampleNode('n2')],
      ]),
      ...more,
    })
  it('is found on a node that does not answer, half a minute after the grace period', () => {
    expect(find(objects('Unknown', -60), 'R02')).toMatchObject({
      ordinals: [1],
      params: { pods: 'web-1', node: 'n1' },
      since: at(-90),
    })
    expect(ids(objects('False', -60))).toContain('R02')
    expect(ids(objects('Unknown', -10))).not.toContain('R02')
    expect(ids(objects('Unknown', -10), 20)).toContain('R02')
  })
  it('is found where the node is gone, and not where nodes cannot be seen', () => {
    expect(ids(objects('True', -60, { nodes: new Map() }))).toContain('R02')
    expect(ids(objects('True', -60, { nodes: new Map(), unknown: { nodes: 'list nodes' } }))).not.toContain('R02')
  })
  it('is not found on a node that is ready: that pod only takes long', () => {
    expect(ids(objects('True', -600))).not.toContain('R02')
  })
})

describe('R04, claims that differ from the template', () => {
  it('is found by size, not by writing', () => {
    const set = exampleSet()
    const claims = (size: string) => [0, 1, 2].map((n) => exampleClaim(set, n, { spec: { requested: size } }))
    expect(find(exampleObjects(set, { claims: claims('2Gi') }), 'R04')).toMatchObject({
      ordinals: [0, 1, 2],
      params: { count: 3, wanted: '1Gi' },
    })
    expect(ids(exampleObjects(set, { claims: claims('1024Mi') }))).toEqual([])
    expect(ids(exampleObjects(set, { claims: [] }))).not.toContain('R04')
  })
})

describe('R06, a volume that no fitting node reaches', () => {
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
    expect(find(objects, 'R06')).toMatchObject({ ordinals: [0], params: { place: 'zone-b' } })
  })
  it('is not found when only memory is missing', () => {
    expect(
      ids(exampleObjects(set, { pods: [pending('0/3 nodes are available: 3 Insufficient memory.')] })),
    ).not.toContain('R06')
  })
})

describe('R07, peers that cannot be found before they are ready', () => {
  const set = exampleSet({ replicas: 2, podManagementPolicy: 'Parallel' })
  const starting = (n: number, seconds: number) =>
    examplePod(set, n, {
      ready: false,
      since: at(seconds),
      created: at(seconds),
      status: {
        startTime: at(seconds),
        containers: [
          {
            name: 'main',
            image: 'i',
            ready: false,
            started: true,
            restartCount: 0,
            state: { kind: 'running', startedAt: at(seconds) },
            lastState: null,
          },
        ],
      },
    })
  it('is found where all pods of a Parallel set run and none was ever ready', () => {
    expect(find(exampleObjects(set, { pods: [starting(0, -120), starting(1, -120)] }), 'R07')).toMatchObject({
      ordinals: [0, 1],
    })
    expect(ids(exampleObjects(set, { pods: [starting(0, -30), starting(1, -30)] }))).not.toContain('R07')
  })
  it('is found where the program says that it cannot resolve a name', () => {
    const one = exampleSet({ replicas: 2 })
    const pods = [examplePod(one, 0, { ready: false, since: at(-100) })]
    const said = (message: string) => exampleEvent('Pod', pods[0]?.metadata ?? one.metadata, 'Unhealthy', message)
    expect(
      ids(exampleObjects(one, { pods, events: [said('Readiness probe failed: lookup web-1.web: no such host')] })),
    ).toContain('R07')
    expect(ids(exampleObjects(one, { pods, events: [said('Readiness probe failed: HTTP 503')] }))).not.toContain('R07')
  })
  it('is not found where the Service publishes them, or one is ready', () => {
    const service = exampleService('web', { publishNotReadyAddresses: true })
    expect(ids(exampleObjects(set, { pods: [starting(0, -120), starting(1, -120)], service }))).not.toContain('R07')
    expect(ids(exampleObjects(set, { pods: [examplePod(set, 0), starting(1, -120)] }))).not.toContain('R07')
  })
})

describe('R08, an ordered start that waits for itself', () => {
  const set = exampleSet()
  const first = (changes: PodChanges = {}) => {
    const pod = examplePod(set, 0, { ready: false, since: at(-3050), ...changes })
    return { ...pod, status: { ...pod.status, startTime: at(-3060) } }
  }
  it('is found where the first was never ready and the others are not made', () => {
    expect(find(exampleObjects(set, { pods: [first()] }), 'R08')).toMatchObject({
      ordinals: [0],
      params: { pod: 'web-0', count: 2 },
    })
  })
  it('is not found where it was ready before, crashes, or others exist', () => {
    expect(ids(exampleObjects(set, { pods: [first({ since: at(-100) })] }))).not.toContain('R08')
    expect(ids(exampleObjects(set, { pods: [first(broken('CrashLoopBackOff', { since: at(-3050) }))] }))).not.toContain(
      'R08',
    )
    expect(ids(exampleObjects(set, { pods: [first(), examplePod(set, 1)] }))).not.toContain('R08')
    const parallel = exampleSet({ podManagementPolicy: 'Parallel' })
    expect(
      ids(exampleObjects(parallel, { pods: [examplePod(parallel, 0, { ready: false, since: at(-3050) })] })),
    ).not.toContain('R08')
  })
})

describe('R10, claims left over', () => {
  const set = exampleSet({ replicas: 1 })
  const left = (n: number) => ({
    ...exampleClaim(set, n),
    status: { ...exampleClaim(set, n).status, conditions: [conditionOf('Unused', 'True', at(-86_400))] },
  })
  it('are found outside the range, with their size and the time since nobody uses them', () => {
    expect(find(exampleObjects(set, { claims: [exampleClaim(set, 0), left(3), left(4)] }), 'R10')).toMatchObject({
      ordinals: [3, 4],
      params: { count: 2, size: '2Gi' },
      since: at(-86_400),
    })
  })
  it('are not those that a pod still mounts, or that are going', () => {
    const pods = [examplePod(set, 0), examplePod(set, 3, { deletion: at(10) })]
    expect(ids(exampleObjects(set, { pods, claims: [left(3)] }))).not.toContain('R10')
    const going = exampleClaim(set, 3, { metadata: { deletionTimestamp: at(-1) } })
    expect(ids(exampleObjects(set, { claims: [going] }))).not.toContain('R10')
  })
})

describe('R12, scaling frozen by a pod that stays', () => {
  const set = exampleSet({ replicas: 2 })
  const objects = (since: number) =>
    exampleObjects(set, {
      pods: [examplePod(set, 0, { ready: false, since: at(since) }), examplePod(set, 1), examplePod(set, 2)],
    })
  it('is found after a minute, with the number that waits', () => {
    expect(find(objects(-90), 'R12')).toMatchObject({ ordinals: [0], params: { pod: 'web-0', removeCount: 1 } })
    expect(ids(objects(-30))).not.toContain('R12')
    expect(ids(objects(-30), 30)).toContain('R12')
  })
  it('is not found in a Parallel set, which removes anyway', () => {
    const parallel = exampleSet({ replicas: 2, podManagementPolicy: 'Parallel' })
    const pods = [
      examplePod(parallel, 0, { ready: false, since: at(-900) }),
      examplePod(parallel, 1),
      examplePod(parallel, 2),
    ]
    expect(ids(exampleObjects(parallel, { pods }))).not.toContain('R12')
  })
})

describe('R13, a drain that a budget blocks', () => {
  const set = exampleSet()
  const cordoned = { ...exampleNode('n1'), spec: { unschedulable: true, taints: [], providerID: null } }
  const nodes = new Map([
    ['n0', exampleNode('n0')],
    ['n1', cordoned],
    ['n2', exampleNode('n2')],
  ])
  const budget = (disruptionsAllowed: number) => ({
    metadata: { ...exampleNode('pdb').metadata, namespace: 'default' },
    selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
    status: { disruptionsAllowed, currentHealthy: 2, desiredHealthy: 3, expectedPods: 3 },
  })
  it('is found on a cordoned node under a budget that allows nothing', () => {
    expect(find(exampleObjects(set, { nodes, budgets: [budget(0)] }), 'R13')).toMatchObject({
      ordinals: [1],
      params: { node: 'n1', healthy: 2, desired: 3 },
    })
  })
  it('is not found while the budget allows one, or without a budget', () => {
    expect(ids(exampleObjects(set, { nodes, budgets: [budget(1)] }))).not.toContain('R13')
    expect(ids(exampleObjects(set, { nodes }))).not.toContain('R13')
  })
})

describe('R14 and R15, pods that keep the old revision', () => {
  const parked = (partition: number) =>
    exampleSet(
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition, maxUnavailable: '1' } } },
      { currentRevision: 'web-1', updateRevision: 'web-2' },
    )
  const day = 24 * 3600
  it('a partition is forgotten after a day', () => {
    const set = parked(2)
    const pods = [0, 1, 2].map((n) =>
      examplePod(set, n, { revision: n === 2 ? 'web-2' : 'web-1', created: at(-day - 60) }),
    )
    const revisions = twoRevisions(set).map((each) => ({
      ...each,
      metadata: { ...each.metadata, creationTimestamp: at(-day - 90) },
    }))
    const objects = exampleObjects(set, { pods, revisions })
    expect(find(objects, 'R14')).toMatchObject({ ordinals: [0, 1], params: { partition: 2, updated: 1, total: 3 } })
    expect(ids(objects, -3600)).not.toContain('R14')
  })
  it('a partition above the replicas updates nothing, which counts too', () => {
    const set = parked(9)
    const pods = [0, 1, 2].map((n) => examplePod(set, n, { revision: 'web-1' }))
    const revisions = twoRevisions(set).map((each) => ({
      ...each,
      metadata: { ...each.metadata, creationTimestamp: at(-2 * day) },
    }))
    expect(find(exampleObjects(set, { pods, revisions }), 'R14')).toMatchObject({ params: { updated: 0 } })
  })
  it('OnDelete is told by the pods, whatever the status says', () => {
    const set = exampleSet({ updateStrategy: { type: 'OnDelete', rollingUpdate: null } }, { updateRevision: 'web-2' })
    const pods = [0, 1, 2].map((n) => examplePod(set, n, { revision: n === 0 ? 'web-2' : 'web-1' }))
    expect(find(exampleObjects(set, { pods, revisions: twoRevisions(set) }), 'R15')).toMatchObject({
      ordinals: [1, 2],
      params: { count: 2, total: 3 },
    })
    expect(ids(exampleObjects(set, { revisions: twoRevisions(set) }))).not.toContain('R15')
  })
})

describe('R17, the governing Service', () => {
  const set = exampleSet()
  const problem = (changes: Partial<SetObjects>, of = set) => find(exampleObjects(of, changes), 'R17')?.params.problem
  it('is missing, unnamed, not headless, selects nothing, or is not the one of the pods', () => {
    expect(problem({ service: null })).toBe('missing')
    expect(problem({ service: null }, exampleSet({ serviceName: '' }))).toBe('noName')
    expect(problem({ service: exampleService('web', { clusterIP: '10.0.0.9' }) })).toBe('notHeadless')
    expect(problem({ service: exampleService('web', { selector: { app: 'wep' } }) })).toBe('selectsNothing')
    const pods = [0, 1, 2].map((n) => examplePod(set, n, n === 1 ? { spec: { subdomain: 'old' } } : {}))
    expect(find(exampleObjects(set, { pods }), 'R17')).toMatchObject({
      ordinals: [1],
      params: { problem: 'otherSubdomain' },
    })
  })
  it('is no problem when it fits, or cannot be seen', () => {
    expect(problem({})).toBeUndefined()
    expect(problem({ service: null, unknown: { services: 'list services' } })).toBeUndefined()
  })
})

describe('R18, a creation that is refused', () => {
  const set = exampleSet()
  const pods = [examplePod(set, 0)]
  const failed = (message: string, lastSeen = at(-30)) =>
    exampleEvent('StatefulSet', set.metadata, 'FailedCreate', message, { lastSeen })
  const quota =
    'create Pod web-1 in StatefulSet web failed error: pods "web-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1'
  it('is found by the set’s event, with the words of the API server', () => {
    const found = find(exampleObjects(set, { pods, events: [failed(quota)] }), 'R18')
    expect(found).toMatchObject({ ordinals: [1], params: { pod: 'web-1', reason: 'quota' } })
    expect(String(found?.params.detail)).toMatch(/^pods "web-1" is forbidden/)
  })
  it('is found for a claim', () => {
    const message = 'Create Claim data-web-1 for Pod web-1 in StatefulSet web failed error: claims are forbidden'
    expect(find(exampleObjects(set, { pods, events: [failed(message)] }), 'R18')).toMatchObject({
      params: { reason: 'claim-create-failed' },
    })
  })
  it('is over once the pod exists, or was made since', () => {
    expect(ids(exampleObjects(set, { events: [failed(quota)] }))).not.toContain('R18')
    const made = exampleEvent(
      'StatefulSet',
      set.metadata,
      'SuccessfulCreate',
      'create Pod web-1 in StatefulSet web successful',
      { lastSeen: at(-10) },
    )
    expect(ids(exampleObjects(set, { pods, events: [failed(quota), made] }))).not.toContain('R18')
  })
  it('is not found for another set’s event or an ordinary start', () => {
    expect(ids(exampleObjects(set, { pods }))).not.toContain('R18')
    const other = exampleEvent('StatefulSet', { ...set.metadata, uid: 'other' }, 'FailedCreate', quota)
    expect(ids(exampleObjects(set, { pods, events: [other] }))).not.toContain('R18')
  })
})

describe('R19, several owners of the replica count', () => {
  const managed = (...managers: [string, string, string | null][]) => ({
    ...exampleSet(),
    replicasManagers: managers.map(([manager, operation, subresource]) => ({
      manager,
      operation,
      subresource,
      time: at(-60),
    })),
  })
  it('is found for an autoscaler beside somebody else, and for a server-side apply', () => {
    expect(
      find(
        exampleObjects(
          managed(['kube-controller-manager', 'Update', 'scale'], ['kubectl-client-side-apply', 'Update', null]),
        ),
        'R19',
      ),
    ).toMatchObject({ params: { count: 2 } })
    expect(
      ids(exampleObjects(managed(['argocd-controller', 'Apply', null], ['kubectl', 'Update', 'scale']))),
    ).toContain('R19')
  })
  it('is not found for one owner, or for people alone', () => {
    expect(ids(exampleObjects(managed(['kube-controller-manager', 'Update', 'scale'])))).not.toContain('R19')
    expect(
      ids(exampleObjects(managed(['kubectl-create', 'Update', null], ['kubectl', 'Update', 'scale']))),
    ).not.toContain('R19')
  })
})

describe('R21, claims that no volume will come for', () => {
  const set = exampleSet({ replicas: 1 })
  const pods = [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [] })]
  const pending = (spec: Partial<Claim['spec']> = {}, created = at(-60)) =>
    exampleClaim(set, 0, { phase: 'Pending', spec, metadata: { creationTimestamp: created } })
  const reason = (changes: Partial<SetObjects>, seconds = 0) =>
    find(exampleObjects(set, { pods, ...changes }), 'R21', seconds)?.params.reason
  it('names a missing default, a missing class, and a driver that fails', () => {
    expect(reason({ claims: [pending({ storageClassName: null })] })).toBe('noClass')
    expect(reason({ claims: [pending({ storageClassName: 'nope' })] })).toBe('classMissing')
    const claim = pending()
    const events = [exampleEvent('PersistentVolumeClaim', claim.metadata, 'ProvisioningFailed', 'out of space')]
    expect(reason({ claims: [claim], events })).toBe('provisioningFailed')
  })
  it('is found by the Normal event of a claim without a class', () => {
    const claim = pending({ storageClassName: null })
    const message = 'no persistent volumes available for this claim and no storage class is set'
    const events = [exampleEvent('PersistentVolumeClaim', claim.metadata, 'FailedBinding', message, { type: 'Normal' })]
    const storageClasses = new Map([['fast', exampleClass('fast', { isDefault: true })]])
    expect(reason({ claims: [claim], events, storageClasses })).toBe('noClass')
  })
  it('is not found for a claim that waits for its pod to be placed', () => {
    expect(reason({ claims: [pending({}, at(-9000))] })).toBeUndefined()
  })
  it('is found when an immediate claim has waited for five minutes', () => {
    const storageClasses = new Map([['fast', exampleClass('fast', { volumeBindingMode: 'Immediate' })]])
    expect(reason({ claims: [pending()], storageClasses })).toBeUndefined()
    expect(reason({ claims: [pending()], storageClasses }, 240)).toBe('pending')
  })
})

describe('R22, a claim that goes under its pod', () => {
  const set = exampleSet({ replicas: 1 })
  const going = exampleClaim(set, 0, {
    metadata: { deletionTimestamp: at(-5), finalizers: ['kubernetes.io/pvc-protection'] },
  })
  it('is found while the pod runs, while it is missing, and when a pod waits for a claim that is gone', () => {
    expect(find(exampleObjects(set, { claims: [going] }), 'R22')).toMatchObject({ params: { kind: 'inUse' } })
    expect(find(exampleObjects(set, { pods: [], claims: [going] }), 'R22')).toMatchObject({ params: { kind: 'waits' } })
    const pods = [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [] })]
    expect(find(exampleObjects(set, { pods, claims: [] }), 'R22')).toMatchObject({ params: { kind: 'missing' } })
  })
  it('is not found outside the range, for a healthy claim, or when claims cannot be seen', () => {
    expect(ids(exampleObjects(set))).toEqual([])
    const outside = exampleClaim(set, 4, { metadata: { deletionTimestamp: at(-5) } })
    expect(ids(exampleObjects(set, { claims: [exampleClaim(set, 0), outside] }))).toEqual([])
    const pods = [examplePod(set, 0, { phase: 'Pending', node: null, conditions: [] })]
    expect(ids(exampleObjects(set, { pods, claims: [], unknown: { persistentvolumeclaims: 'list' } }))).not.toContain(
      'R22',
    )
  })
})

describe('R23, an old claim that wakes up', () => {
  const set = exampleSet({ replicas: 2 })
  const idle = (status: string, since: number) => ({
    ...exampleClaim(set, 1),
    status: { ...exampleClaim(set, 1).status, conditions: [conditionOf('Unused', status, at(since))] },
  })
  const objects = (claim: Claim) =>
    exampleObjects(set, { pods: [examplePod(set, 0)], claims: [exampleClaim(set, 0), claim] })
  it('is found before the ordinal is created, with the time since when nothing used it', () => {
    expect(find(objects(idle('True', -9000)), 'R23')).toMatchObject({
      ordinals: [1],
      params: { unusedSince: at(-9000) },
    })
  })
  it('is not found for a pod that is only being replaced', () => {
    expect(ids(objects(idle('True', -20)))).not.toContain('R23')
    expect(ids(objects(idle('False', -9000)))).not.toContain('R23')
    expect(ids(objects(exampleClaim(set, 1)))).not.toContain('R23')
  })
})

describe('R32, a pod that is made again and again', () => {
  const set = exampleSet({ replicas: 1 })
  const loop = (count: number, from: number, to: number) =>
    ['Create', 'Delete'].map((verb) =>
      exampleEvent(
        'StatefulSet',
        set.metadata,
        `Successful${verb}`,
        `${verb} Pod web-0 in StatefulSet web successful`,
        {
          type: 'Normal',
          count,
          firstSeen: at(from),
          lastSeen: at(to),
        },
      ),
    )
  it('is found by the counts of the set’s events', () => {
    expect(find(exampleObjects(set, { events: loop(6, -300, -10) }), 'R32')).toMatchObject({
      ordinals: [0],
      params: { count: 6 },
    })
  })
  it('is not found for a few replacements over a long time, or for a loop that is over', () => {
    expect(ids(exampleObjects(set, { events: loop(2, -60, -10) }))).not.toContain('R32')
    expect(ids(exampleObjects(set, { events: loop(4, -90_000, -10) }))).not.toContain('R32')
    expect(ids(exampleObjects(set, { events: loop(9, -9000, -4000) }))).not.toContain('R32')
  })
  it('is not found where changes of the set may account for it: it was scaled or rolled as often', () => {
    const changed = (generation: number, time: number) => ({
      ...set,
      metadata: { ...set.metadata, generation },
      replicasManagers: [{ manager: 'kubectl', operation: 'Update', subresource: 'scale', time: at(time) }],
    })
    const found = (generation: number, time: number) =>
      ids(exampleObjects(changed(generation, time), { events: loop(6, -300, -10) }))
    expect(found(6, -20)).not.toContain('R32')
    expect(found(5, -20)).toContain('R32')
    expect(found(60, -3600)).toContain('R32')
  })
})

describe('R33, most pods in one place', () => {
  const set = exampleSet()
  const on = (...nodes: string[]) => nodes.map((node, n) => examplePod(set, n, { node }))
  const zoned = (...zones: string[]) =>
    new Map(
      zones.map((zone, n) => [
        `n${n}`,
        exampleNode(`n${n}`, 'True', at(-9), { labels: { 'topology.kubernetes.io/zone': zone } }),
      ]),
    )
  it('is found by node and by zone', () => {
    expect(
      find(
        exampleObjects(set, { pods: on('a', 'a', 'b'), nodes: new Map(['a', 'b'].map((n) => [n, exampleNode(n)])) }),
        'R33',
      ),
    ).toMatchObject({ params: { kind: 'node', name: 'a', count: 2, total: 3 } })
    expect(find(exampleObjects(set, { nodes: zoned('x', 'x', 'y') }), 'R33')).toMatchObject({
      params: { kind: 'zone', name: 'x' },
    })
  })
  it('is not found where they are spread, where there is but one zone, or for two pods', () => {
    expect(ids(exampleObjects(set, { nodes: zoned('x', 'y', 'z') }))).toEqual([])
    expect(ids(exampleObjects(set, { nodes: zoned('x', 'x', 'x') }))).toEqual([])
    const two = exampleSet({ replicas: 2 })
    expect(ids(exampleObjects(two, { pods: [0, 1].map((n) => examplePod(two, n, { node: 'n0' })) }))).not.toContain(
      'R33',
    )
  })
})

describe('R34, ordinals below the start', () => {
  it('is found for pods and claims that are left there', () => {
    const set = exampleSet({ ordinalsStart: 3, replicas: 1 })
    expect(find(exampleObjects(set, { claims: [1, 3].map((n) => exampleClaim(set, n)) }), 'R34')).toMatchObject({
      ordinals: [1],
      params: { start: 3 },
    })
    expect(ids(exampleObjects(set))).toEqual([])
    const plain = exampleSet({ replicas: 1 })
    expect(ids(exampleObjects(plain, { claims: [exampleClaim(plain, 4)] }))).not.toContain('R34')
  })
})

describe('R36, ready and not yet available', () => {
  const set = (minReadySeconds: number, status = {}) => exampleSet({ minReadySeconds }, status)
  const settling = (minReadySeconds: number) => {
    const of = set(minReadySeconds)
    return exampleObjects(of, { pods: [examplePod(of, 0, { since: at(-5) })] })
  }
  it('is found where the wait is long and holds others up', () => {
    expect(find(settling(120), 'R36')).toMatchObject({
      ordinals: [0],
      params: { pod: 'web-0', seconds: 120, until: at(115) },
    })
    expect(ids(settling(10))).not.toContain('R36')
  })
  it('is found on an old control plane that has not counted again', () => {
    const of = set(10, { availableReplicas: 0 })
    const version = (minor: number) => exampleObjects(of, { serverVersion: { major: 1, minor } })
    expect(find(version(35), 'R36')).toMatchObject({ params: { counted: 'no' } })
    expect(ids(version(37))).not.toContain('R36')
  })
})

describe('the runbooks', () => {
  it('are 38, each once, and these have a detector', () => {
    expect(new Set(runbooks.map((each) => each.id)).size).toBe(38)
    expect(
      runbooks
        .filter((each) => each.detected)
        .map((each) => each.id)
        .toSorted(),
    ).toEqual('R01 R02 R04 R06 R07 R08 R10 R12 R13 R14 R15 R17 R18 R19 R21 R22 R23 R32 R33 R34 R36'.split(' '))
  })
})
