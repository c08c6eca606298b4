import { describe, expect, it } from 'vitest'
import type { ContainerState, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import type { Need } from '@/lib/statefulset/model/view'
import {
  at,
  exampleEvent,
  exampleNode,
  exampleNow,
  exampleObjects,
  examplePod,
  exampleSet,
} from '@/test/fixtures/example-objects'
import { broken } from '@/test/fixtures/findings'
import { sharedCause } from './shared-cause'
import { viewOf } from './build-view'

const needs = (objects: SetObjects): Need[] => viewOf(objects, { cluster: 'c', now: exampleNow }).view.needs
const set = exampleSet()

describe('what a set needs a person for', () => {
  it('is nothing while it is well, also without a Service name', () => {
    expect(needs(exampleObjects(set))).toEqual([])
    expect(needs(exampleObjects(exampleSet({ serviceName: '' }), { service: null }))).toEqual([])
  })

  it('takes glyph, clock, ordinals and words from one cause, and leaves the others for after it', () => {
    const held = examplePod(set, 1, { deletion: at(-100), finalizers: ['example.com/backup'] })
    const pods = [examplePod(set, 0), held, examplePod(set, 2)]
    const [first, ...others] = needs(exampleObjects(set, { pods, service: null }))
    expect(first).toMatchObject({
      by: 'cause',
      reason: 'terminating-finalizers',
      state: 'stuck',
      ordinals: [1],
      since: at(-130),
      shared: null,
    })
    expect(others).toMatchObject([
      { by: 'finding', reason: 'governing-service', state: null, ordinals: [], urgency: 3 },
    ])
  })

  it('says of a silent node that others may hang on it, node by node', () => {
    const pods = [0, 1, 2].map((ordinal) => examplePod(set, ordinal, { node: ordinal === 0 ? 'n0' : 'n1' }))
    const nodes = new Map([
      ['n0', exampleNode('n0')],
      ['n1', exampleNode('n1', 'Unknown', at(-300))],
    ])
    expect(needs(exampleObjects(set, { pods, nodes }))).toMatchObject([
      { state: 'suspect', ordinals: [1, 2], since: at(-300), shared: { kind: 'node-silent', name: 'n1' } },
    ])
  })

  it('has one need for what a finding and a cause both tell, with the runbook of the finding', () => {
    const rolling = exampleSet({}, { currentRevision: 'web-1', updateRevision: 'web-2' })
    const pods = [0, 1, 2].map((ordinal) =>
      examplePod(
        rolling,
        ordinal,
        ordinal === 2 ? broken('ImagePullBackOff', { revision: 'web-2' }) : { revision: 'web-1' },
      ),
    )
    const found = needs(exampleObjects(rolling, { pods }))
    expect(found).toMatchObject([
      { reason: 'image', state: 'image', ordinals: [2], runbook: { id: 'wedged-rollout' }, shared: { kind: 'image' } },
    ])
  })

  it('asks for a person where the API server refuses a pod, although nothing is there to be broken', () => {
    const event = exampleEvent(
      'StatefulSet',
      set.metadata,
      'FailedCreate',
      'create Pod web-2 in StatefulSet web failed error: pods "web-2" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2',
    )
    const pods = [examplePod(set, 0), examplePod(set, 1)]
    expect(needs(exampleObjects(set, { pods, events: [event] }))).toMatchObject([
      {
        reason: 'quota',
        ordinals: [2],
        runbook: { id: 'refused-creation' },
        shared: { kind: 'quota', name: 'compute' },
      },
    ])
  })
})

describe('a crash loop', () => {
  const ended = (from: number, to: number): ContainerState => ({
    kind: 'terminated',
    reason: 'Error',
    message: null,
    exitCode: 1,
    signal: null,
    startedAt: at(from),
    finishedAt: at(to),
  })
  const pod = (state: ContainerState, lastState: ContainerState | null, restartCount: number, ready: boolean) =>
    examplePod(set, 1, {
      ready,
      since: at(-5),
      status: {
        containers: [{ name: 'main', image: 'kubia:1', ready, started: ready, restartCount, state, lastState }],
      },
    })
  const backOff: ContainerState = { kind: 'waiting', reason: 'CrashLoopBackOff', message: null }
  const phases: [string, Pod][] = [
    ['down', pod(ended(-15, -5), ended(-60, -40), 4, false)],
    ['backing off', pod(backOff, ended(-15, -5), 4, false)],
    ['running, not ready', pod({ kind: 'running', startedAt: at(-3) }, ended(-60, -40), 5, false)],
    ['running and ready', pod({ kind: 'running', startedAt: at(-30) }, ended(-60, -40), 5, true)],
  ]
  for (const [phase, one] of phases)
    it(`is one cause with one clock while the container is ${phase}`, () => {
      const objects = exampleObjects(set, { pods: [examplePod(set, 0), one, examplePod(set, 2)] })
      const ends = new Map([
        [
          'uid-web-1/main',
          { first: Date.parse(at(-500)), last: Date.parse(at(-40)), count: 4, atLeast: false, total: 5 },
        ],
      ])
      const { view } = viewOf({ ...objects, ends }, { cluster: 'c', now: exampleNow })
      expect(view.ordinals[1]).toMatchObject({ state: 'crash', cause: { reason: 'crash', since: at(-500) } })
      expect(view.needs).toMatchObject([{ reason: 'crash', state: 'crash', ordinals: [1], since: at(-500) }])
      expect(view.needs[0]?.atLeast).toBeUndefined()
      // Who has seen nothing before knows only that it is older.
      expect(needs(objects)).toMatchObject([{ reason: 'crash', state: 'crash', atLeast: true }])
    })
  it('is over after the container has run well for ten minutes, and made again at that moment', () => {
    const one = pod({ kind: 'running', startedAt: at(-590) }, ended(-620, -595), 5, true)
    const objects = exampleObjects(set, { pods: [examplePod(set, 0), one, examplePod(set, 2)] })
    const { view, recheckAt } = viewOf(objects, { cluster: 'c', now: exampleNow })
    expect(view.ordinals[1]?.state).toBe('crash')
    expect(recheckAt).toEqual(new Date(Date.parse(at(-595)) + 600_000))
    expect(viewOf(objects, { cluster: 'c', now: recheckAt ?? exampleNow }).view.needs).toEqual([])
  })
  it('is not called so after one end', () => {
    const once = pod(ended(-9000, -5), null, 0, false)
    expect(
      viewOf(exampleObjects(set, { pods: [examplePod(set, 0), once, examplePod(set, 2)] }), {
        cluster: 'c',
        now: exampleNow,
      }).view,
    ).toMatchObject({ needs: [], ordinals: [{}, { state: 'arriving', cause: { reason: 'container-ended' } }, {}] })
  })
})

describe('what sets may share', () => {
  const of = (reason: string, params: Record<string, string>) => sharedCause({ reason, params }, null, 'data')
  it('is who refuses a creation: a quota and an account of the namespace, a webhook of the cluster', () => {
    expect(of('quota', { quota: 'compute' })).toEqual({ kind: 'quota', namespace: 'data', name: 'compute' })
    expect(of('create-webhook-down', { webhook: 'inject.example.com' })).toEqual({
      kind: 'webhook',
      namespace: '',
      name: 'inject.example.com',
    })
    expect(of('create-account-missing', { account: 'runner' })).toMatchObject({ namespace: 'data', name: 'runner' })
    expect(of('create-failed', {})).toBeNull()
  })
  it('is a storage class, an image, a node; and nothing where the name is not known', () => {
    expect(of('claim-class-missing', { class: 'fast' })).toMatchObject({ kind: 'storage-class', name: 'fast' })
    expect(of('claim-provisioning-failed', { class: '' })).toBeNull()
    expect(of('terminating-node-gone', { node: 'n1' })).toMatchObject({ kind: 'node-gone', name: 'n1' })
    expect(of('probe', {})).toBeNull()
  })
})
