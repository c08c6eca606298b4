import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { at, exampleNode, examplePod, exampleSet } from '@/test/fixtures/example-objects'
import { collections, putNodes, putPod, putSet } from '@/test/fixtures/example-cluster'
import { ScriptedApi, status } from '@/test/fixtures/scripted-api'
import { connect } from '@/lib/cluster/connect'
import { serverVersion } from '@/lib/cluster/version'
import { readSettings } from '@/lib/settings'
import type { LostPod } from '@/lib/statefulset/explain/duplicate-pod'
import type { Node, Pod, Resource } from '@/lib/statefulset/model/objects'
import { DuplicateMarks } from './duplicate-marks'
import { LiveCluster } from './live-cluster'
import { LostPods } from './lost-pods'
import { Store } from './store'

describe('a pod whose object goes', () => {
  const set = exampleSet()
  let lostPods: LostPods
  let store: Store
  let marks: DuplicateMarks
  let unknown: Set<Resource>
  let renewTime: (reading: number) => string | null

  beforeEach(() => {
    vi.useFakeTimers()
    lostPods = new LostPods()
    unknown = new Set()
    renewTime = () => null
    let readings = 0
    store = new Store(
      (key) => marks.touched(key),
      (resource, object) => marks.gone(resource, object),
    )
    marks = new DuplicateMarks({
      store,
      lostPods,
      isKnown: (resource) => !unknown.has(resource),
      onChange: () => {},
      askRenewTime: () => Promise.resolve(renewTime((readings += 1))),
    })
    store.put('statefulsets', set)
  })
  afterEach(() => {
    marks.stop()
    vi.useRealTimers()
  })

  const silent = exampleNode('n1', 'Unknown')
  /** The pod goes from a node, whoever forced it; what is remembered of it then. */
  async function lose(pod: Pod, node: Node | null, afterMs = 100): Promise<LostPod | undefined> {
    if (node) store.put('nodes', node)
    store.put('pods', pod)
    store.remove('pods', pod)
    await vi.advanceTimersByTimeAsync(afterMs)
    return lostPods.list()[0]
  }

  it('from a node that nobody hears from may run on', async () => {
    expect(await lose(examplePod(set, 1, { deletion: at(-60) }), silent)).toMatchObject({
      set: 'web',
      ordinal: 1,
      uid: 'uid-web-1',
      node: 'n1',
      nodeUid: 'uid-n1',
      bootID: 'boot-n1',
      closedAt: null,
    })
  })

  it('and is replaced in one list may run on', async () => {
    store.put('nodes', silent)
    store.put('pods', examplePod(set, 1))
    store.replace('pods', null, [examplePod(set, 1, { uid: 'another', node: 'n2' })])
    await vi.advanceTimersByTimeAsync(100)
    expect(lostPods.list()).toMatchObject([{ uid: 'uid-web-1' }])
  })

  it('from a node that is Ready has been stopped, unless that node is found silent soon after', async () => {
    expect(await lose(examplePod(set, 1), exampleNode('n1'), 120_000)).toBeUndefined()
    expect(await lose(examplePod(set, 1), exampleNode('n1'), 1000)).toBeUndefined()
    store.put('nodes', { ...silent, metadata: { ...silent.metadata, resourceVersion: '2' } })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lostPods.list()).toMatchObject([{ ordinal: 1, node: 'n1' }])
  })

  it('from a node that says it is not ready may run on only if its lease stands still', async () => {
    const unready = exampleNode('n1', 'False')
    renewTime = (reading) => at(reading * 10)
    expect(await lose(examplePod(set, 1), unready, 30_000)).toBeUndefined()
    renewTime = () => at(-300)
    expect(await lose(examplePod(set, 1), unready, 11_000)).toBeUndefined()
    await vi.advanceTimersByTimeAsync(2000)
    expect(lostPods.list()).toHaveLength(1)
  })

  it('from a node that says it is not ready and whose lease cannot be read may run on', async () => {
    expect(await lose(examplePod(set, 1), exampleNode('n1', 'False'), 13_000)).toMatchObject({ node: 'n1' })
  })

  it('after its node did is remembered with what the node told, and not shown', async () => {
    store.put('nodes', silent)
    store.remove('nodes', silent)
    const lost = await lose(examplePod(set, 1), null)
    expect(lost).toMatchObject({ nodeUid: 'uid-n1', bootID: 'boot-n1' })
    expect(lost?.closedAt).not.toBeNull()
  })

  it('after the kubelet told its end, without a node, or without a set is no risk', async () => {
    const ended = examplePod(set, 1, { phase: 'Failed', status: { containers: [] } })
    expect(await lose(ended, silent)).toBeUndefined()
    expect(await lose(examplePod(set, 1, { node: null, phase: 'Pending' }), silent)).toBeUndefined()
    expect(await lose(examplePod(set, 1, { owners: [] }), silent)).toBeUndefined()
  })

  it('from sight, because it may no longer be read, has not gone', async () => {
    store.put('nodes', silent)
    store.put('pods', examplePod(set, 1))
    store.forget('pods', null)
    await vi.advanceTimersByTimeAsync(100)
    unknown.add('nodes')
    await lose(examplePod(set, 1), silent)
    expect(lostPods.list()).toEqual([])
  })

  it('with its set is remembered for a day, in case the set is made again', async () => {
    await lose(examplePod(set, 1), silent)
    store.remove('statefulsets', set)
    await vi.advanceTimersByTimeAsync(100)
    const [closed] = lostPods.list()
    expect(closed?.closedAt).not.toBeNull()
    vi.setSystemTime(Date.now() + 25 * 3_600_000)
    marks.start()
    expect(lostPods.list()).toEqual([])
  })
})

describe('the marks of a cluster', () => {
  let api: ScriptedApi
  let started: LiveCluster[]
  let lostPods: LostPods

  beforeEach(async () => {
    api = await new ScriptedApi().start()
    putNodes(api)
    putSet(api, 'kubia')
    started = []
    lostPods = new LostPods()
  })
  afterEach(async () => {
    for (const live of started) live.stop()
    await api.stop()
  })

  async function follow(): Promise<LiveCluster> {
    const live = new LiveCluster(connect(new URL(api.url).host, readSettings({ ORDINAL_SERVER: api.url })), {
      namespaces: [],
      askVersion: (to, signal) => serverVersion(to, { signal }),
      lostPods,
    })
    started.push(live)
    await live.ready
    return live
  }
  async function until(what: string, condition: () => boolean) {
    const begun = performance.now()
    while (!condition()) {
      if (performance.now() - begun > 10_000) throw new Error(`not in time: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const marked = (live: LiveCluster) =>
    live.set('default', 'kubia')?.ordinals.flatMap(({ ordinal, state }) => (state === 'twin-risk' ? [ordinal] : []))
  const setNode = (name: string, status: string, bootID: string) =>
    api.update(collections.nodes, '', name, (node) => {
      node.status = { conditions: [{ type: 'Ready', status }], nodeInfo: { bootID } }
    })
  /** Anybody's forced deletion, and the controller's next pod. */
  const replace = (ordinal: number) => {
    const owner = api.get(collections.statefulsets, 'default', 'kubia')?.metadata.uid ?? ''
    api.remove(collections.pods, 'default', `kubia-${ordinal}`)
    putPod(api, 'kubia', ordinal, { uid: owner, node: 'worker-3' })
  }
  const nodeOf = (ordinal: number) => {
    const name = api.get(collections.pods, 'default', `kubia-${ordinal}`)?.spec?.nodeName
    return typeof name === 'string' ? name : ''
  }

  it('come with a deletion that somebody else forced, and stay over a return without a reboot', async () => {
    const live = await follow()
    const node = nodeOf(0)
    setNode(node, 'Unknown', 'boot-x')
    await until('the silence', () => live.object('nodes', '', node)?.status.conditions[0]?.status === 'Unknown')
    replace(0)
    await until('the mark', () => marked(live)?.includes(0) === true)
    setNode(node, 'True', 'boot-x')
    await until('the return', () => live.object('nodes', '', node)?.status.conditions[0]?.status === 'True')
    expect(marked(live)).toEqual([0])
    setNode(node, 'True', 'boot-y')
    await until('the all-clear', () => marked(live)?.length === 0)
    expect(lostPods.list()).toEqual([])
  })

  it('go with the Node object, and come back with the machine', async () => {
    const live = await follow()
    const node = nodeOf(0)
    setNode(node, 'Unknown', 'boot-x')
    await until('the silence', () => live.object('nodes', '', node)?.status.conditions[0]?.status === 'Unknown')
    replace(0)
    await until('the mark', () => marked(live)?.includes(0) === true)
    api.remove(collections.nodes, '', node)
    await until('nothing to warn of', () => marked(live)?.length === 0)
    expect(lostPods.list()).toMatchObject([{ node, closedAt: expect.any(String) as string }])
    api.put(collections.nodes, {
      metadata: { name: node },
      spec: {},
      status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { bootID: 'boot-x' } },
    })
    await until('the mark again', () => marked(live)?.includes(0) === true)
    expect(lostPods.list()).toMatchObject([{ closedAt: null }])
  })

  describe('of pods that went while nobody looked', () => {
    const bootOf = (name: string) => setNode(name, 'True', 'boot-x')
    /** Looks, closes, lets it happen, and looks again. */
    async function meanwhile(happens: (node: string) => void, before: (node: string) => void = () => {}) {
      const node = nodeOf(0)
      bootOf(node)
      before(node)
      const live = await follow()
      await until('the node', () => live.object('nodes', '', node) !== undefined)
      live.stop()
      happens(node)
      const again = await follow()
      await until(
        'the pods',
        () => again.kindStates().pods.state === 'live' && again.kindStates().nodes.state === 'live',
      )
      await new Promise((resolve) => setTimeout(resolve, 100))
      return again
    }
    const since = (name: string, status: string, seconds: number, bootID = 'boot-x') =>
      api.update(collections.nodes, '', name, (node) => {
        const lastTransitionTime = new Date(Date.now() + seconds * 1000).toISOString()
        node.status = { conditions: [{ type: 'Ready', status, lastTransitionTime }], nodeInfo: { bootID } }
      })
    const madeAt = (ordinal: number, seconds: number) =>
      api.update(collections.pods, 'default', `kubia-${ordinal}`, (pod) => {
        pod.metadata.creationTimestamp = new Date(Date.now() + seconds * 1000).toISOString()
      })

    it('come where the pod was made anew after its node fell silent, and end with a reboot', async () => {
      const live = await meanwhile((node) => {
        since(node, 'Unknown', -600)
        replace(0)
        madeAt(0, -100)
      })
      expect(marked(live)).toEqual([0])
      expect(lostPods.list()).toMatchObject([{ ordinal: 0, bootID: 'boot-x', closedAt: null }])
      const node = lostPods.list()[0]?.node ?? ''
      since(node, 'True', 0, 'boot-y')
      await until('the all-clear', () => marked(live)?.length === 0)
    })

    it('come where the node was silent already, and has come back without a reboot', async () => {
      const live = await meanwhile(
        (node) => {
          replace(0)
          madeAt(0, -300)
          since(node, 'True', -100)
        },
        (node) => since(node, 'Unknown', -900),
      )
      expect(marked(live)).toEqual([0])
    })

    it('do not come for a rolling update, a drain, a scale-down or a reboot', async () => {
      const live = await meanwhile((node) => {
        replace(0)
        madeAt(0, -3000)
        since(node, 'Unknown', -600)
      })
      expect(marked(live)).toEqual([])
      live.stop()
      replace(0)
      api.remove(collections.nodes, '', 'worker-3')
      api.remove(collections.pods, 'default', 'kubia-2')
      api.update(collections.statefulsets, 'default', 'kubia', (set) => (set.spec = { ...set.spec, replicas: 2 }))
      const again = await follow()
      await until('nodes', () => again.kindStates().nodes.state === 'live')
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(marked(again)).toEqual([])
      expect(lostPods.list()).toEqual([])
    })

    it('are found out by whoever may see the nodes, and wait for that', async () => {
      let forbidden = false
      api.hooks.push(({ path }) => (forbidden && path === '/api/v1/nodes' ? status(403, 'Forbidden', 'no') : undefined))
      const node = nodeOf(0)
      bootOf(node)
      const first = await follow()
      await until('nodes', () => first.kindStates().nodes.state === 'live')
      first.stop()
      forbidden = true
      since(node, 'Unknown', -600)
      replace(0)
      madeAt(0, -100)
      const blind = await follow()
      await until('the refusal', () => blind.kindStates().nodes.state === 'forbidden')
      expect(marked(blind)).toEqual([])
      forbidden = false
      const seeing = await follow()
      await until('the mark', () => marked(seeing)?.includes(0) === true)
      // It is one record for all who look at this server.
      await until('the same mark', () => marked(blind)?.includes(0) === true)
    })

    it('are not made of what another view saw end', async () => {
      const [one, other] = [await follow(), await follow()]
      const node = nodeOf(0)
      await until('nodes', () => other.kindStates().nodes.state === 'live')
      one.stop()
      expect(lostPods.lastSeen()).toHaveLength(3)
      replace(0)
      await until('the new pod', () => other.object('pods', 'default', 'kubia-0')?.spec.nodeName === 'worker-3')
      expect(lostPods.lastSeen()).toHaveLength(2)
      since(node, 'Unknown', -600)
      const again = await follow()
      await until('nodes again', () => again.kindStates().nodes.state === 'live')
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(lostPods.lastSeen()).toEqual([])
    })
  })

  it('are the same for all who look at the server, also for who begins later', async () => {
    const [one, other] = [await follow(), await follow()]
    const record = (ordinal: number): LostPod => ({
      namespace: 'default',
      set: 'kubia',
      ordinal,
      pod: `kubia-${ordinal}`,
      uid: `old-${ordinal}`,
      node: 'worker-1',
      nodeUid: null,
      bootID: 'boot-1',
      at: new Date().toISOString(),
      closedAt: null,
    })
    one.rememberLostPod(record(0))
    other.rememberLostPod(record(1))
    const later = await follow()
    for (const live of [one, other, later]) await until('both', () => marked(live)?.join() === '0,1')
    // Nobody is told of sets that he does not see.
    expect(one.overview().summaries.map(({ name }) => name)).toEqual(['kubia'])
  })
})
