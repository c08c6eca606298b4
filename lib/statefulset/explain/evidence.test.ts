import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeEvidence, type Gathered, type LeaseReading } from './evidence'
import { readCase } from '@/test/fixtures/cases'
import {
  at,
  conditionOf,
  exampleNode,
  exampleNow,
  examplePod,
  exampleService,
  exampleSet,
  exampleSlice,
} from '@/test/fixtures/example-objects'
import type { ContainerState, Pod } from '@/lib/statefulset/model/objects'

const set = exampleSet()
const stuck = examplePod(set, 1, { deletion: at(-300), ready: false })
const silent = exampleNode('n1', 'Unknown', at(-700))
const unready = exampleNode('n1', 'False', at(-700))
const reading = (changes: Partial<LeaseReading> = {}): LeaseReading => ({
  renewedAt: at(-760),
  durationSeconds: null,
  movedSecondsAgo: null,
  stillForSeconds: 15,
  ...changes,
})
const still = reading()
const moves = reading({ movedSecondsAgo: 5, stillForSeconds: 5 })
const first = (renewed: number, durationSeconds: number | null = null) =>
  reading({ renewedAt: at(renewed), stillForSeconds: 0, durationSeconds })
const lost: Gathered = {
  pod: stuck,
  node: silent,
  nodeKnown: true,
  earlierBootID: null,
  lease: still,
  slices: [exampleSlice(exampleService(), [stuck])],
  slicesKnown: true,
  probe: { result: 'silent', port: 8080, detail: null },
  silentNodes: { silent: 1, total: 6 },
}
const answers = { result: 'answers' as const, port: 8080, detail: '404 in 2 ms' }
const refused = { result: 'refused' as const, port: 8080, detail: 'connection refused' }
const judge = (changes: Partial<Gathered> = {}) => judgeEvidence({ ...lost, ...changes }, exampleNow)
const codes = (changes: Partial<Gathered> = {}) => judge(changes).contradictions.map((each) => each.code)
const taints = [{ key: 'node.kubernetes.io/out-of-service', value: null, effect: 'NoExecute', timeAdded: at(-60) }]
const outOfService = { ...silent, spec: { ...silent.spec, taints } }
const terminated = (finishedAt = at(-290)): ContainerState => ({
  kind: 'terminated',
  exitCode: 0,
  signal: null,
  reason: 'Completed',
  message: null,
  startedAt: at(-3000),
  finishedAt,
})
/** The pod with the states of its containers, by name. */
const withStates = (pod: Pod, states: Record<string, ContainerState>): Pod => ({
  ...pod,
  status: {
    ...pod.status,
    containers: Object.entries(states).map(([name, state]) => ({
      name,
      image: 'kubia:1',
      ready: false,
      started: true,
      restartCount: 0,
      state,
      lastState: null,
    })),
  },
})
const failed = examplePod(set, 1, { deletion: at(-300), phase: 'Failed' })
const byGarbageCollector = examplePod(set, 1, {
  deletion: at(-300),
  phase: 'Failed',
  conditions: [conditionOf('DisruptionTarget', 'True', at(-100), 'DeletionByPodGC')],
})

describe('the verdict on a pod that does not go', () => {
  it('is unknown where all that can be seen is silence', () => {
    expect(judge()).toMatchObject({ verdict: 'unknown', offered: true, overdueSeconds: 300, contradictions: [] })
    expect(judge({ lease: first(-760) }).verdict).toBe('unknown')
    expect(judge({ lease: null }).verdict).toBe('unknown')
    expect(judge({ node: null, nodeKnown: false, lease: null, silentNodes: null })).toMatchObject({
      verdict: 'unknown',
      offered: true,
    })
  })

  it('is gone when its node is out of service or has rebooted since it was to go', () => {
    expect(judge({ node: outOfService }).verdict).toBe('gone')
    expect(judge({ node: exampleNode('n1'), earlierBootID: 'boot-before', lease: moves })).toMatchObject({
      verdict: 'gone',
      contradictions: [],
    })
    // A pod that is to stay is started again after a reboot.
    expect(judge({ pod: examplePod(set, 1), earlierBootID: 'boot-before' }).verdict).toBe('unknown')
    expect(judge({ earlierBootID: 'boot-n1' }).verdict).toBe('unknown')
    expect(judge({ earlierBootID: '' }).verdict).toBe('unknown')
  })

  it('is gone when the kubelet told that every container has ended', () => {
    expect(judge({ pod: withStates(failed, { main: terminated() }) }).verdict).toBe('gone')
    const healthy = { node: exampleNode('n1'), lease: moves, slices: [] }
    expect(judge({ ...healthy, pod: withStates(failed, { main: terminated() }) })).toMatchObject({
      verdict: 'gone',
      offered: true,
      contradictions: [],
    })
    // It rejected the pod: nothing was ever started.
    expect(judge({ pod: withStates(failed, {}) }).verdict).toBe('gone')
  })

  it('is not gone because the phase says so while a container runs, or because the control plane wrote the phase', () => {
    expect(judge({ pod: failed }).verdict).toBe('unknown')
    expect(judge({ pod: byGarbageCollector }).verdict).toBe('unknown')
    expect(judge({ pod: withStates(byGarbageCollector, {}) }).verdict).toBe('unknown')
    expect(judge({ pod: withStates(byGarbageCollector, { main: terminated() }) }).verdict).toBe('unknown')
    expect(judge({ pod: byGarbageCollector, node: exampleNode('n1'), lease: moves }).verdict).toBe('contradicted')
  })

  it('is not gone while a sidecar runs on', () => {
    const withSidecar: Pod = {
      ...withStates(failed, { main: terminated() }),
      spec: { ...failed.spec, initContainers: [{ name: 'proxy', image: 'proxy:1', sidecar: true }] },
    }
    const status = { name: 'proxy', image: 'proxy:1', ready: true, started: true, restartCount: 0, lastState: null }
    const states = (state: ContainerState): Pod => ({
      ...withSidecar,
      status: { ...withSidecar.status, initContainers: [{ ...status, state }] },
    })
    expect(judge({ pod: states({ kind: 'running', startedAt: at(-3000) }) }).verdict).toBe('unknown')
    expect(judge({ pod: states(terminated()) }).verdict).toBe('gone')
  })

  it('believes ended containers without an end of the pod only from a kubelet that speaks', () => {
    const pod = withStates(stuck, { main: terminated() })
    expect(judge({ pod }).verdict).toBe('unknown')
    expect(judge({ pod, node: exampleNode('n1'), lease: moves }).verdict).toBe('gone')
    expect(
      judge({ pod: withStates(examplePod(set, 1), { main: terminated() }), node: exampleNode('n1') }).verdict,
    ).toBe('contradicted')
  })

  it('is gone for a pod that no node ever had', () => {
    const pod = examplePod(set, 1, { phase: 'Pending', node: null, deletion: at(-60) })
    expect(judge({ pod, node: null, lease: null })).toMatchObject({ verdict: 'gone', offered: true })
  })

  it('is likely gone at most when its Node object is gone, and not while the machine may be there', () => {
    const gone = { node: null }
    expect(judge(gone).verdict).toBe('likely-gone')
    expect(judge({ ...gone, lease: reading({ renewedAt: null }) }).verdict).toBe('likely-gone')
    expect(judge({ ...gone, lease: null }).verdict).toBe('unknown')
    expect(judge({ ...gone, lease: first(-760) }).verdict).toBe('unknown')
    expect(judge({ ...gone, silentNodes: { silent: 4, total: 6 } }).verdict).toBe('unknown')
    expect(judge({ ...gone, lease: moves }).verdict).toBe('contradicted')
    expect(judge({ ...gone, probe: refused }).verdict).toBe('contradicted')
  })

  it('is contradicted by a port that answers, before anything else', () => {
    expect(judge({ probe: answers }).verdict).toBe('contradicted')
    expect(codes({ probe: answers, lease: moves })).toEqual(['probe-answers', 'lease-moves'])
    expect(judge({ probe: answers, pod: withStates(failed, { main: terminated() }) }).verdict).toBe('contradicted')
  })

  it('is contradicted by a refused connection: a network stack lives there', () => {
    expect(codes({ probe: refused })).toEqual(['probe-refused'])
    expect(codes({ probe: refused, pod: withStates(failed, { main: terminated() }) })).toEqual([])
  })

  it('is contradicted by a kubelet that speaks, whether it says Ready or not', () => {
    expect(codes({ node: exampleNode('n1') })).toEqual(['node-ready'])
    expect(codes({ node: unready })).toEqual(['node-unready'])
  })

  it('is contradicted by an endpoint that serves, even where ready says nothing', () => {
    const serving = exampleSlice(exampleService(), [examplePod(set, 1)])
    expect(codes({ slices: [serving] })).toEqual(['endpoint-serving'])
    const published = exampleSlice(exampleService('web', { publishNotReadyAddresses: true }), [stuck])
    expect(codes({ slices: [published] })).toEqual([])
  })

  it('names many silent nodes as a contradiction, but not as a sign of life', () => {
    expect(codes({ silentNodes: { silent: 3, total: 6 } })).toEqual(['many-nodes-silent'])
    expect(judge({ silentNodes: { silent: 3, total: 6 } }).verdict).toBe('unknown')
    expect(codes({ silentNodes: { silent: 1, total: 1 } })).toEqual([])
  })
})

describe('a lease', () => {
  it('that moves between two readings is a living kubelet, whatever its clock says', () => {
    expect(codes({ lease: reading({ renewedAt: at(-92), movedSecondsAgo: 0, stillForSeconds: 0 }) })).toEqual([
      'lease-moves',
    ])
    expect(codes({ lease: reading({ renewedAt: at(3600), movedSecondsAgo: 9 }) })).toEqual(['lease-moves'])
    expect(codes({ lease: reading({ movedSecondsAgo: 41, stillForSeconds: 41 }) })).toEqual([])
  })

  it('that is young by the node’s clock counts as a sign of life until it has stood still', () => {
    expect(codes({ lease: first(-39) })).toEqual(['lease-fresh'])
    expect(codes({ lease: first(-41) })).toEqual([])
    expect(codes({ lease: first(-9, 8) })).toEqual([])
    expect(codes({ lease: first(-50, 60) })).toEqual(['lease-fresh'])
    expect(codes({ lease: reading({ renewedAt: at(900), stillForSeconds: 39 }) })).toEqual(['lease-fresh'])
    expect(codes({ lease: reading({ renewedAt: at(900), stillForSeconds: 41 }) })).toEqual([])
  })

  it('that has only been read once is not told as silence', () => {
    const code = (lease: LeaseReading) => judge({ lease }).items.find((each) => each.code.startsWith('lease-'))?.code
    expect(code(first(-760))).toBe('lease-old')
    expect(code(reading({ stillForSeconds: 11 }))).toBe('lease-old')
    expect(code(reading({ stillForSeconds: 12 }))).toBe('lease-still')
  })
})

describe('what follows from one fact', () => {
  const branch = (changes: Partial<Gathered> = {}) =>
    judge(changes).items.map(({ code, follows }) => (follows === null ? code : `${follows} > ${code}`))

  it('stands under it: a node out of reach explains its lease, its deletion, its endpoint and its port', () => {
    expect(branch()).toEqual([
      'node-silent',
      'node-silent > lease-still',
      'node-silent > overdue',
      'node-silent > endpoint-not-serving',
      'node-silent > probe-silent',
      'silent-nodes',
    ])
  })

  it('stands alone where nothing explains it', () => {
    expect(branch({ node: unready, lease: moves })).toEqual([
      'node-unready',
      'lease-moves',
      'overdue',
      'endpoint-not-serving',
      'probe-silent',
      'silent-nodes',
    ])
  })

  it('says nothing for itself', () => {
    for (const { follows, speaks, code } of judge({ node: null }).items)
      if (follows !== null) expect([code, speaks]).toEqual([code, 'open'])
  })
})

describe('signals that a cut network brings about', () => {
  const silence = fc.record({
    lease: fc.constantFrom(null, still, reading({ stillForSeconds: 0 }), reading({ renewedAt: null })),
    probe: fc.constantFrom<Gathered['probe']>(
      { result: 'silent', port: 8080, detail: 'i/o timeout' },
      { result: 'not-asked', port: null, detail: null },
    ),
    slicesKnown: fc.boolean(),
    slices: fc.constantFrom<Gathered['slices'][]>([], [exampleSlice(exampleService(), [stuck])]),
    silentNodes: fc.constantFrom(null, { silent: 1, total: 6 }),
  })
  it('add nothing by their number: any of them, all or none give the same verdict', () => {
    fc.assert(
      fc.property(silence, fc.constantFrom(silent, outOfService), (signals, node) => {
        const nothing = {
          lease: null,
          probe: { result: 'not-asked' as const, port: null, detail: null },
          slicesKnown: false,
          silentNodes: null,
        }
        expect(judge({ ...signals, node }).verdict).toBe(judge({ ...nothing, node }).verdict)
      }),
    )
  })
  it('never outweigh one sign of life, and one sign of life outweighs them all', () => {
    const life = fc.constantFrom<Partial<Gathered>>(
      { lease: moves },
      { probe: answers },
      { probe: refused },
      { node: unready },
      { node: exampleNode('n1') },
    )
    fc.assert(
      fc.property(silence, life, (signals, alive) => {
        expect(judge({ ...signals, ...alive }).verdict).toBe('contradicted')
      }),
    )
  })
})

describe('what was found', () => {
  it('comes with the field that proves it', () => {
    const found = judge().items.find((each) => each.code === 'lease-still')
    expect(found).toMatchObject({ speaks: 'open', params: { seconds: 15 } })
    expect(found?.proof).toMatchObject([{ object: 'Lease kube-node-lease/n1', field: 'spec.renewTime' }])
  })
})

describe('the safer ways', () => {
  it('are the node’s return, the taint and its removal, while nobody hears from it', () => {
    expect(judge().saferWays).toEqual(['wait-for-node', 'out-of-service', 'delete-node'])
  })
  it('never take a Node or its volumes from a machine that lives', () => {
    for (const alive of [
      { node: unready },
      { node: exampleNode('n1') },
      { lease: moves },
      { lease: first(-3) },
      { probe: answers },
      { probe: refused },
    ]) {
      expect(judge(alive).saferWays).not.toContain('delete-node')
      expect(judge(alive).saferWays).not.toContain('out-of-service')
    }
    expect(judge({ node: unready }).saferWays).toEqual(['wait-for-node'])
  })
  it('begin with a plain delete, or with patience', () => {
    expect(judge({ pod: examplePod(set, 1) }).saferWays[0]).toBe('plain-delete')
    expect(judge({ pod: examplePod(set, 1, { deletion: at(9) }) }).saferWays[0]).toBe('wait-grace')
  })
  it('come before the force delete unless the pod is proved to be gone', () => {
    expect(judge().primary).toBe('wait-for-node')
    expect(judge({ node: outOfService }).primary).toBe('force-delete')
    expect(judge({ pod: withStates(failed, { main: terminated() }) }).primary).toBe('force-delete')
    expect(judge({ node: null }).primary).toBe('force-delete')
  })
})

describe('a force delete', () => {
  it('is not offered where only finalizers hold the pod', () => {
    const held = examplePod(set, 1, { deletion: at(-60), grace: 0, finalizers: ['example.com/hold'] })
    expect(judge({ pod: held })).toMatchObject({ offered: 'only-finalizers-hold' })
    expect(judge({ pod: held }).saferWays).toContain('remove-finalizers')
  })
  const healthy = { pod: examplePod(set, 1), node: exampleNode('n1'), lease: moves }
  it('is never offered for a pod that is neither overdue nor on a node out of reach', () => {
    for (const changes of [
      healthy,
      { ...healthy, node: unready },
      { ...healthy, pod: examplePod(set, 1, { deletion: at(20) }) },
    ])
      expect(judge(changes).offered).toBe('not-overdue-and-node-answers')
    expect(judge({ ...healthy, pod: examplePod(set, 1, { phase: 'Pending', node: null }) }).offered).toBe(
      'not-bound-and-not-overdue',
    )
  })
  it('is not offered because nodes may not be seen', () => {
    expect(judge({ ...healthy, node: null, nodeKnown: false }).offered).toBe('not-overdue-and-node-answers')
  })
  it('is offered on a silent node before the grace period is over', () => {
    expect(judge({ pod: examplePod(set, 1) }).offered).toBe(true)
  })
})

describe('the cases', () => {
  /** The evidence of web-1 as a dialog would gather it, with the lease as it was read. */
  function ofCase(id: string, lease: Partial<LeaseReading> = { stillForSeconds: 0 }, renewedAt?: string) {
    const { objects, now, leaseRenewedAt } = readCase(id)
    const pod = objects.pods.find(({ metadata }) => metadata.name === 'web-1')
    if (pod === undefined) throw new Error(`case ${id} has no web-1`)
    return judgeEvidence(
      {
        pod,
        node: objects.nodes.get('n1') ?? null,
        nodeKnown: true,
        earlierBootID: null,
        lease: reading({ renewedAt: renewedAt ?? leaseRenewedAt, ...lease }),
        slices: objects.slices,
        slicesKnown: true,
        probe: { result: 'not-asked', port: null, detail: null },
        silentNodes: null,
      },
      now,
    )
  }

  it('E10: a Failed of the pod garbage collector over a living kubelet is contradicted', () => {
    expect(ofCase('E10')).toMatchObject({ verdict: 'contradicted' })
    expect(ofCase('E10').contradictions.map(({ code }) => code)).toEqual(['lease-fresh', 'node-ready'])
  })
  it('E11: a kubelet that renews without its Node object is contradicted, and silence likely gone at most', () => {
    expect(ofCase('E11').verdict).toBe('contradicted')
    expect(ofCase('E11', { movedSecondsAgo: 2 }).verdict).toBe('contradicted')
    expect(ofCase('E11', { stillForSeconds: 60 }).verdict).toBe('likely-gone')
    expect(ofCase('E11').saferWays).toEqual(['wait-for-node'])
  })
  it('D2: a node that says it is not ready answers: contradicted, and nothing is detached', () => {
    const found = ofCase('D2', { stillForSeconds: 0 }, '2026-11-20T11:59:55Z')
    expect(found).toMatchObject({ verdict: 'contradicted', saferWays: ['wait-for-node'], primary: 'wait-for-node' })
    expect(found.contradictions.map(({ code }) => code)).toContain('node-unready')
  })
  it('D3: a pod whose end the kubelet wrote is gone, whatever its node does since', () => {
    expect(ofCase('D3', {}, '2026-11-20T11:30:00Z')).toMatchObject({
      verdict: 'gone',
      offered: true,
      saferWays: [],
      primary: 'force-delete',
    })
  })
})

describe('a pod that runs behind a cut network', () => {
  /** What its API objects can look like: the kubelet's last words, and what the control plane writes since. */
  const behindCutNetwork = fc.record({
    silentFor: fc.integer({ min: 41, max: 90_000 }),
    clockAhead: fc.integer({ min: -7200, max: 7200 }),
    deletedFor: fc.option(fc.integer({ min: -300, max: 80_000 })),
    grace: fc.constantFrom(0, 30, 600),
    lastWord: fc.constantFrom('running', 'between-tries', 'waiting', 'nothing'),
    phase: fc.constantFrom('Running', 'Pending', 'Unknown'),
    restarts: fc.integer({ min: 0, max: 9 }),
    finalizers: fc.constantFrom([], ['operator.example/drain']),
    readings: fc.integer({ min: 1, max: 400 }),
    leaseKnown: fc.boolean(),
    nodeKnown: fc.boolean(),
    slicesKnown: fc.boolean(),
    probe: fc.constantFrom('silent' as const, 'not-asked' as const),
    silentNodes: fc.option(
      fc.record({ silent: fc.integer({ min: 1, max: 9 }), total: fc.integer({ min: 9, max: 12 }) }),
    ),
    bootKnown: fc.boolean(),
    noExecute: fc.boolean(),
  })

  it('is never called gone or likely gone (1,000 runs)', () => {
    const verdicts = new Map<string, number>()
    fc.assert(
      fc.property(behindCutNetwork, (world) => {
        const pod = examplePod(set, 1, {
          ready: false,
          phase: world.phase,
          deletion: world.deletedFor === null ? null : at(-world.deletedFor),
          grace: world.grace,
          finalizers: [...world.finalizers],
        })
        const state: ContainerState =
          world.lastWord === 'running'
            ? { kind: 'running', startedAt: at(-9000) }
            : world.lastWord === 'between-tries'
              ? terminated(at(-world.silentFor - 3))
              : { kind: 'waiting', reason: 'ContainerCreating', message: null }
        const told = world.lastWord === 'nothing' ? withStates(pod, {}) : withStates(pod, { main: state })
        const node = exampleNode('n1', 'Unknown', at(-world.silentFor + 40))
        const unreachable = ['NoSchedule', 'NoExecute'].map((effect) => ({
          key: 'node.kubernetes.io/unreachable',
          value: null,
          effect,
          timeAdded: at(-world.silentFor + 45),
        }))
        const { verdict } = judge({
          pod: told,
          node: world.nodeKnown
            ? { ...node, spec: { ...node.spec, taints: world.noExecute ? unreachable : unreachable.slice(0, 1) } }
            : null,
          nodeKnown: world.nodeKnown,
          earlierBootID: world.bootKnown ? 'boot-n1' : null,
          lease: world.leaseKnown
            ? reading({ renewedAt: at(world.clockAhead - world.silentFor), stillForSeconds: world.readings })
            : null,
          slices: [exampleSlice(exampleService(), [told])],
          slicesKnown: world.slicesKnown,
          probe: { result: world.probe, port: 8080, detail: 'i/o timeout' },
          silentNodes: world.silentNodes,
        })
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
        return verdict !== 'gone' && verdict !== 'likely-gone'
      }),
      { numRuns: 1000, seed: 20260301 },
    )
    // A clock that runs ahead makes an old lease look young: a contradiction too many, never one too few.
    expect(verdicts.get('unknown')).toBeGreaterThan(500)
  })
})
