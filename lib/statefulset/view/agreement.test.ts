import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeEvidence } from '@/lib/statefulset/explain/evidence'
import type { ContainerState, Event, Pod, Resource, SetObjects } from '@/lib/statefulset/model/objects'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
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
  exampleSet,
  exampleVolume,
} from '@/test/fixtures/example-objects'
import { viewOf } from './build-view'

/**
 * What is said of one set in several places agrees, whatever is the matter with it: sentence, state, findings and the
 * dialog that deletes by force. One ordinal of a set is in trouble of any kind, or of several.
 */

const view = (objects: SetObjects): StatefulSetView => viewOf(objects, { cluster: 'test', now: exampleNow }).view

const waiting = (reason: string): ContainerState => ({ kind: 'waiting', reason, message: 'why' })
const running: ContainerState = { kind: 'running', startedAt: at(-900) }
const ended: ContainerState = {
  kind: 'terminated',
  reason: 'Error',
  message: null,
  exitCode: 1,
  signal: null,
  startedAt: at(-900),
  finishedAt: at(-400),
}

const podEvents = [
  ['FailedAttachVolume', 'Multi-Attach error for volume "pv-data-web-1" Volume is already used by pod(s) x-0'],
  [
    'FailedAttachVolume',
    'AttachVolume.Attach failed for volume "pv-data-web-1" : rpc error: code = ResourceExhausted desc = full',
  ],
  ['FailedAttachVolume', 'AttachVolume.Attach failed for volume "pv-data-web-1" : timed out'],
  ['SuccessfulAttachVolume', 'AttachVolume.Attach succeeded for volume "pv-data-web-1"'],
  ['FailedMount', 'Unable to attach or mount volumes: unmounted volumes=[data]: timed out'],
  ['FailedMount', 'MountVolume.SetUp failed for volume "pv-data-web-1" : no such driver'],
  ['FailedCreatePodSandBox', 'Failed to create pod sandbox: no network'],
  ['Pulling', 'Pulling image "kubia:1"'],
  ['Started', 'Started container main'],
  ['Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
  ['FailedKillPod', 'error killing pod'],
] as const
const claimEvents = [
  ['ProvisioningFailed', 'failed to provision volume: out of space'],
  ['ExternalProvisioning', "Waiting for a volume to be created either by the external provisioner 'csi.example'"],
  ['FailedBinding', 'no persistent volumes available for this claim and no storage class is set'],
] as const
const refusals = [
  'pods "web-1" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
  'admission webhook "w.example" denied the request: no',
  'failed to create PVC data-web-1: persistentvolumeclaims "data-web-1" is forbidden: no',
  'something new',
] as const
const scheduling = [
  '0/3 nodes are available: 3 Insufficient cpu.',
  '0/3 nodes are available: 3 node(s) exceed max volume count.',
  "0/3 nodes are available: 3 node(s) didn't match PersistentVolume's node affinity.",
  '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
] as const

const moment = fc.integer({ min: -3000, max: -1 })
/** Several of each trouble, at any time. */
const anyTrouble = fc.record({
  policy: fc.constantFrom('OrderedReady', 'Parallel'),
  start: fc.constantFrom(0, 1),
  exists: fc.boolean(),
  phase: fc.constantFrom('Pending', 'Running', 'Failed'),
  placed: fc.boolean(),
  message: fc.constantFrom(...scheduling),
  ready: fc.boolean(),
  state: fc.option(
    fc.constantFrom(running, ended, waiting('CrashLoopBackOff'), waiting('ErrImagePull'), waiting('ContainerCreating')),
  ),
  deletion: fc.constantFrom(null, null, at(20), at(-90)),
  grace: fc.constantFrom(0, 30),
  held: fc.boolean(),
  old: fc.boolean(),
  node: fc.constantFrom('True', 'False', 'Unknown', null),
  outOfService: fc.boolean(),
  sidecar: fc.constantFrom(null, null, running, waiting('CrashLoopBackOff'), waiting('PodInitializing')),
  sidecarStarted: fc.boolean(),
  gate: fc.boolean(),
  onDelete: fc.boolean(),
  minReadySeconds: fc.constantFrom(0, 0, 4000),
  claim: fc.constantFrom('Bound', 'Pending', 'Lost', null),
  claimGoes: fc.boolean(),
  volume: fc.constantFrom('own', 'earlier', 'going', null),
  className: fc.constantFrom('fast', 'nope', null),
  events: fc.array(
    fc.record({
      what: fc.oneof(
        fc.constantFrom(...podEvents).map((each) => ({ of: 'pod' as const, each })),
        fc.constantFrom(...claimEvents).map((each) => ({ of: 'claim' as const, each })),
        fc.constantFrom(...refusals).map((text) => ({
          of: 'set' as const,
          each: ['FailedCreate', `create Pod web-1 in StatefulSet web failed error: ${text}`] as const,
        })),
      ),
      seconds: moment,
    }),
    { maxLength: 6 },
  ),
})
type Trouble = typeof anyTrouble extends fc.Arbitrary<infer Each> ? Each : never

function objectsOf(world: Trouble): SetObjects {
  const { start } = world
  const set = exampleSet(
    {
      replicas: 2,
      ordinalsStart: start,
      podManagementPolicy: world.policy,
      minReadySeconds: world.minReadySeconds,
      ...(world.onDelete ? { updateStrategy: { type: 'OnDelete', rollingUpdate: null } } : {}),
    },
    { currentRevision: 'web-1', updateRevision: 'web-1' },
  )
  const made = examplePod(set, 1, {
    phase: world.phase,
    ready: world.ready && world.phase === 'Running',
    node: world.placed || world.phase !== 'Pending' ? 'n1' : null,
    created: at(-3050),
    deletion: world.deletion,
    grace: world.grace,
    finalizers: world.held ? ['example.com/hold'] : [],
    revision: world.old ? 'web-0' : 'web-1',
    spec: {
      readinessGates: world.gate ? ['example.com/gate'] : [],
      initContainers: world.sidecar === null ? [] : [{ name: 'mesh', image: 'm', sidecar: true }],
    },
  })
  const scheduled = { ...conditionOf('PodScheduled', 'False', at(-300), 'Unschedulable'), message: world.message }
  const [main] = examplePod(set, 1).status.containers
  const pod: Pod = {
    ...made,
    status: {
      ...made.status,
      initContainers:
        world.sidecar === null || made.spec.nodeName === null || main === undefined
          ? []
          : [
              {
                ...main,
                name: 'mesh',
                state: world.sidecar,
                started: world.sidecarStarted,
                ready: made.status.phase === 'Running' && world.ready,
              },
            ],
      conditions: made.spec.nodeName === null ? [scheduled] : made.status.conditions,
      containers:
        main === undefined || world.state === null || made.spec.nodeName === null
          ? made.status.containers
          : [{ ...main, state: world.state, ready: made.status.phase === 'Running' && world.ready, restartCount: 2 }],
    },
  }
  const claim =
    world.claim === null
      ? null
      : exampleClaim(set, 1, {
          phase: world.claim,
          metadata: { deletionTimestamp: world.claimGoes ? at(-30) : null },
          spec: { storageClassName: world.className, volumeName: world.volume === null ? null : 'pv-data-web-1' },
        })
  const other = start === 0 ? 0 : 2
  const fine = exampleClaim(set, other)
  const volume = claim === null || world.volume === null ? null : exampleVolume(claim)
  const volumes = new Map([[fine.spec.volumeName ?? '', exampleVolume(fine)]])
  if (volume !== null) {
    const { claimRef } = volume.spec
    volumes.set(volume.metadata.name, {
      ...volume,
      metadata: { ...volume.metadata, deletionTimestamp: world.volume === 'going' ? at(-60) : null },
      spec: {
        ...volume.spec,
        claimRef: claimRef === null || world.volume !== 'earlier' ? claimRef : { ...claimRef, uid: 'of-old' },
      },
    })
  }
  const node = world.node === null ? null : exampleNode('n1', world.node)
  const taint = { key: 'node.kubernetes.io/out-of-service', value: null, effect: 'NoExecute', timeAdded: at(-60) }
  const nodes = new Map([[`n${other}`, exampleNode(`n${other}`)]])
  if (node !== null) nodes.set('n1', { ...node, spec: { ...node.spec, taints: world.outOfService ? [taint] : [] } })
  const about = { pod: pod.metadata, claim: exampleClaim(set, 1).metadata, set: set.metadata }
  const kinds = { pod: 'Pod', claim: 'PersistentVolumeClaim', set: 'StatefulSet' }
  const events = world.events.map(({ what, seconds }, index): Event => {
    const [reason, text] = what.each
    const event = exampleEvent(kinds[what.of], about[what.of], reason, text, {
      firstSeen: at(seconds),
      lastSeen: at(seconds),
    })
    return { ...event, metadata: { ...event.metadata, name: `event-${index}` } }
  })
  return exampleObjects(set, {
    pods: [examplePod(set, other), ...(world.exists ? [pod] : [])],
    claims: [fine, ...(claim === null ? [] : [claim])],
    volumes,
    nodes,
    storageClasses: new Map([['fast', exampleClass()]]),
    events,
  })
}
const anyObjects = anyTrouble.map(objectsOf)
const check = (holds: (objects: SetObjects) => void) => fc.assert(fc.property(anyObjects, holds), { numRuns: 400 })

describe('sentence and findings', () => {
  /** The reason of an ordinal, and the finding that tells the same. */
  const pairs: readonly (readonly [RegExp, string])[] = [
    [/^volume-elsewhere$/, 'volume-elsewhere'],
    [/^attach-(limit|full)$/, 'attach-limit'],
    [/^volume-zone$/, 'volume-zone'],
    [/^(quota|create-.+|name-too-long)$/, 'refused-creation'],
  ]
  it('name the same trouble: neither without the other', () => {
    check((objects) => {
      const { ordinals, problems } = view(objects)
      const causes = ordinals.filter((each) => each.inRange).map((each) => each.cause?.reason ?? '')
      for (const [reason, runbook] of pairs)
        expect(problems?.some((each) => each.runbook === runbook)).toBe(causes.some((each) => reason.test(each)))
    })
  })

  it('of one cause point at its ordinal, each with proof', () => {
    check((objects) => {
      const { ordinals, problems = [], waitingFor } = view(objects)
      for (const problem of problems) {
        expect(problem.proof.length, problem.runbook).toBeGreaterThan(0)
        for (const ordinal of problem.ordinals) expect(ordinals.some((each) => each.ordinal === ordinal)).toBe(true)
      }
      for (const { cause } of ordinals) if (cause) expect(cause.message).not.toMatch(/[{}]|undefined|null/)
      if (waitingFor !== null) expect(waitingFor.message).not.toMatch(/[{}]|undefined|null/)
    })
  })

  it('that a claim is lost, released or going is found whatever the sentence tells first', () => {
    check((objects) => {
      const found = view(objects).problems?.map((each) => each.runbook)
      const claim = objects.claims.find((each) => each.metadata.name === 'data-web-1')
      const volume = objects.volumes.get(claim?.spec.volumeName ?? '')
      if (claim?.status.phase === 'Lost' || (claim !== undefined && claim.metadata.deletionTimestamp !== null))
        expect(found).toContain('missing-claim')
      if (claim?.status.phase === 'Pending' && volume?.spec.claimRef?.uid === 'of-old')
        expect(found).toContain('released-volume')
      if (volume?.metadata.deletionTimestamp && volume.spec.claimRef?.uid === claim?.metadata.uid)
        expect(found).toContain('going-volume')
    })
  })
})

describe('the steps that are promised', () => {
  it('are none that the cause of their ordinal rules out', () => {
    check((objects) => {
      const { next = [], ordinals, waitingFor } = view(objects)
      const causeOf = (ordinal: number) => ordinals.find((each) => each.ordinal === ordinal)?.cause?.reason ?? ''
      for (const step of next) {
        if (step.action === 'create' && step.now)
          expect(causeOf(step.ordinal)).not.toMatch(
            /^(name-taken|name-too-long|claim-deleting|claim-stale|blocked-by)$/,
          )
        expect(causeOf(step.ordinal)).not.toMatch(/^(update-refused|misnamed)$/)
      }
      if (waitingFor?.reason === 'broken-waits') expect(next.filter((step) => !step.now)).toEqual([])
    })
  })
})

describe('state and sentence', () => {
  const allowed: readonly (readonly [string, RegExp])[] = [
    ['stuck', /^terminating/],
    ['leaving', /^(terminating|surplus)/],
    ['suspect', /^node-(silent|gone)$/],
    ['image', /^image$/],
    ['crash', /^(crash|out-of-memory)$/],
    ['nowhere', /^(unschedulable|volume-zone|attach-limit|preempting|unplaced|scheduling-gated)$/],
    ['disk', /^(claim-|volume-|attach-full$|unschedulable$|unplaced$)/],
    ['ok', /^$/],
    ['outdated', /^old-|^update-/],
    ['settling', /^not-available$/],
    [
      'init',
      /^(init-running|sidecar-|startup$|probe$|readiness-gate$|start-|pulling$|sandbox$|not-ready$|node-unready$)/,
    ],
  ]
  it('of an ordinal in range tell the same', () => {
    check((objects) => {
      for (const { state, cause, inRange } of view(objects).ordinals) {
        const reasons = allowed.find(([each]) => each === state)?.[1]
        if (inRange && reasons !== undefined)
          expect(`${state}: ${cause?.reason ?? ''}`).toMatch(
            new RegExp(`^${state}: (?:${reasons.source.replaceAll('^', '')})`),
          )
      }
    })
  })
})

describe('events', () => {
  it('change nothing by their order', () => {
    check((objects) => {
      expect(view({ ...objects, events: objects.events.toReversed() })).toEqual(view(objects))
    })
  })

  it('of before a container started decide nothing of why the pod does not start', () => {
    fc.assert(
      fc.property(
        anyObjects,
        fc.constantFrom(...podEvents.slice(0, 7)),
        moment,
        moment,
        (objects, [reason, text], a, b) => {
          const pod = objects.pods.find((each) => each.metadata.name === 'web-1')
          fc.pre(pod !== undefined)
          const [older, newer] = a < b ? [a, b] : [b, a]
          const said = (why: string, message: string, seconds: number, name: string): Event => {
            const event = exampleEvent('Pod', pod.metadata, why, message, {
              firstSeen: at(seconds),
              lastSeen: at(seconds),
            })
            return { ...event, metadata: { ...event.metadata, name } }
          }
          const started = {
            ...objects,
            events: [...objects.events, said('Started', 'Started container main', newer, 'started')],
          }
          const with_ = { ...started, events: [...started.events, said(reason, text, older - 1, 'older')] }
          const causes = (of: SetObjects) => view(of).ordinals.map(({ state, cause }) => [state, cause?.reason])
          expect(causes(with_)).toEqual(causes(started))
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a kind that may not be read', () => {
  const absence: Partial<Record<Resource, RegExp>> = {
    nodes: /^(node-gone|node-silent|terminating-node-gone|terminating-silent|terminating-ended-silent)$/,
    persistentvolumeclaims: /^claim-/,
    persistentvolumes: /^claim-(volume-missing|released|volume-taken)$/,
    storageclasses: /^claim-class-missing$/,
    services: /^$/,
    endpointslices: /^$/,
    poddisruptionbudgets: /^$/,
    events: /^(start-expired|quota|create-.+|volume-(elsewhere|attach-failed|mount-failed)|sandbox)$/,
  }
  const findings: Partial<Record<Resource, readonly string[]>> = {
    nodes: ['stuck-terminating', 'out-of-service'],
    persistentvolumeclaims: [
      'missing-claim',
      'released-volume',
      'pending-claim',
      'old-claim',
      'left-claims',
      'claim-drift',
    ],
    persistentvolumes: ['released-volume', 'going-volume'],
    storageclasses: [],
    services: ['governing-service', 'hidden-peers'],
    endpointslices: ['hidden-peers'],
    poddisruptionbudgets: ['blocked-drain'],
    events: ['volume-elsewhere', 'refused-creation'],
  }
  const without = (objects: SetObjects, kind: Resource): SetObjects => ({
    ...objects,
    ...(kind === 'nodes' ? { nodes: new Map() } : {}),
    ...(kind === 'persistentvolumeclaims' ? { claims: [] } : {}),
    ...(kind === 'persistentvolumes' ? { volumes: new Map() } : {}),
    ...(kind === 'storageclasses' ? { storageClasses: new Map() } : {}),
    ...(kind === 'events' ? { events: [] } : {}),
    ...(kind === 'services' ? { service: null } : {}),
    ...(kind === 'endpointslices' ? { slices: [] } : {}),
    ...(kind === 'poddisruptionbudgets' ? { budgets: [] } : {}),
    unknown: { [kind]: `list ${kind}` },
  })
  it.each(Object.keys(absence) as Resource[])('%s: is never told to be absent, silent or gone', (kind) => {
    check((objects) => {
      const { ordinals, waitingFor, problems } = view(without(objects, kind))
      for (const reason of [waitingFor?.reason, ...ordinals.map((each) => each.cause?.reason)])
        if (reason !== undefined) expect(reason).not.toMatch(absence[kind] ?? /^$/)
      for (const problem of problems ?? []) expect(findings[kind]).not.toContain(problem.runbook)
    })
  })

  it('pods: no ordinal is said to be missing, nothing is found and no step is promised', () => {
    check((objects) => {
      const { ordinals, waitingFor, problems, next } = view({ ...objects, pods: [], unknown: { pods: 'list pods' } })
      expect(waitingFor?.reason).toBe('pods-unseen')
      expect([problems, next]).toEqual([undefined, undefined])
      for (const { inRange, state } of ordinals) if (inRange) expect(state).toBe('unknown')
    })
  })
})

describe('sentence and the dialog that deletes by force', () => {
  it('tell the same of a pod that is terminating', () => {
    check((objects) => {
      const pod = objects.pods.find((each) => each.metadata.name === 'web-1')
      if (pod === undefined || pod.metadata.deletionTimestamp === null || pod.spec.nodeName === null) return
      const node = objects.nodes.get(pod.spec.nodeName) ?? null
      const { verdict, offered } = judgeEvidence(
        {
          pod,
          node,
          nodeKnown: true,
          earlierBootID: null,
          lease: null,
          slices: [],
          slicesKnown: true,
          probe: { result: 'not-asked', port: null, detail: null },
          silentNodes: null,
        },
        exampleNow,
      )
      const reason = view(objects).ordinals.find((each) => each.ordinal === 1)?.cause?.reason
      if (offered === 'only-finalizers-hold') expect(reason).toMatch(/^terminating-(finalizers|ended-silent)$/)
      if (reason === 'terminating-unready-node' || reason === 'terminating-kill') expect(verdict).toBe('contradicted')
      if (reason === 'terminating-sandbox') expect(verdict).toBe('gone')
      const isOff = node !== null && node.spec.taints.length > 0
      if (reason === 'terminating-silent' || reason === 'terminating-node-gone') expect(verdict === 'gone').toBe(isOff)
    })
  })
})
