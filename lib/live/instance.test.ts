import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { putNodes, putSet } from '@/test/fixtures/example-cluster'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { defaultCluster } from '@/lib/cluster/connect'
import { kinds } from '@/lib/cluster/kinds'
import { isOpen, liveCluster, runningClusters, stopAll } from './instance'

const api = new ScriptedApi()
const until = async (condition: () => boolean, withinMs = 15_000) => {
  const begun = performance.now()
  while (!condition() && performance.now() - begun < withinMs) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(condition()).toBe(true)
}

beforeAll(async () => {
  await api.start()
  putNodes(api)
  putSet(api, 'kubia')
  process.env.ORDINAL_SERVER = api.url
  process.env.ORDINAL_IDLE_SECONDS = '1'
})
afterEach(() => stopAll())
afterAll(() => api.stop())

describe('the live view of a cluster', () => {
  it('is one for all who look, however many', async () => {
    const id = defaultCluster()
    const looks = await Promise.all(Array.from({ length: 20 }, () => liveCluster(id)))
    await looks[0]?.ready
    for (const live of looks) live.subscribe({ of: 'overview' }, () => {})
    expect(new Set(looks).size).toBe(1)
    expect(runningClusters()).toHaveLength(1)
    await until(() => api.watches === Object.keys(kinds).length)
    const lists = api.requests.filter(({ path, query }) => path.endsWith('/pods') && !query.has('watch'))
    expect(lists).toHaveLength(1)
  })

  it('is closed when nobody has looked for a while, and begins anew when somebody does', async () => {
    const id = defaultCluster()
    const first = await liveCluster(id)
    await first.ready
    const reader = first.subscribe({ of: 'overview' }, () => {})
    await until(() => api.watches === Object.keys(kinds).length)
    await new Promise((resolve) => setTimeout(resolve, 7000))
    expect(first.stopped).toBe(false)
    reader.close()
    await until(() => first.stopped)
    await until(() => api.watches === 0)
    expect(runningClusters()).toEqual([])
    const again = await liveCluster(id)
    await again.ready
    expect(again).not.toBe(first)
    expect(again.overview().summaries).toHaveLength(1)
  })

  it('counts as open from the first look to the end, and only under its own id and credentials', async () => {
    const id = defaultCluster()
    expect(isOpen(id)).toBe(false)
    const live = await liveCluster(id)
    expect(isOpen(id)).toBe(true)
    for (const other of ['', 'nowhere', '__proto__', `${id}/`, new URL(api.url).host]) expect(isOpen(other)).toBe(false)
    live.stop()
    expect(isOpen(id)).toBe(false)
    const again = await liveCluster(id)
    expect(isOpen(id)).toBe(true)
    again.renew()
    expect(isOpen(id)).toBe(false)
  })

  it('remembers a twin risk while it is closed', async () => {
    const id = defaultCluster()
    const first = await liveCluster(id)
    await first.ready
    first.rememberLostPod({
      namespace: 'default',
      set: 'kubia',
      ordinal: 0,
      pod: 'kubia-0',
      uid: 'old',
      node: 'worker-1',
      nodeUid: api.get('v1/nodes', '', 'worker-1')?.metadata.uid ?? null,
      bootID: 'boot-1',
      at: new Date().toISOString(),
      closedAt: null,
    })
    await until(() => first.stopped)
    const again = await liveCluster(id)
    await again.ready
    expect(again.set('default', 'kubia')?.ordinals[0]?.state).toBe('twin-risk')
  })
})
