import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeBrowser, type FakeTab } from '@/test/fixtures/fake-browser'
import { topicLimit } from '@/lib/contract/stream'
import type { TopicEvent } from './tab-messages'

let browser: FakeBrowser
let heart: ReturnType<typeof setInterval>

function begin() {
  vi.useFakeTimers()
  browser = new FakeBrowser()
  heart = setInterval(() => browser.server.heartbeat(), 5000)
}
beforeEach(begin)
afterEach(() => {
  clearInterval(heart)
  vi.useRealTimers()
})
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

type Cells = Record<string, number>

/** A look at a topic, as a component has it: it keeps what it is told. */
function look(tab: FakeTab, topic: string, painted?: { version: number; cells: Cells }) {
  const state = {
    version: painted ? `v${painted.version}` : null,
    cells: { ...painted?.cells } as Cells,
    heard: [] as string[],
    signs: 0,
    failure: null as string | null,
    leave: () => {},
  }
  state.leave = tab.stream.follow(topic, {
    version: () => state.version,
    hear: ({ name, data, after }: TopicEvent) => {
      state.heard.push(name)
      const told = JSON.parse(data) as Cells & { cells: Cells }
      if (name === 'snapshot') state.cells = told.cells
      if (name === 'changed') state.cells = { ...state.cells, ...told }
      state.version = after
    },
    sign: () => {
      state.signs += 1
      state.failure = null
    },
    fail: (failure) => (state.failure = failure?.message ?? null),
  })
  return state
}
const kubia = 'demo:set:default/kubia'
const other = 'prod:set:default/other'
const overview = 'demo:overview'

describe('the tabs of a browser', () => {
  it('share one stream, and each hears of its own topics alone', async () => {
    const tabs = Array.from({ length: 10 }, (_, number) => look(browser.tab(), `demo:set:default/set-${number}`))
    await pass(1000)
    expect(browser.streams).toBe(1)
    expect(browser.server.watched()).toHaveLength(10)
    for (const tab of tabs) expect(tab.heard[0]).toBe('snapshot')
    const before = tabs.map(({ heard }) => heard.length)
    browser.server.change('demo:set:default/set-3', 'a', 1)
    await pass(100)
    expect(tabs[3]?.cells).toEqual({ a: 1 })
    expect(tabs.map(({ heard }, index) => heard.length - (before[index] ?? 0))).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  })

  it('work on a page that came over plain HTTP, where browsers make no random uuid', async () => {
    const { getRandomValues } = globalThis.crypto
    vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(globalThis.crypto) })
    try {
      const tab = look(browser.tab(), kubia)
      await pass(1000)
      expect(tab.heard[0]).toBe('snapshot')
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('that are opened in the background at once open one stream together', async () => {
    for (let number = 0; number < 10; number += 1) look(browser.tab({ hidden: true }), `demo:set:default/set-${number}`)
    await pass(1000)
    expect(browser.streams).toBe(1)
    expect(browser.server.watched()).toHaveLength(10)
    expect(browser.server.asked.length).toBeLessThanOrEqual(2)
  })

  it('hear nothing again of what they have, and are sent what they have not', async () => {
    browser.server.change(kubia, 'a', 1)
    browser.server.change(other, 'a', 1)
    const current = look(browser.tab(), kubia, { version: 2, cells: { a: 1 } })
    const old = look(browser.tab(), other, { version: 1, cells: {} })
    await pass(1000)
    expect(current.heard).not.toContain('snapshot')
    expect(old.cells).toEqual({ a: 1 })
  })

  it('go on when the one that leads is closed without a word, and its topics go away', async () => {
    const first = browser.tab()
    look(first, kubia)
    const second = look(browser.tab({ hidden: true }), other)
    await pass(1000)
    expect(browser.server.watched()).toEqual([kubia, other])
    first.kill()
    browser.server.change(other, 'a', 1)
    await pass(1000)
    expect(second.cells).toEqual({ a: 1 })
    expect(browser.streams).toBe(1)
    expect(browser.server.watched()).toEqual([other])
  })

  it('leave what nobody looks at any more to nobody, also when a tab that does not lead is closed', async () => {
    const leading = browser.tab({ hidden: true })
    look(leading, kubia)
    await pass(1000)
    const second = browser.tab({ hidden: true })
    look(second, other)
    await pass(1000)
    expect(browser.server.watched()).toEqual([kubia, other])
    second.kill()
    await pass(6000)
    expect(browser.server.watched()).toEqual([kubia])
  })

  it('follow the tab that somebody turns to, also when the one that led is frozen', async () => {
    const first = browser.tab()
    const one = look(first, kubia)
    await pass(1000)
    first.show(true)
    first.freeze(true)
    const second = browser.tab()
    const two = look(second, other)
    browser.server.change(other, 'a', 1)
    await pass(500)
    expect(two.cells).toEqual({ a: 1 })
    browser.server.change(kubia, 'a', 1)
    await pass(500)
    first.freeze(false)
    await pass(500)
    expect(one.cells).toEqual({ a: 1 })
    expect(browser.streams).toBe(1)
  })

  it('hear of the present from the one that leads, though they were given the lead while they were frozen', async () => {
    const late = browser.tab({ hidden: true })
    const seen = look(late, kubia)
    await pass(1)
    late.freeze(true)
    look(browser.tab(), kubia)
    await pass(1000)
    late.freeze(false)
    late.show(false)
    await pass(1000)
    browser.server.change(kubia, 'a', 1)
    await pass(200)
    expect(seen.cells).toEqual({ a: 1 })
    expect(browser.streams).toBe(1)
  })

  it('in sight take over from one that goes out of sight while it leads', async () => {
    const one = browser.tab()
    const two = browser.tab()
    look(one, kubia)
    const shown = look(two, other)
    await pass(1000)
    two.show(true)
    two.show(false)
    await pass(200)
    // Two leads now. It goes out of sight while one, in another window, stays.
    two.show(true)
    await pass(200)
    expect([...browser.server.open].map(({ tab }) => tab)).toEqual([one])
    browser.server.change(other, 'a', 1)
    await pass(200)
    expect(shown.cells).toEqual({ a: 1 })
  })

  it('that have rested for five minutes cost nothing, and are right again when they are looked at', async () => {
    const tab = browser.tab()
    const seen = look(tab, kubia)
    const second = browser.tab()
    look(second, other)
    tab.show(true)
    await pass(6 * 60_000)
    expect(browser.server.watched()).toEqual([other])
    browser.server.change(kubia, 'a', 1)
    tab.show(false)
    await pass(500)
    expect(seen.cells).toEqual({ a: 1 })
  })

  it('change their topics without losing a change', async () => {
    const tab = browser.tab()
    const first = look(tab, overview)
    await pass(1000)
    const { version, cells } = browser.server.content(kubia)
    browser.server.change(kubia, 'a', 1)
    browser.server.change(overview, 'a', 1)
    const second = look(tab, kubia, { version, cells })
    browser.server.change(overview, 'b', 2)
    await pass(500)
    expect(first.cells).toEqual({ a: 1, b: 2 })
    expect(second.cells).toEqual({ a: 1 })
  })

  it('that join in between are compared with what they have, and so is everybody else who looks', async () => {
    const first = look(browser.tab(), overview)
    await pass(1000)
    browser.server.change(overview, 'a', 1)
    const painted = structuredClone(browser.server.content(overview))
    browser.server.change(overview, 'b', 2)
    const second = look(browser.tab(), overview, painted)
    await pass(500)
    expect(second.cells).toEqual({ a: 1, b: 2 })
    expect(first.cells).toEqual({ a: 1, b: 2 })
    browser.server.change(overview, 'c', 3)
    await pass(500)
    expect([first.cells.c, second.cells.c]).toEqual([3, 3])
  })

  it('wake up with the present: a connection that is silent is opened anew from what was heard', async () => {
    const seen = look(browser.tab(), kubia)
    await pass(1000)
    // Asleep: the connection is there no more, and nobody said so.
    browser.server.open.clear()
    browser.server.change(kubia, 'a', 1)
    await pass(14_000)
    expect(seen.cells).toEqual({ a: 1 })
    expect(browser.streams).toBe(1)
  })

  it('find a server that was away, though the tab that led is frozen meanwhile', async () => {
    const first = browser.tab()
    look(first, kubia)
    await pass(100)
    const seen = look(browser.tab(), other)
    await pass(1000)
    browser.server.stop()
    first.show(true)
    first.freeze(true)
    browser.server.change(other, 'a', 1)
    await pass(60_000)
    browser.server.start()
    await pass(22_000)
    expect(seen.cells).toEqual({ a: 1 })
    expect(browser.streams).toBe(1)
  })

  it('get a sign of their own topics only', async () => {
    const seen = look(browser.tab(), kubia)
    const second = look(browser.tab(), other)
    await pass(1000)
    for (const each of browser.server.open) each.topics.delete(other)
    const before = [seen.signs, second.signs]
    await pass(5000)
    expect(seen.signs).toBeGreaterThan(before[0] ?? 0)
    expect(second.signs).toBe(before[1])
  })

  it('say why a topic is not followed, to all who look at it and to them alone, until it is or nobody can know', async () => {
    const seen = look(browser.tab(), kubia)
    const same = look(browser.tab(), kubia)
    const second = look(browser.tab(), other)
    await pass(1000)
    const failures = () => [seen.failure, same.failure, second.failure]
    browser.server.fail(kubia, 'Invalid time value')
    await pass(100)
    expect(failures()).toEqual(['Invalid time value', 'Invalid time value', null])
    await pass(6000)
    expect(failures()).toEqual(['Invalid time value', 'Invalid time value', null])
    browser.server.stop()
    await pass(100)
    expect(failures()).toEqual([null, null, null])
    browser.server.start()
    await pass(9000)
    browser.server.fail(kubia, 'Invalid date')
    await pass(100)
    expect(failures()).toEqual(['Invalid date', 'Invalid date', null])
    look(browser.tab(), overview)
    await pass(6000)
    expect(failures()).toEqual([null, null, null])
  })

  it('ask for no more than fits, and for what was looked at last', async () => {
    for (let number = 0; number < topicLimit + 5; number += 1) {
      const tab = browser.tab()
      look(tab, `demo:set:default/set-${number}`)
      await pass(100)
      tab.show(true)
    }
    await pass(1000)
    expect(browser.server.watched()).toHaveLength(topicLimit)
    expect(browser.server.watched()).toContain(`demo:set:default/set-${topicLimit + 4}`)
    expect(browser.server.watched()).not.toContain('demo:set:default/set-0')
    const [first] = browser.tabs
    first?.show(false)
    await pass(1000)
    expect(browser.server.watched()).toContain('demo:set:default/set-0')
  })

  it('have each a stream of its own where the browser has no locks', async () => {
    browser.hasLocks = false
    const first = look(browser.tab(), kubia)
    const second = look(browser.tab(), other)
    await pass(1000)
    expect([first.heard, second.heard]).toEqual([['snapshot'], ['snapshot']])
    expect(browser.streams).toBe(2)
  })

  it('give everything back when the page is put aside, and take part again when it comes back', async () => {
    const tab = browser.tab()
    const seen = look(tab, kubia)
    await pass(1000)
    tab.stream.close()
    await pass(100)
    expect(browser.streams).toBe(0)
    browser.server.change(kubia, 'a', 1)
    tab.stream.open()
    await pass(1000)
    expect(seen.cells).toEqual({ a: 1 })
    expect(browser.streams).toBe(1)
  })
})

describe('whatever happens to the tabs of a browser', () => {
  const topics = [overview, kubia, other]
  const tab = fc.nat(4)
  const topic = fc.constantFrom(...topics)
  const step = fc.oneof(
    fc.record({ do: fc.constant('open' as const), tab, topic, hidden: fc.boolean() }),
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('change' as const), topic, cell: fc.constantFrom('a', 'b', 'c') }),
    },
    fc.record({ do: fc.constant('go' as const), tab, topic, fresh: fc.boolean() }),
    fc.record({ do: fc.constantFrom('hide' as const, 'show' as const, 'freeze' as const, 'kill' as const), tab }),
    fc.record({ do: fc.constantFrom('aside' as const, 'back' as const), tab }),
    fc.record({ do: fc.constant('stop' as const) }),
    fc.record({ do: fc.constant('start' as const) }),
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 2, 5, 29, 53, 400, 13_000, 400_000),
      }),
    },
  )

  it('every tab ends with the present, by one stream of what is looked at', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
        clearInterval(heart)
        begin()
        const tabs: { tab: FakeTab; topic: string; seen: ReturnType<typeof look> }[] = []
        const turn = (index: number) => tabs.filter(({ tab }) => !tab.isDead)[index]
        const open = (where: FakeTab, topic: string, fresh: boolean) => {
          const painted = fresh ? structuredClone(browser.server.content(topic)) : { version: 0, cells: { old: 1 } }
          return { tab: where, topic, seen: look(where, topic, painted) }
        }
        let changes = 0
        for (const each of steps) {
          if (each.do === 'open') tabs.push(open(browser.tab({ hidden: each.hidden }), each.topic, true))
          else if (each.do === 'change') browser.server.change(each.topic, each.cell, (changes += 1))
          else if (each.do === 'stop') browser.server.stop()
          else if (each.do === 'start') browser.server.start()
          else if (each.do === 'wait') await pass(each.ms)
          else {
            const found = turn(each.tab)
            if (!found) continue
            if (each.do === 'go') {
              found.seen.leave()
              Object.assign(found, open(found.tab, each.topic, each.fresh))
            } else if (each.do === 'kill') found.tab.kill()
            else if (each.do === 'hide') found.tab.show(true)
            else if (each.do === 'show') found.tab.show(false)
            else if (each.do === 'aside') found.tab.stream.close()
            else if (each.do === 'back') found.tab.stream.open()
            else if (found.tab.isHidden) found.tab.freeze(true)
          }
        }
        browser.server.start()
        const alive = tabs.filter(({ tab }) => !tab.isDead)
        for (const { tab } of alive) {
          tab.freeze(false)
          tab.stream.open()
          tab.show(false)
        }
        await pass(40_000)
        for (const { topic, seen } of alive) expect(seen.cells).toEqual(browser.server.content(topic).cells)
        expect(browser.streams).toBe(alive.length > 0 ? 1 : 0)
        expect(browser.server.watched()).toEqual([...new Set(alive.map(({ topic }) => topic))].sort())
        for (const { topic } of alive) browser.server.change(topic, 'last', (changes += 1))
        await pass(1000)
        for (const { topic, seen } of alive) expect(seen.cells).toEqual(browser.server.content(topic).cells)
      }),
      { numRuns: Number(process.env.ORDINAL_RUNS ?? 40) },
    )
  }, 120_000)
})
