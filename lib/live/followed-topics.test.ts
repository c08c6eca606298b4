import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { collections, putNodes, putSet } from '@/test/fixtures/example-cluster'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { connect } from '@/lib/cluster/connect'
import { ClusterError } from '@/lib/cluster/errors'
import { serverVersion } from '@/lib/cluster/version'
import { WatchList } from '@/lib/contract/params'
import { readSettings } from '@/lib/settings'
import * as building from '@/lib/statefulset/view/build-view'
import { FollowedTopics } from './followed-topics'
import { LiveCluster } from './live-cluster'

let api: ScriptedApi
let live: LiveCluster
const open: FollowedTopics[] = []

beforeEach(async () => {
  api = await new ScriptedApi().start()
  putNodes(api)
  putSet(api, 'kubia')
  putSet(api, 'other')
  live = follow()
  await live.ready
})
afterEach(async () => {
  vi.restoreAllMocks()
  for (const each of open.splice(0)) each.close()
  live.stop()
  await api.stop()
})

function follow() {
  return new LiveCluster(connect(new URL(api.url).host, readSettings({ ORDINAL_SERVER: api.url })), {
    namespaces: [],
    askVersion: (to, signal) => serverVersion(to, { signal }),
    healthEveryMs: 100_000,
  })
}

/** Reads topics as a browser does: it keeps the last id of each, and says it when it comes back. */
function reader(watch: string, clusters: Record<string, () => Promise<LiveCluster>> = {}) {
  const heard: { event: string; topic: string; data: unknown }[] = []
  const held = new Map<string, string>()
  const topics = new FollowedTopics(
    WatchList.parse(watch),
    () => {},
    async (id) => (clusters[id] ?? (async () => live))(),
  )
  open.push(topics)
  const take = () => {
    for (const { event, id, data, text } of topics.take().frames) {
      const topic = id?.split('@')[0] ?? ''
      if (id?.includes('@')) held.set(topic, id)
      heard.push({ event, topic, data: text === undefined ? data : JSON.parse(text) })
    }
    return heard
  }
  const events = (topic: string) =>
    take()
      .filter((each) => each.topic === topic)
      .map(({ event }) => event)
  return { take, events, held: () => [...held.values()].join(','), close: () => topics.close(), topics }
}
const claim = (set: string, phase: string) =>
  api.update(collections.claims, 'default', `data-${set}-0`, (object) => (object.status = { ...object.status, phase }))

describe('a stream of several topics', () => {
  it('tells of each by its name, and when all are followed a heartbeat names them', async () => {
    const all = reader('a:overview,a:set:default/kubia,a:set:default/other')
    await vi.waitFor(() =>
      expect(all.take().map(({ event }) => event)).toEqual(['snapshot', 'snapshot', 'snapshot', 'heartbeat']),
    )
    expect(Object.keys(all.topics.heartbeat().topics)).toEqual([
      'a:overview',
      'a:set:default/kubia',
      'a:set:default/other',
    ])
    claim('kubia', 'Lost')
    await vi.waitFor(() => expect(all.events('a:set:default/kubia')).toEqual(['snapshot', 'changed']))
    expect(all.events('a:set:default/other')).toEqual(['snapshot'])
  })

  it('goes on, with other topics too, from the ids that were heard', async () => {
    const first = reader('a:overview,a:set:default/kubia')
    await vi.waitFor(() => expect(first.take()).toHaveLength(3))
    first.close()
    claim('other', 'Lost')
    await vi.waitFor(() => expect(JSON.stringify(live.set('default', 'other'))).toContain('Lost'))
    const second = reader(`${first.held()},a:set:default/other`)
    await vi.waitFor(() => expect(second.events('a:set:default/kubia')).toEqual(['connection']))
    const told = second.take().find(({ topic }) => topic === 'a:set:default/other')
    expect(JSON.stringify(told)).toContain('Lost')
  })

  it('waits for no cluster that is slow, and says of one that cannot be opened why', async () => {
    const refused = new ClusterError('refused', 'Nobody listens.', { tried: '' })
    const all = reader('slow:overview,broken:overview,a:overview', {
      slow: () => new Promise(() => {}),
      broken: () => Promise.reject(refused),
    })
    await vi.waitFor(() => expect(all.events('a:overview')).toEqual(['snapshot']))
    expect(all.take().find(({ event }) => event === 'failed')).toEqual({
      event: 'failed',
      topic: 'broken:overview',
      data: { code: 'refused', message: 'Nobody listens.' },
    })
    expect(all.events('slow:overview')).toEqual([])
    expect(Object.keys(all.topics.heartbeat().topics)).toEqual(['a:overview'])
  })

  it('tries a topic again that could not be followed', async () => {
    let tries = 0
    const late = reader('late:overview', {
      late: () => (++tries < 2 ? Promise.reject(new TypeError('not yet')) : Promise.resolve(live)),
    })
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await vi.waitFor(() => expect(late.events('late:overview')).toEqual(['failed', 'snapshot']), 5000)
    expect(written).toHaveBeenCalledTimes(1)
  })

  it('loses none of its topics when the view of one cannot be made, and that one comes back', async () => {
    const all = reader('a:set:default/kubia,a:set:default/other')
    await vi.waitFor(() => expect(all.take()).toHaveLength(3))
    const { viewOf } = building
    const broken = vi.spyOn(building, 'viewOf').mockImplementation((objects, options) => {
      if (objects.set.metadata.name === 'kubia') throw new RangeError('Invalid time value')
      return viewOf(objects, options)
    })
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    claim('kubia', 'Lost')
    claim('other', 'Lost')
    const ofSet = (topic: string) => all.events(topic).filter((event) => event !== 'connection')
    await vi.waitFor(() => expect(ofSet('a:set:default/kubia')).toEqual(['snapshot', 'failed']))
    expect(all.take().find(({ event }) => event === 'failed')?.data).toEqual({
      code: 'view-failed',
      message: 'Invalid time value',
    })
    await vi.waitFor(() => expect(ofSet('a:set:default/other')).toEqual(['snapshot', 'changed']))
    expect(Object.keys(all.topics.heartbeat().topics)).toEqual(['a:set:default/other'])
    broken.mockRestore()
    await vi.waitFor(() => expect(all.events('a:set:default/kubia').at(-1)).toBe('snapshot'), 5000)
    expect(Object.keys(all.topics.heartbeat().topics)).toHaveLength(2)
  })

  it('turns to the new login by itself, and misses nothing that happened between', async () => {
    const all = reader('a:set:default/kubia,a:overview', { a: async () => live })
    await vi.waitFor(() => expect(all.take()).toHaveLength(3))
    const old = live
    claim('kubia', 'Lost')
    live = follow()
    old.renew()
    const phase = () => {
      const view = all
        .take()
        .filter(({ topic, event }) => topic === 'a:set:default/kubia' && event !== 'connection')
        .at(-1)?.data as { view: { ordinals: { claims: { phase: string }[] }[] } }
      return view.view.ordinals[0]?.claims[0]?.phase
    }
    await vi.waitFor(() => expect(phase()).toBe('Lost'), 5000)
    expect(live.counts().readers).toBe(2)
    expect(old.counts().readers).toBe(0)
  })

  it('leaves no reader behind, however it ends', async () => {
    const one = reader('a:overview,a:set:default/kubia')
    await vi.waitFor(() => expect(one.take()).toHaveLength(3))
    const early = reader('a:overview')
    early.close()
    one.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(live.counts().readers).toBe(0)
  })
})
