import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collections, putClaim, putEvent, putNodes, putPod, putSet } from '@/test/fixtures/example-cluster'
import { expired, FaultProxy, tooManyRequests } from '@/test/fixtures/fault-proxy'
import { type Hook, ScriptedApi, status } from '@/test/fixtures/scripted-api'
import { connect } from '@/lib/cluster/connect'
import { kinds } from '@/lib/cluster/kinds'
import { serverVersion } from '@/lib/cluster/version'
import { readSettings } from '@/lib/settings'
import { LiveCluster } from './live-cluster'

let api: ScriptedApi
let proxy: FaultProxy
let live: LiveCluster
let started: LiveCluster[] = []
/** A watch for each kind. */
const watched = Object.keys(kinds).length

beforeEach(async () => {
  api = await new ScriptedApi().start()
  proxy = await new FaultProxy(api.url).start()
  putNodes(api)
  putSet(api, 'kubia')
})
afterEach(async () => {
  for (const one of started) one.stop()
  started = []
  await proxy.stop()
  await api.stop()
})

/** Follows the scripted cluster with clocks ten times as fast as in production. */
async function follow(namespaces: string[] = []) {
  const connection = connect(new URL(proxy.url).host, readSettings({ ORDINAL_SERVER: proxy.url }))
  live = new LiveCluster(connection, {
    namespaces,
    askVersion: (to, signal) => serverVersion(to, { signal }),
    silenceMs: 1500,
    healthEveryMs: 500,
    healthTimeoutMs: 350,
  })
  started.push(live)
  await live.ready
  return live
}

async function until(what: string, condition: () => boolean, withinMs = 10_000) {
  const begun = performance.now()
  while (!condition()) {
    if (performance.now() - begun > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return performance.now() - begun
}

const ordinals = (name: string, namespace = 'default') =>
  live.set(namespace, name)?.ordinals.map(({ name, pod }) => `${name} ${pod?.status ?? 'none'}`)
const names = () =>
  live
    .overview()
    .summaries.map(({ name }) => name)
    .sort()
const listsOf = (resource: string) =>
  proxy.requests.filter(({ url }) => url.includes(`/${resource}?`) && !url.includes('watch=1')).length
const watchesOf = (resource: string) =>
  proxy.requests.filter(({ url }) => url.includes(`/${resource}?`) && url.includes('watch=1')).length

describe('a live cluster', () => {
  it('is ready when everything is listed, with every kind live', async () => {
    await follow()
    expect(names()).toEqual(['kubia'])
    expect(ordinals('kubia')).toEqual(['kubia-0 Running', 'kubia-1 Running', 'kubia-2 Running'])
    await until('the connection is live', () => live.connection.state === 'live')
    expect(live.connection.serverVersion).toBe('v1.37.1')
    expect(new Set(Object.values(live.kindStates()).map(({ state }) => state))).toEqual(new Set(['live']))
    expect(live.set('default', 'kubia')?.unknown).toEqual({})
  })

  it('shows what is created, changed and deleted', async () => {
    await follow()
    putSet(api, 'other', { replicas: 1 })
    await until('the new set', () => names().includes('other'))
    api.remove(collections.pods, 'default', 'kubia-2')
    await until('the lost pod', () => ordinals('kubia')?.[2] === 'kubia-2 none')
    api.remove(collections.statefulsets, 'default', 'kubia')
    await until('the deleted set', () => !names().includes('kubia'))
    expect(live.set('default', 'kubia')).toBeUndefined()
  })

  it('lists in pages', async () => {
    for (let number = 0; number < 1100; number += 1) putClaim(api, 'none', number)
    await follow()
    expect(live.counts().objects.persistentvolumeclaims).toBe(1103)
    expect(listsOf('persistentvolumeclaims')).toBe(3)
  })

  it('gives the events of a set, its pods and its claims, and of one ordinal', async () => {
    putEvent(api, 'StatefulSet', 'kubia', 'SuccessfulCreate')
    putEvent(api, 'Pod', 'kubia-1', 'Scheduled')
    putEvent(api, 'PersistentVolumeClaim', 'data-kubia-1', 'ProvisioningSucceeded')
    putEvent(api, 'Pod', 'somebody-else-7f9c', 'Pulled')
    putEvent(api, 'Node', 'worker-1', 'NodeReady')
    await follow()
    const reasons = (ordinal?: number) =>
      live
        .events('default', 'kubia', ordinal)
        .map(({ reason }) => reason)
        .sort()
    expect(reasons()).toEqual(['ProvisioningSucceeded', 'Scheduled', 'SuccessfulCreate'])
    expect(reasons(1)).toEqual(['ProvisioningSucceeded', 'Scheduled'])
    expect(live.counts().objects.events).toBe(3)
  })

  it('tells a reader only of the set it looks at, and only when its view is another one', async () => {
    await follow()
    let wakes = 0
    const reader = live.subscribe({ of: 'set', namespace: 'default', name: 'kubia' }, () => (wakes += 1))
    reader.take()
    wakes = 0
    putSet(api, 'other')
    await until('the other set', () => names().includes('other'))
    api.update(
      collections.pods,
      'default',
      'kubia-0',
      (pod) => (pod.metadata.labels = { ...pod.metadata.labels, x: 'y' }),
    )
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(reader.take().filter(({ event }) => event !== 'connection')).toEqual([])
    api.update(collections.pods, 'default', 'kubia-0', (pod) => (pod.status = { ...pod.status, phase: 'Failed' }))
    await until('a call', () => wakes > 0)
    expect(reader.take().map(({ event }) => event)).toContain('changed')
    reader.close()
  })

  it('says that a pod is there and cannot be read, and concludes nothing from its place', async () => {
    await follow()
    api.update(
      collections.pods,
      'default',
      'kubia-1',
      (pod) => (pod.status = { ...pod.status, containerStatuses: 'many' }),
    )
    await until('the odd pod', () => live.object('pods', 'default', 'kubia-1') === undefined)
    const view = live.set('default', 'kubia')
    expect(view?.ordinals.map(({ state }) => state)).toEqual(['ok', 'unknown', 'ok'])
    expect(view?.unknown.pods).toContain('kubia-1 cannot be read')
    expect(view?.waitingFor?.reason).toBe('pods-unseen')
    expect(view?.next).toBeUndefined()
    expect(view?.problems).toBeUndefined()
    expect(live.kindStates().pods).toMatchObject({ skipped: 1 })
    api.update(collections.pods, 'default', 'kubia-1', (pod) => (pod.status = { phase: 'Pending' }))
    await until('the pod', () => live.set('default', 'kubia')?.unknown.pods === undefined)
    expect(live.kindStates().pods.skipped).toBeUndefined()
    api.remove(collections.pods, 'default', 'kubia-1')
    await until('the deletion', () => ordinals('kubia')?.[1] === 'kubia-1 none')
  })

  it('says which set cannot be read, and why, to everybody who looks, until it can be', async () => {
    putSet(api, 'other')
    await follow()
    const overview = live.subscribe({ of: 'overview' }, () => {})
    const page = live.subscribe({ of: 'set', namespace: 'default', name: 'kubia' }, () => {})
    overview.take()
    page.take()
    type Told = { kinds?: ReturnType<typeof live.kindStates>; keys?: string[] }
    const told = async (what: string, reader: typeof overview, isIt: (data: Told) => boolean) => {
      const seen: unknown[] = []
      await until(what, () => {
        for (const { data } of reader.take()) seen.push(typeof data === 'string' ? JSON.parse(data) : data)
        return seen.some((data) => isIt(data as Told))
      })
    }
    const odd = (value: unknown) =>
      api.update(collections.statefulsets, 'default', 'kubia', (set) => (set.spec = { ...set.spec, replicas: value }))
    const reasons = (data: Told) => data.kinds?.statefulsets.unreadable?.map(({ name, reason }) => `${name}: ${reason}`)
    odd('three')
    await Promise.all([
      told('the overview', overview, (data) => reasons(data)?.join() === 'kubia: spec.replicas is not a whole number'),
      told('the page', page, (data) => reasons(data)?.length === 1),
    ])
    expect(live.kindStates().statefulsets).toMatchObject({ skipped: 1 })
    await until('the row to go', () => names().join() === 'other')
    expect(live.setSnapshot('default', 'kubia').view).toBeNull()
    // Another reason, the same set.
    api.update(
      collections.statefulsets,
      'default',
      'kubia',
      (set) => (set.spec = { ...set.spec, replicas: 3, template: 7 }),
    )
    await told('the other reason', overview, (data) => reasons(data)?.[0]?.includes('template') ?? false)
    api.remove(collections.statefulsets, 'default', 'kubia')
    await told('the end', overview, (data) => data.kinds !== undefined && reasons(data) === undefined)
    putSet(api, 'kubia')
    await until('the set', () => live.set('default', 'kubia')?.ordinals.length === 3)
    odd('many')
    await told('again', page, (data) => reasons(data)?.length === 1)
    odd(3)
    await told('that it can be read', page, (data) => data.kinds !== undefined && reasons(data) === undefined)
    await until('the row', () => live.overview().summaries.length === 2)
  })

  it('leaves out an object that cannot be read, says so, and follows the others', async () => {
    await follow()
    api.say(collections.pods, `${JSON.stringify({ type: 'ADDED', object: { metadata: { namespace: 'default' } } })}\n`)
    putPod(api, 'kubia', 3, { uid: 'x' })
    await until('the later pod', () => live.object('pods', 'default', 'kubia-3') !== undefined)
    await until('pods are live', () => live.kindStates().pods.state === 'live')
    expect(live.kindStates().pods).toMatchObject({ skipped: 1 })
  })
})

describe('after trouble', () => {
  it('resumes from where it was when a watch ends or is reset, without a new list', async () => {
    await follow()
    await until('watches', () => api.watches === watched)
    api.endWatches('reset')
    putPod(api, 'kubia', 3, { uid: 'x' })
    await until('the new pod', () => live.object('pods', 'default', 'kubia-3') !== undefined)
    await until('live again', () => live.kindStates().pods.state === 'live')
    expect(listsOf('pods')).toBe(1)
  })

  it('lists again after 410 in the stream, never empty meanwhile, and loses no deletion', async () => {
    await follow()
    await until('watches', () => api.watches === watched)
    let least = Number.POSITIVE_INFINITY
    const sampling = setInterval(() => (least = Math.min(least, names().length)), 1)
    proxy.on({ when: ({ url }) => url.includes('watch=1'), times: watched, fault: { kind: 'delay', ms: 300 } })
    api.endWatches()
    putSet(api, 'other')
    api.remove(collections.pods, 'default', 'kubia-1')
    api.recreate(collections.pods, 'default', 'kubia-2')
    const uid = api.get(collections.pods, 'default', 'kubia-2')?.metadata.uid
    api.compact()
    await until('the deletion', () => ordinals('kubia')?.[1] === 'kubia-1 none')
    await until('the new uid', () => live.set('default', 'kubia')?.ordinals[2]?.pod?.uid === uid)
    await until('the new set', () => names().length === 2)
    clearInterval(sampling)
    expect(least).toBe(1)
    expect(listsOf('pods')).toBe(2)
  })

  it('lists again after 410 as a status, on a watch and on a page of the new list', async () => {
    await follow()
    await until('watches', () => api.watches === watched)
    proxy.on({ when: ({ url }) => url.includes('/pods?') && url.includes('watch=1'), times: 1, fault: expired })
    proxy.on({ when: ({ url }) => url.includes('/pods?') && !url.includes('watch=1'), times: 1, fault: expired })
    api.endWatches()
    api.remove(collections.pods, 'default', 'kubia-1')
    await until('the deletion', () => ordinals('kubia')?.[1] === 'kubia-1 none')
    expect(listsOf('pods')).toBe(3)
  })

  it('waits as long as the server asks, for that kind alone', async () => {
    await follow()
    await until('watches', () => api.watches === watched)
    const podWatches = ({ url }: { url: string }) => url.includes('/pods?') && url.includes('watch=1')
    proxy.on({ when: podWatches, times: 1, fault: tooManyRequests(2) })
    const before = watchesOf('pods')
    const cut = performance.now()
    proxy.cutStreams(podWatches)
    await until('the next try', () => watchesOf('pods') === before + 2)
    expect((performance.now() - cut) / 1000).toBeGreaterThan(1.9)
    await until('pods are live', () => live.kindStates().pods.state === 'live')
    expect(listsOf('pods')).toBe(1)
    expect(live.kindStates().nodes.state).toBe('live')
  })

  it('opens one silent watch among live ones again', async () => {
    await follow()
    await until('watches', () => api.watches === watched)
    const speaking = setInterval(() => api.bookmark(), 200)
    proxy.stallStreams(({ url }) => url.includes('/pods?'))
    api.remove(collections.pods, 'default', 'kubia-1')
    await until('the deletion', () => ordinals('kubia')?.[1] === 'kubia-1 none')
    clearInterval(speaking)
    expect(watchesOf('pods')).toBe(2)
    expect(watchesOf('nodes')).toBe(1)
  })

  it('says that it is not live when every connection is half-open, and is right again soon after', async () => {
    await follow()
    await until('live', () => live.connection.state === 'live' && api.watches === watched)
    proxy.goSilent()
    api.remove(collections.pods, 'default', 'kubia-1')
    await until('not live', () => live.connection.state === 'stale', 5000)
    expect(live.kindStates().pods).toMatchObject({ state: 'stale' })
    expect(ordinals('kubia')?.[1]).toBe('kubia-1 Running')
    proxy.heal()
    await until('right again', () => ordinals('kubia')?.[1] === 'kubia-1 none')
    await until('live', () => live.kindStates().pods.state === 'live' && live.connection.state === 'live')
  })

  it('comes back by itself after the server was killed and forgot its past', async () => {
    await follow()
    await until('live', () => live.connection.state === 'live')
    await proxy.stop()
    await until('not live', () => live.connection.state === 'stale', 5000)
    expect(live.connection.error?.code).toBe('refused')
    api.remove(collections.pods, 'default', 'kubia-2')
    putSet(api, 'later')
    api.compact()
    // Long enough for the waits between tries to have grown.
    await new Promise((resolve) => setTimeout(resolve, 4000))
    await proxy.start()
    await until('right again', () => names().length === 2 && ordinals('kubia')?.[2] === 'kubia-2 none')
    await until('live', () => Object.values(live.kindStates()).every(({ state }) => state === 'live'))
  })

  it('does not believe a first 403 from a server that has just come back', async () => {
    await follow()
    await until('watches', () => api.watches === watched)
    const forbidden = { kind: 'answer', status: 403, body: '{}' } as const
    proxy.on({ when: ({ url }) => url.includes('/pods?'), times: 2, fault: forbidden })
    proxy.cutStreams()
    await until('stale', () => live.kindStates().pods.state === 'stale')
    expect(ordinals('kubia')?.[0]).toBe('kubia-0 Running')
    await until('live', () => live.kindStates().pods.state === 'live')
  })

  it.each([
    ['the first version comes late', 600, 0],
    ['the version comes late, the lists later', 600, 900],
    ['the version never comes, the lists do', 60_000, 500],
    ['only the lists are late', 0, 1500],
    ['all come at the same late moment', 700, 700],
  ])('is not ready before its lists, however busy the server is: %s', async (_what, versionMs, listMs) => {
    const wait = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms))
    api.hooks.push(({ path, query }) =>
      path === '/version' ? wait(versionMs) : query.has('watch') ? undefined : wait(listMs),
    )
    await follow()
    expect(names()).toEqual(['kubia'])
    expect(ordinals('kubia')).toHaveLength(3)
    expect(live.kindStates().pods.state).not.toBe('catching-up')
  })

  it('is not ready before its lists where the first question for its version is turned away or cut off', async () => {
    for (const answer of ['reset', status(429, 'TooManyRequests', 'later')] as const) {
      let first = true
      const hook: Hook = ({ path, query }) => {
        if (path === '/version' && first) {
          first = false
          return answer
        }
        return query.has('watch') ? undefined : new Promise((resolve) => setTimeout(() => resolve(undefined), 400))
      }
      api.hooks.push(hook)
      await follow()
      expect(names()).toEqual(['kubia'])
      live.stop()
      api.hooks.length = 0
    }
  })

  it('shows an error from the start when nothing answers, and then the cluster when it does', async () => {
    await proxy.stop()
    await follow()
    expect(live.connection).toMatchObject({ state: 'error', error: { code: 'refused' } })
    expect(live.connection.error?.tried).toContain('/version')
    await proxy.start()
    await until('the set', () => names().includes('kubia'))
  })
})

describe('where not everything may be read', () => {
  const forbid = (allowed: (path: string) => boolean) =>
    api.hooks.push(({ path }) =>
      path === '/version' || allowed(path) ? undefined : status(403, 'Forbidden', `${path} is forbidden`),
    )

  it('names the rule that is missing, and shows nothing as known that is not', async () => {
    forbid((path) => !path.includes('nodes') && !path.includes('persistentvolumes'))
    await follow()
    expect(live.kindStates().nodes).toEqual({ state: 'forbidden', rule: 'list nodes (cluster)' })
    const view = live.set('default', 'kubia')
    expect(view?.unknown).toMatchObject({ nodes: 'list nodes (cluster)' })
    expect(view?.ordinals[0]?.node).toBeNull()
    expect(view?.ordinals[0]?.pod?.ready).toBe(true)
  })

  it('follows the own namespace where the cluster may not be read, and says why there is no more', async () => {
    putSet(api, 'theirs', { namespace: 'secret' })
    forbid((path) => /\/namespaces\/default\/(statefulsets|pods)$/.test(path))
    await follow()
    expect(names()).toEqual(['kubia'])
    expect(live.kindStates().pods).toMatchObject({
      state: 'live',
      only: { namespaces: ['default'], rule: 'list pods (cluster)' },
    })
  })

  it('looks only in the namespaces that were chosen, whatever else may be read', async () => {
    putSet(api, 'ours', { namespace: 'team-a' })
    await follow(['team-a'])
    expect(names()).toEqual(['ours'])
    await until('every watch', () => api.watches === watched)
    const namespaced = Object.values(kinds).filter((kind) => kind.namespaced)
    const paths = new Set(api.requests.map(({ path }) => path.split('/').at(-1) ?? ''))
    for (const { resource } of namespaced) expect(paths).toContain(resource)
    for (const { path } of api.requests) {
      if (namespaced.some(({ resource }) => path.endsWith(`/${resource}`)))
        expect(path).toContain('/namespaces/team-a/')
    }
    expect(live.kindStates().pods).toEqual({ state: 'live', only: { namespaces: ['team-a'], rule: null } })
  })

  it('says which of the chosen namespaces do not exist, and of none that may not be asked for', async () => {
    api.put('v1/namespaces', { metadata: { name: 'team-a' } })
    api.hooks.push(({ path }) => (path.endsWith('/namespaces/team-c') ? status(403, 'Forbidden', 'no') : undefined))
    await follow(['team-a', 'team-b', 'team-c'])
    await until('the answer', () => live.connection.missingNamespaces !== undefined)
    expect(live.connection.missingNamespaces).toEqual(['team-b'])
  })

  it('follows the chosen namespaces that may be read, and names the rule that another one wants', async () => {
    putSet(api, 'ours', { namespace: 'team-a' })
    forbid((path) => /\/namespaces\/(default|team-a)\/(statefulsets|pods)$/.test(path))
    await follow(['team-a', 'team-b'])
    expect(names()).toEqual(['ours'])
    expect(live.kindStates().pods).toMatchObject({
      state: 'live',
      only: { namespaces: ['team-a'], rule: 'list pods (namespace team-b)' },
    })
    expect(live.set('team-a', 'ours')?.unknown).toMatchObject({
      persistentvolumeclaims: 'list persistentvolumeclaims (namespace team-a)',
    })
    api.remove(collections.pods, 'team-a', 'ours-0')
    await until('the deletion', () => ordinals('ours', 'team-a')?.[0] === 'ours-0 none')
  })

  it('sees a kind soon after the right was granted', async () => {
    let granted = false
    forbid((path) => granted || !path.includes('nodes'))
    await follow()
    expect(live.kindStates().nodes.state).toBe('forbidden')
    granted = true
    await until('nodes', () => live.set('default', 'kubia')?.ordinals[0]?.node?.ready === 'True')
    expect(live.set('default', 'kubia')?.unknown).toEqual({})
  })

  it('is live for an identity that may not ask for the version', async () => {
    api.hooks.push(({ path }) => (path === '/version' ? status(403, 'Forbidden', 'no /version') : undefined))
    await follow()
    await until('live', () => live.connection.state === 'live')
    expect(live.connection).toMatchObject({ serverVersion: null })
    expect(live.connection.error).toBeUndefined()
    expect(live.kindStates().pods).toEqual({ state: 'live' })
    expect(live.objects('default', 'kubia')?.serverVersion).toBeNull()
  })

  it('says `absent` of a kind that the server does not have', async () => {
    api.hooks.push(({ path }) => (path.includes('endpointslices') ? status(404, 'NotFound', 'not found') : undefined))
    await follow()
    expect(live.kindStates().endpointslices).toEqual({ state: 'absent' })
    expect(names()).toEqual(['kubia'])
  })
})

describe('a lost pod that is remembered', () => {
  it('marks the ordinal until the old node has rebooted, though no pod names that node any more', async () => {
    await follow()
    live.rememberLostPod({
      namespace: 'default',
      set: 'kubia',
      ordinal: 0,
      pod: 'kubia-0',
      uid: 'old',
      node: 'worker-1',
      nodeUid: api.get(collections.nodes, '', 'worker-1')?.metadata.uid ?? null,
      bootID: 'boot-1',
      at: new Date().toISOString(),
      closedAt: null,
    })
    api.update(collections.pods, 'default', 'kubia-0', (pod) => (pod.spec = { ...pod.spec, nodeName: 'worker-2' }))
    await until('the mark', () => live.set('default', 'kubia')?.ordinals[0]?.state === 'twin-risk')
    api.update(
      collections.nodes,
      '',
      'worker-1',
      (node) => (node.status = { ...node.status, nodeInfo: { bootID: 'boot-9' } }),
    )
    await until('the all-clear', () => live.lostPods().length === 0)
    expect(ordinals('kubia')).toHaveLength(3)
    expect(live.set('default', 'kubia')?.ordinals[0]?.state).toBe('ok')
  })
})
