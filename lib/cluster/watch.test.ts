import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expired, FaultProxy } from '@/test/fixtures/fault-proxy'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { readSettings } from '@/lib/settings'
import type { Connection } from './connection'
import { connect } from './connect'
import { ClusterError } from './errors'
import { listAll, listPages } from './list'
import { lines, watch, type WatchEvent, type WatchOptions } from './watch'

let api: ScriptedApi
let proxy: FaultProxy
let connection: Connection
const pods = 'v1/pods'

beforeEach(async () => {
  api = await new ScriptedApi().start()
  proxy = await new FaultProxy(api.url).start()
  connection = connect(new URL(proxy.url).host, readSettings({ ORDINAL_SERVER: proxy.url }))
})
afterEach(async () => {
  await proxy.stop()
  await api.stop()
})

const put = (name: string, more: Record<string, unknown> = {}) =>
  api.put(pods, { metadata: { name, namespace: 'default' }, spec: {}, status: {}, ...more })

/** Collects what a watch gives until it ends, and how it ended. */
function follow(options: Partial<WatchOptions> = {}) {
  const events: WatchEvent<'pods'>[] = []
  const skipped: string[] = []
  const stop = new AbortController()
  const end = (async () => {
    try {
      for await (const event of watch(connection, 'pods', {
        resourceVersion: '100',
        timeoutSeconds: 300,
        signal: stop.signal,
        onSkipped: (reason) => skipped.push(reason),
        ...options,
      })) {
        events.push(event)
      }
      return 'ended'
    } catch (error) {
      if (error instanceof ClusterError) return error.code
      throw error
    }
  })()
  return { events, skipped, stop, end }
}

const until = async (condition: () => boolean) => {
  for (let tries = 0; tries < 500 && !condition(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(condition()).toBe(true)
}

describe('a watch', () => {
  it('gives changes in order, bookmarks, and ends when the server ends it', async () => {
    put('a')
    const followed = follow()
    await until(() => api.watches === 1)
    api.update(pods, 'default', 'a', (pod) => (pod.status = { phase: 'Running' }))
    api.bookmark()
    api.remove(pods, 'default', 'a')
    api.endWatches()
    expect(await followed.end).toBe('ended')
    expect(followed.events.map((event) => [event.type, event.resourceVersion])).toEqual([
      ['ADDED', '101'],
      ['MODIFIED', '102'],
      ['BOOKMARK', '102'],
      ['DELETED', '103'],
    ])
    expect(followed.events[1]).toMatchObject({ object: { status: { phase: 'Running' } } })
    expect(api.requests[0]?.query.get('allowWatchBookmarks')).toBe('true')
  })

  it('throws `gone` for 410 in the stream and as a status', async () => {
    put('a')
    api.compact()
    expect(await follow().end).toBe('gone')
    proxy.on({ fault: expired })
    expect(await follow().end).toBe('gone')
  })

  it('skips and counts an object that cannot be read, moves on, and never ends for it', async () => {
    const followed = follow()
    await until(() => api.watches === 1)
    const line = (object: unknown, type = 'ADDED') => api.say(pods, `${JSON.stringify({ type, object })}\n`)
    line({ metadata: { namespace: 'default', uid: 'x', resourceVersion: '7' } })
    line({ metadata: { name: 'b', uid: 'x', resourceVersion: '8' }, status: { containerStatuses: 'many' } })
    line({ metadata: { name: 'c' } })
    line(null)
    line('text')
    line([])
    line({ metadata: { name: 'd', uid: 'y', resourceVersion: '9' }, spec: { nodeName: 7 } })
    line({ metadata: { name: 'e', uid: 'z', resourceVersion: '10' } }, 'RENAMED')
    line({
      metadata: { name: 'constructor', uid: 'z', resourceVersion: '11', labels: { __proto__: 'x', constructor: 'y' } },
    })
    await until(() => followed.events.length === 4)
    expect(followed.events.map((event) => [event.type, event.resourceVersion])).toEqual([
      ['SKIPPED', '7'],
      ['UNREADABLE', '8'],
      ['UNREADABLE', '9'],
      ['ADDED', '11'],
    ])
    expect(followed.skipped).toHaveLength(6)
    expect(followed.events[1]?.object).toMatchObject({
      metadata: { name: 'b', uid: 'x' },
      reason: 'status.containerStatuses is not a list',
    })
    followed.stop.abort()
    expect(await followed.end).toBe('aborted')
  })

  it('throws `malformed` for a line that is not JSON, so that the caller lists again', async () => {
    const followed = follow()
    await until(() => api.watches === 1)
    api.say(pods, '{"type":"ADDED","object":{\n')
    expect(await followed.end).toBe('malformed')
  })

  it('throws `lost` when the connection breaks in the middle of an event', async () => {
    const followed = follow()
    await until(() => proxy.openStreams === 1)
    api.say(pods, '{"type":"ADDED","obj')
    await new Promise((resolve) => setTimeout(resolve, 20))
    proxy.cutStreams()
    expect(await followed.end).toBe('lost')
    expect(followed.events).toEqual([])
  })

  it('gives up on headers that never come, and tells of activity so that silence can be noticed', async () => {
    proxy.on({ fault: { kind: 'hang' }, times: 1 })
    expect(await follow({ connectTimeoutMs: 100 }).end).toBe('timeout')
    let activity = 0
    const followed = follow({ onActivity: () => (activity += 1) })
    await until(() => activity === 1)
    put('a')
    await until(() => activity === 2)
    proxy.goSilent()
    put('b')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(activity).toBe(2)
    followed.stop.abort()
    expect(await followed.end).toBe('aborted')
  })
})

describe('the splitter', () => {
  it('gives the same lines however the bytes are cut', async () => {
    const text = ['{"a":"漢字🙂"}', '', '{"b":"é"}', 'x'.repeat(1000)].join('\n') + '\n{"cut":'
    const bytes = Buffer.from(text)
    for (const size of [1, 2, 3, 7, 64, 5000]) {
      const chunks = async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
      }
      const got: string[] = []
      for await (const line of lines(chunks(), 'test')) got.push(line)
      expect(got).toEqual(['{"a":"漢字🙂"}', '{"b":"é"}', 'x'.repeat(1000)])
    }
  })
})

describe('a list', () => {
  it('comes in pages of one version, without what cannot be read', async () => {
    for (let index = 0; index < 7; index += 1) put(`pod-${index}`)
    put('bad', { spec: { nodeName: 5 } })
    const pages = []
    for await (const page of listPages(connection, 'pods', { limit: 3 })) pages.push(page)
    expect(pages.map((page) => page.items.length)).toEqual([3, 3, 1])
    expect(pages.flatMap((page) => page.unreadable)).toMatchObject([
      { metadata: { namespace: 'default', name: 'bad' }, reason: 'spec.nodeName is not text' },
    ])
    expect(new Set(pages.map((page) => page.resourceVersion))).toEqual(new Set([api.resourceVersion]))
  })

  it('throws `gone` when the version is forgotten between pages', async () => {
    for (let index = 0; index < 7; index += 1) put(`pod-${index}`)
    const list = listPages(connection, 'pods', { limit: 3 })
    await list.next()
    put('another')
    api.compact()
    await expect(list.next()).rejects.toMatchObject({ code: 'gone' })
  })

  it('is read at once when the server forgets its version between pages each time', async () => {
    for (let index = 0; index < 7; index += 1) put(`pod-${index}`)
    const found = await listAll(connection, 'pods', {
      limit: 3,
      onPage: () => {
        put('another')
        api.compact()
      },
    })
    expect(found.items.map(({ metadata }) => metadata.name)).toHaveLength(8)
    expect(api.requests.map(({ query }) => query.get('limit'))).toEqual(['3', '3', null])
  })

  it('is refused when it is no list', async () => {
    api.hooks.push(() => ({ status: 200, body: { items: 'none' } }))
    await expect(listPages(connection, 'pods').next()).rejects.toMatchObject({ code: 'not-kubernetes' })
  })
})
