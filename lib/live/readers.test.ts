import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { collections, putNodes, putSet } from '@/test/fixtures/example-cluster'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { connect } from '@/lib/cluster/connect'
import { serverVersion } from '@/lib/cluster/version'
import { readSettings } from '@/lib/settings'
import * as building from '@/lib/statefulset/view/build-view'
import type { StreamTopic } from '@/lib/contract/stream'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import type { Message } from './feed'
import { LiveCluster } from './live-cluster'

let api: ScriptedApi
let live: LiveCluster
const kubia: StreamTopic = { of: 'set', namespace: 'default', name: 'kubia' }

beforeEach(async () => {
  api = await new ScriptedApi().start()
  putNodes(api)
  putSet(api, 'kubia')
})
afterEach(async () => {
  vi.restoreAllMocks()
  live.stop()
  await api.stop()
})

async function follow() {
  const connection = connect(new URL(api.url).host, readSettings({ ORDINAL_SERVER: api.url }))
  live = new LiveCluster(connection, {
    namespaces: [],
    askVersion: (to, signal) => serverVersion(to, { signal }),
    healthEveryMs: 100_000,
  })
  await live.ready
  await vi.waitFor(() => expect(live.connection.state).toBe('live'), 10_000)
  await rest()
}

const rest = () => new Promise((resolve) => setTimeout(resolve, 300))
const claim = (phase: string) =>
  api.update(collections.claims, 'default', 'data-kubia-0', (object) => (object.status = { ...object.status, phase }))
const hasClaim = (phase: string) =>
  live.object('persistentvolumeclaims', 'default', 'data-kubia-0')?.status.phase === phase

/** A reader as a tab is one: it keeps what it was sent. */
function tab(since: string | null = null, held: StatefulSetView | null = null) {
  const state = { view: held, version: since, messages: [] as Message[], wakes: 0 }
  const subscription = live.subscribe(kubia, () => (state.wakes += 1), since)
  const take = () => {
    for (const message of subscription.take()) {
      state.messages.push(message)
      state.version = message.id
      if (message.event === 'snapshot' && 'view' in message.data) state.view = message.data.view
      if (message.event === 'changed' && 'view' in message.data) state.view = message.data.view
    }
    return state
  }
  return { take, close: () => subscription.close() }
}

describe('readers of one set', () => {
  it('share one computation and one text of each view, however many they are', async () => {
    await follow()
    const computed = vi.spyOn(building, 'viewOf')
    const first = tab()
    first.take()
    expect(computed).toHaveBeenCalledTimes(1)
    const others = Array.from({ length: 20 }, () => tab())
    for (const each of others) each.take()
    expect(computed).toHaveBeenCalledTimes(1)
    live.setSnapshot('default', 'kubia')
    expect(computed).toHaveBeenCalledTimes(1)
    claim('Lost')
    await vi.waitFor(() => expect(first.take().view?.ordinals[0]?.claims[0]?.phase).toBe('Lost'))
    expect(computed).toHaveBeenCalledTimes(2)
    const text = first.take().messages.at(-1)?.text
    expect(JSON.parse(text ?? '')).toEqual({ view: first.take().view })
    for (const each of others) expect(each.take().messages.at(-1)?.text).toBe(text)
    expect(computed).toHaveBeenCalledTimes(2)
  })

  it('get the text that their data are', async () => {
    await follow()
    const [message] = tab().take().messages
    expect(JSON.parse(message?.text ?? '')).toEqual(JSON.parse(JSON.stringify(message?.data)))
  })

  it('that come back hear of what the summary does not show', async () => {
    await follow()
    const before = tab()
    const { view, version } = before.take()
    before.close()
    api.update(
      collections.statefulsets,
      'default',
      'kubia',
      (set) =>
        (set.spec = {
          ...set.spec,
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
        }),
    )
    await rest()
    expect(tab(version, view).take().view?.spec.whenScaled).toBe('Delete')
  })

  it('that come back to what they have get no view again', async () => {
    await follow()
    const { view, version } = tab().take()
    expect(
      tab(version, view)
        .take()
        .messages.map(({ event }) => event),
    ).toEqual(['connection'])
  })

  it('hear of a change that was not computed yet when they came', async () => {
    await follow()
    const { version, view } = live.setSnapshot('default', 'kubia')
    claim('Lost')
    await vi.waitFor(() => expect(hasClaim('Lost')).toBe(true), { interval: 1 })
    const reader = tab(version, view)
    await vi.waitFor(() => expect(reader.take().view?.ordinals[0]?.claims[0]?.phase).toBe('Lost'))
  })

  it('never keep a state that was taken back before others saw it', async () => {
    await follow()
    const other = tab()
    other.take()
    for (let round = 0; round < 5; round += 1) {
      claim('Lost')
      await vi.waitFor(() => expect(hasClaim('Lost')).toBe(true), { interval: 1 })
      const joining = tab()
      joining.take()
      claim('Bound')
      await vi.waitFor(() => expect(hasClaim('Bound')).toBe(true), { interval: 1 })
      await rest()
      expect(joining.take().view).toEqual(live.set('default', 'kubia'))
      expect(other.take().view).toEqual(live.set('default', 'kubia'))
      joining.close()
    }
  })
})

describe('a set whose view cannot be made', () => {
  it('harms no other, is marked in the overview, and leaves no reader behind', async () => {
    await follow()
    putSet(api, 'other')
    await vi.waitFor(() => expect(live.overview().summaries).toHaveLength(2))
    const reader = tab()
    reader.take()
    const { viewOf } = building
    const broken = vi.spyOn(building, 'viewOf').mockImplementation((objects, options) => {
      if (objects.set.metadata.name === 'kubia') throw new RangeError('Invalid time value')
      return viewOf(objects, options)
    })
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    claim('Lost')
    await vi.waitFor(() => expect(() => reader.take()).toThrow('Invalid time value'))
    reader.close()
    const row = () => live.overview().summaries.find(({ name }) => name === 'kubia')
    expect(row()).toMatchObject({
      desired: 3,
      worst: 'unknown',
      ordinals: [[0, 'unknown', 3]],
      waitingFor: { reason: 'view-failed', params: { error: 'Invalid time value' } },
    })
    expect(live.kindStates().statefulsets).toMatchObject({ skipped: 1 })
    expect(written).toHaveBeenCalledTimes(1)
    for (let round = 0; round < 50; round += 1) expect(() => tab()).toThrow('Invalid time value')
    expect(live.setSnapshot('default', 'kubia')).toMatchObject({
      view: null,
      failure: { code: 'view-failed', message: 'Invalid time value' },
    })
    expect(live.setSnapshot('default', 'other').failure).toBeUndefined()
    expect(live.counts().readers).toBe(0)
    expect(live.idleMs()).toBeGreaterThan(0)
    expect(live.set('default', 'other')?.ordinals.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok'])
    broken.mockRestore()
    claim('Bound')
    await vi.waitFor(() => expect(row()?.worst).toBe('ok'))
    expect(tab().take().view?.ordinals).toHaveLength(3)
  })
})

describe("the API server's clock", () => {
  it.each([90_000, -600_000])('decides, though ours is %d ms ahead', async (ahead) => {
    const real = Date.now.bind(Date)
    vi.spyOn(Date, 'now').mockImplementation(() => real() + ahead)
    const isoIn = (ms: number) => new Date(real() + ms).toISOString().replace(/\.\d+Z$/, 'Z')
    api.update(collections.statefulsets, 'default', 'kubia', (set) => (set.spec = { ...set.spec, minReadySeconds: 10 }))
    api.update(collections.pods, 'default', 'kubia-2', (pod) => {
      pod.metadata.deletionTimestamp = isoIn(50_000)
      pod.metadata.deletionGracePeriodSeconds = 60
    })
    api.update(collections.pods, 'default', 'kubia-1', (pod) => {
      const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: isoIn(-30_000) }]
      pod.status = { ...pod.status, conditions }
    })
    await follow()
    const states = () => live.set('default', 'kubia')?.ordinals.map(({ state }) => state)
    expect(states()).toEqual(['ok', 'ok', 'leaving'])
    expect(Math.abs(live.now().getTime() - real())).toBeLessThan(2500)
    expect(Math.abs((live.connection.skewMs ?? 0) + ahead)).toBeLessThan(2500)
  })
})
