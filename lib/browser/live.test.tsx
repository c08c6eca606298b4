import { act, cleanup, render, screen } from '@testing-library/react'
import { QueryClientProvider, QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { OverviewSnapshot, SetSnapshot } from '@/lib/contract/stream'
import { useOverview, useSet } from './live'

/** What the page shows of a topic at each moment, with the event source that a browser without locks opens for it. */

class Source {
  static all: Source[] = []
  readonly listeners = new Map<string, (event: MessageEvent<string>) => void>()
  isOpen = true
  onerror = null
  readonly url: string
  constructor(url: string) {
    this.url = url
    Source.all.push(this)
  }
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void) {
    this.listeners.set(name, listener)
  }
  close() {
    this.isOpen = false
  }
  async say(name: string, data: unknown, id: string) {
    await act(async () => {
      this.listeners.get(name)?.({ data: JSON.stringify(data), lastEventId: id } as MessageEvent<string>)
      await vi.advanceTimersByTimeAsync(10)
    })
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Source)
})
afterEach(async () => {
  cleanup()
  await vi.advanceTimersByTimeAsync(10_000)
  vi.useRealTimers()
})

const overview = (version: string, names: string[]) =>
  ({
    version,
    connection: {},
    kinds: {},
    summaries: names.map((name) => ({ namespace: 'd', name })),
  }) as unknown as OverviewSnapshot
const set = (version: string, name: string) =>
  ({ version, connection: {}, kinds: {}, view: { name } }) as unknown as SetSnapshot
function Overview(props: { first: OverviewSnapshot }) {
  return (
    <p>
      {useOverview('demo', props.first)
        .snapshot.summaries.map(({ name }) => name)
        .join(' ') || 'none'}
    </p>
  )
}
function OneSet(props: { first: SetSnapshot }) {
  return <p>{useSet('demo', 'd', 'kubia', props.first).snapshot.view?.name}</p>
}
const shown = () => screen.getByText(/./).textContent
const open = () => Source.all.filter(({ isOpen }) => isOpen)
const watched = () => open().map(({ url }) => new URL(url, 'http://host').searchParams.get('watch'))

it('shows the newer of two first paints, keeps what it heard over the older one, and lets the stream compare it', async () => {
  const cache = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } })
  const page = (content: React.ReactNode) => <QueryClientProvider client={cache}>{content}</QueryClientProvider>
  const painted = overview('e-1', ['old'])
  const { rerender } = render(page(<Overview first={painted} />))
  expect(shown()).toBe('old')
  await vi.advanceTimersByTimeAsync(100)
  expect(watched()).toEqual(['demo:overview@e-1'])
  await open()[0]?.say('snapshot', overview('e-3', ['heard']), 'demo:overview@e-3')
  expect(shown()).toBe('heard')

  rerender(page(<OneSet first={set('h1', 'kubia')} />))
  expect(shown()).toBe('kubia')
  await vi.advanceTimersByTimeAsync(100)
  expect(watched()).toEqual(['demo:set:d/kubia@h1'])

  // The framework kept the page with what was painted first: what was heard since is newer.
  rerender(page(<Overview first={painted} />))
  expect(shown()).toBe('heard')
  await vi.advanceTimersByTimeAsync(100)
  expect(watched()).toEqual(['demo:overview@e-3'])

  // Painted anew by the server, while the page was elsewhere and while it is there.
  rerender(page(<OneSet first={set('h1', 'kubia')} />))
  rerender(page(<Overview first={overview('e-7', ['fresh'])} />))
  expect(shown()).toBe('fresh')
  rerender(page(<Overview first={overview('e-9', ['fresher'])} />))
  expect(shown()).toBe('fresher')
  await vi.advanceTimersByTimeAsync(100)
  expect(watched()).toEqual(['demo:overview@e-9'])
})

it('changes with what the stream says, and is empty when the set is gone', async () => {
  const cache = new QueryClient()
  render(
    <QueryClientProvider client={cache}>
      <OneSet first={set('h1', 'painted')} />
    </QueryClientProvider>,
  )
  await vi.advanceTimersByTimeAsync(100)
  const [source] = open()
  await source?.say('changed', { view: { name: 'changed' } }, 'demo:set:d/kubia@h2')
  expect(shown()).toBe('changed')
  await source?.say('removed', { keys: ['d/kubia'] }, 'demo:set:d/kubia@none')
  expect(document.body.textContent).toBe('')
})
