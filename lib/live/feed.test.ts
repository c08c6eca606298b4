import { describe, expect, it } from 'vitest'
import type { ConnectionState, ResourceReports } from '@/lib/contract/stream'
import type { StatefulSetSummary, StatefulSetView } from '@/lib/statefulset/model/view'
import type { StreamTopic } from '@/lib/contract/stream'
import { Feed } from './feed'
import type { Change, Line } from './views'

const connection = { state: 'live' } as ConnectionState
const kinds = { pods: { state: 'live' } } as ResourceReports

const lineOf = (summary: StatefulSetSummary): Line => ({ summary, summaryText: JSON.stringify(summary) })

function scene(watch: StreamTopic, since: string | null = null) {
  const summaries = new Map<string, StatefulSetSummary>()
  const state = { version: 1, connection }
  let wakes = 0
  const put = (key: string, ready: number) => {
    const [namespace = '', name = ''] = key.split('/')
    summaries.set(key, { namespace, name, ready } as StatefulSetSummary)
    state.version += 1
  }
  const feed = new Feed(
    {
      version: () => `e-${state.version}`,
      connection: () => state.connection,
      kinds: () => kinds,
      lines: () => [...summaries.values()].map(lineOf),
      line: (key) => {
        const summary = summaries.get(key)
        return summary && lineOf(summary)
      },
      view: (namespace, name) => {
        const summary = summaries.get(`${namespace}/${name}`)
        const text = JSON.stringify(summary)
        return summary && { view: summary as unknown as StatefulSetView, text, version: `hash-${text}` }
      },
    },
    watch,
    () => (wakes += 1),
    since,
  )
  const change = (key: string, more: Partial<Change> = {}): Change => ({
    key,
    summary: true,
    view: true,
    gone: false,
    ...more,
  })
  return { feed, put, change, summaries, state, wakes: () => wakes }
}

describe('a reader of the overview', () => {
  it('is sent as text what it is told of', () => {
    const { feed, put, change } = scene({ of: 'overview' })
    put('default/a', 1)
    put('default/b', 1)
    const [snapshot] = feed.take()
    expect(JSON.parse(snapshot?.text ?? '')).toEqual(snapshot?.data)
    put('default/a', 2)
    feed.changed([change('default/a'), change('default/b')])
    const [changed] = feed.take()
    expect(changed).toMatchObject({ event: 'changed', data: { summaries: [{ ready: 2 }, { ready: 1 }] } })
    expect(JSON.parse(changed?.text ?? '')).toEqual(changed?.data)
  })

  it('gets everything first, then what changed, then nothing', () => {
    const { feed, put, change } = scene({ of: 'overview' })
    put('default/a', 1)
    expect(feed.take()).toMatchObject([
      {
        event: 'snapshot',
        id: 'e-2',
        data: { version: 'e-2', connection, kinds, summaries: [{ namespace: 'default', name: 'a', ready: 1 }] },
      },
    ])
    put('default/a', 2)
    feed.changed([change('default/a')])
    expect(feed.take()).toMatchObject([{ event: 'changed', data: { summaries: [{ ready: 2 }] } }])
    expect(feed.take()).toEqual([])
  })

  it('gets the newest value of each set once, however many changes it missed', () => {
    const { feed, put, change } = scene({ of: 'overview' })
    feed.take()
    for (let number = 0; number < 10_000; number += 1) {
      put(`default/${number % 7}`, number)
      feed.changed([change(`default/${number % 7}`)])
    }
    const messages = feed.take()
    expect(messages).toHaveLength(1)
    expect(messages[0]?.data).toMatchObject({
      summaries: expect.arrayContaining([expect.objectContaining({ ready: 9999 })]),
    })
    expect((messages[0]?.data as { summaries: unknown[] }).summaries).toHaveLength(7)
  })

  it('is told of a set that is gone, and not of one that came back meanwhile', () => {
    const { feed, put, change, summaries } = scene({ of: 'overview' })
    put('default/a', 1)
    put('default/b', 1)
    feed.take()
    summaries.delete('default/a')
    feed.changed([change('default/a', { gone: true }), change('default/b', { gone: true })])
    expect(feed.take().map(({ event }) => event)).toEqual(['removed', 'changed'])
  })

  it('is not woken for a change that only the view of a set shows', () => {
    const { feed, change, wakes } = scene({ of: 'overview' })
    feed.take()
    feed.changed([change('default/a', { summary: false })])
    expect(wakes()).toBe(0)
    expect(feed.take()).toEqual([])
  })

  it('hears of the connection only when it is another one', () => {
    const { feed, state } = scene({ of: 'overview' })
    feed.take()
    feed.connectionChanged()
    expect(feed.take()).toEqual([])
    state.connection = { ...connection, state: 'stale' }
    feed.connectionChanged()
    expect(feed.take()).toMatchObject([{ event: 'connection', data: { connection: { state: 'stale' } } }])
  })

  it('is told of the connection though it was called for something else before anybody said so', () => {
    const { feed, put, change, state } = scene({ of: 'overview' })
    feed.take()
    state.connection = { ...connection, state: 'stale' }
    put('default/a', 1)
    feed.changed([change('default/a')])
    expect(feed.take()).toMatchObject([{ event: 'connection', data: { connection: { state: 'stale' } } }, {}])
    feed.connectionChanged()
    expect(feed.take()).toEqual([])
  })

  it('that has the current version already gets no second snapshot', () => {
    expect(scene({ of: 'overview' }, 'e-1').feed.take()).toMatchObject([{ event: 'connection' }])
    expect(scene({ of: 'overview' }, 'e-0').feed.take()).toMatchObject([{ event: 'snapshot' }])
  })
})

describe('a reader of one set', () => {
  it('gets its view, changes of it alone, and null where there is none', () => {
    const { feed, put, change, summaries } = scene({ of: 'set', namespace: 'default', name: 'a' })
    expect(feed.take()).toMatchObject([{ event: 'snapshot', data: { view: null } }])
    put('default/a', 1)
    feed.changed([change('default/a'), change('default/b')])
    expect(feed.take()).toMatchObject([{ event: 'changed', data: { view: { ready: 1 } } }])
    feed.changed([change('default/b')])
    expect(feed.take()).toEqual([])
    summaries.clear()
    feed.changed([change('default/a', { gone: true })])
    expect(feed.take()).toMatchObject([{ event: 'removed', data: { keys: ['default/a'] } }])
  })
})
