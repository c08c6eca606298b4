import { describe, expect, it } from 'vitest'
import { judgeEvidence, type Gathered } from './evidence'
import {
  at,
  exampleNode,
  exampleNow,
  examplePod,
  exampleService,
  exampleSet,
  exampleSlice,
} from '@/test/fixtures/example-objects'

const set = exampleSet()
const stuck = examplePod(set, 1, { deletion: at(-300), ready: false })
const silent = exampleNode('n1', 'Unknown', at(-700))
const lost: Gathered = {
  pod: stuck,
  node: silent,
  nodeKnown: true,
  leaseRenewedAt: at(-760),
  slices: [exampleSlice(exampleService(), [stuck])],
  slicesKnown: true,
  probe: { result: 'silent', port: 8080, detail: null },
  silentNodes: { silent: 1, total: 6 },
}
const answers = { result: 'answers' as const, port: 8080, detail: '404 in 2 ms' }
const judge = (changes: Partial<Gathered> = {}) => judgeEvidence({ ...lost, ...changes }, exampleNow)
const codes = (changes: Partial<Gathered> = {}) => judge(changes).contradictions.map((each) => each.code)

describe('the verdict on a pod that does not go', () => {
  it('is likely gone on a node that is silent, with an old lease and a port that does not answer', () => {
    expect(judge()).toMatchObject({ verdict: 'likely-gone', offered: true, overdueSeconds: 300, contradictions: [] })
  })

  it('is gone when the node’s object is gone, when it is out of service, and when the pod has ended', () => {
    expect(judge({ node: null, leaseRenewedAt: null }).verdict).toBe('gone')
    const taints = [{ key: 'node.kubernetes.io/out-of-service', value: null, effect: 'NoExecute', timeAdded: at(-60) }]
    expect(judge({ node: { ...silent, spec: { ...silent.spec, taints } } }).verdict).toBe('gone')
    const ended = examplePod(set, 1, { deletion: at(-300), phase: 'Failed', finalizers: ['example.com/hold'] })
    expect(judge({ pod: ended, node: exampleNode('n1'), slices: [], leaseRenewedAt: at(-2) })).toMatchObject({
      verdict: 'gone',
      offered: true,
    })
  })

  it('is gone for a pod that no node ever had', () => {
    expect(
      judge({ pod: examplePod(set, 1, { phase: 'Pending', node: null, deletion: at(-60) }), node: null }),
    ).toMatchObject({
      verdict: 'gone',
      offered: true,
    })
  })

  it('is contradicted by a port that answers, before anything else', () => {
    expect(judge({ probe: answers }).verdict).toBe('contradicted')
    expect(codes({ probe: answers, leaseRenewedAt: at(-5) })).toEqual(['probe-answers', 'lease-fresh'])
  })

  it('is contradicted by a node that is Ready or renews its lease', () => {
    expect(codes({ node: exampleNode('n1') })).toEqual(['node-ready'])
    expect(codes({ leaseRenewedAt: at(-39) })).toEqual(['lease-fresh'])
    expect(codes({ leaseRenewedAt: at(-41) })).toEqual([])
    expect(codes({ leaseRenewedAt: at(-9), leaseDurationSeconds: 8 })).toEqual([])
    expect(codes({ leaseRenewedAt: at(-50), leaseDurationSeconds: 60 })).toEqual(['lease-fresh'])
  })

  it('is contradicted by an endpoint that serves, even where ready says nothing', () => {
    const serving = exampleSlice(exampleService(), [examplePod(set, 1)])
    expect(codes({ slices: [serving] })).toEqual(['endpoint-serving'])
    const published = exampleSlice(exampleService('web', { publishNotReadyAddresses: true }), [stuck])
    expect(codes({ slices: [published] })).toEqual([])
  })

  it('is contradicted when half of the nodes are silent: the fault is then elsewhere', () => {
    expect(codes({ silentNodes: { silent: 3, total: 6 } })).toEqual(['many-nodes-silent'])
    expect(codes({ silentNodes: { silent: 1, total: 1 } })).toEqual([])
  })

  it('is unknown when the lease or the node cannot be seen', () => {
    expect(judge({ leaseRenewedAt: null }).verdict).toBe('unknown')
    expect(judge({ node: null, nodeKnown: false, leaseRenewedAt: null, silentNodes: null })).toMatchObject({
      verdict: 'unknown',
      offered: true,
    })
  })
})

describe('what was found', () => {
  it('comes with the field that proves it', () => {
    const found = judge().items.find((each) => each.code === 'lease-old')
    expect(found).toMatchObject({ speaks: 'for', params: { seconds: 760 } })
    expect(found?.proof).toMatchObject([{ object: 'Lease kube-node-lease/n1', field: 'spec.renewTime' }])
  })
})

describe('the safer ways', () => {
  it('are the node’s return, its removal and the taint, while it is silent', () => {
    expect(judge().saferWays).toEqual(['wait-for-node', 'delete-node', 'out-of-service'])
  })
  it('begin with a plain delete, or with patience', () => {
    expect(judge({ pod: examplePod(set, 1) }).saferWays[0]).toBe('plain-delete')
    expect(judge({ pod: examplePod(set, 1, { deletion: at(9) }) }).saferWays[0]).toBe('wait-grace')
  })
})

describe('a force delete', () => {
  it('is not offered where only finalizers hold the pod', () => {
    const held = examplePod(set, 1, { deletion: at(-60), grace: 0, finalizers: ['example.com/hold'] })
    expect(judge({ pod: held })).toMatchObject({ offered: 'only-finalizers-hold' })
    expect(judge({ pod: held }).saferWays).toContain('remove-finalizers')
  })
  const healthy = {
    pod: examplePod(set, 1),
    node: exampleNode('n1'),
    leaseRenewedAt: at(-3),
  }
  it('is never offered for a pod that is neither overdue nor on a silent node', () => {
    expect(judge(healthy).offered).toBe('not-overdue-and-node-ready')
    expect(judge({ ...healthy, pod: examplePod(set, 1, { deletion: at(20) }) }).offered).toBe(
      'not-overdue-and-node-ready',
    )
    expect(judge({ ...healthy, pod: examplePod(set, 1, { phase: 'Pending', node: null }) }).offered).toBe(
      'not-bound-and-not-overdue',
    )
  })
  it('is not offered because nodes may not be seen', () => {
    expect(judge({ ...healthy, node: null, nodeKnown: false }).offered).toBe('not-overdue-and-node-ready')
  })
  it('is offered on a silent node before the grace period is over', () => {
    expect(judge({ pod: examplePod(set, 1) }).offered).toBe(true)
  })
})
