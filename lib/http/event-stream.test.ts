import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventStream, type Frame } from './event-stream'
import { logStream } from './log-stream'
import { LogLines, longestLine } from './log-lines'
import { endStreams, openStreams, streamLimit } from './open-streams'

afterEach(() => endStreams())

function source(frames: () => Frame[] = () => []) {
  const state = { wake: () => {}, closed: 0, taken: 0 }
  const open = (wake: () => void) => {
    state.wake = wake
    return {
      take: () => {
        state.taken += 1
        return { frames: frames() }
      },
      close: () => void (state.closed += 1),
    }
  }
  return { state, open }
}
const signal = () => new AbortController().signal
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const text = (chunk: Uint8Array | undefined) => new TextDecoder().decode(chunk)

describe('an event stream', () => {
  it('sends events in the form that browsers read, uncached and unbuffered', async () => {
    const { open } = source(() => [{ event: 'snapshot', id: 'a-1', data: { line: 'one\ntwo' } }])
    const response = eventStream(open, { signal: signal() })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
    const reader = response.body?.getReader()
    expect(text((await reader?.read())?.value)).toBe('event: snapshot\nid: a-1\ndata: {"line":"one\\ntwo"}\n\n')
    await reader?.cancel()
  })

  it('takes no more often than its rounds, whatever happens', async () => {
    const { open, state } = source()
    const response = eventStream(open, { signal: signal(), roundMs: 100 })
    const storm = setInterval(() => state.wake(), 1)
    await wait(1000)
    clearInterval(storm)
    expect(state.taken).toBeGreaterThan(5)
    expect(state.taken).toBeLessThanOrEqual(12)
    await response.body?.cancel()
  })

  it('asks its source for nothing while the reader does not read, and goes on when it does', async () => {
    const { open, state } = source(() => [{ event: 'changed', data: 'x'.repeat(1000) }])
    const response = eventStream(open, { signal: signal(), roundMs: 1, roomBytes: 10_000 })
    for (let round = 0; round < 100; round += 1) {
      state.wake()
      await wait(2)
    }
    expect(state.taken).toBeLessThanOrEqual(11)
    const before = state.taken
    const reader = response.body?.getReader()
    for (let chunk = 0; chunk < 5; chunk += 1) await reader?.read()
    await wait(20)
    expect(state.taken).toBeGreaterThan(before)
    await reader?.cancel()
  })

  it('says goodbye and ends when what it should send cannot be made', async () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const { open, state } = source(() => {
      throw new RangeError('Invalid time value')
    })
    const response = eventStream(open, { signal: signal() })
    expect(await response.text()).toBe('event: bye\ndata: {"reason":"error"}\n\n')
    expect(state.closed).toBe(1)
    expect(openStreams()).toBe(0)
    expect(written.mock.calls.join()).toContain('Invalid time value')
    written.mockRestore()
  })

  it('is not opened, and counts nowhere, when there is nothing to send from', () => {
    const opening = () =>
      eventStream(
        () => {
          throw new RangeError('Invalid time value')
        },
        { signal: signal() },
      )
    for (let round = 0; round < 50; round += 1) expect(opening).toThrow('Invalid time value')
    expect(openStreams()).toBe(0)
  })

  it('sends a text that has been made already, and the heartbeats of its source', async () => {
    const take = () => ({ frames: [{ event: 'changed', data: {}, text: '{"made":1}' }] })
    const heartbeat = () => ({ topics: {} })
    const response = eventStream(() => ({ take, heartbeat, close: () => {} }), { signal: signal() })
    await wait(50)
    endStreams()
    expect(await response.text()).toBe(
      'event: changed\ndata: {"made":1}\n\nevent: heartbeat\ndata: {"topics":{}}\n\n' +
        'event: bye\ndata: {"reason":"shutdown"}\n\n',
    )
  })

  it('sends heartbeats, and lets a reader go that takes nothing', async () => {
    const { open, state } = source(() => [{ event: 'big', data: 'x'.repeat(100_000) }])
    const response = eventStream(open, { signal: signal(), heartbeatMs: 20, stallMs: 100, roomBytes: 1000 })
    await wait(300)
    expect(state.closed).toBe(1)
    expect(openStreams()).toBe(0)
    expect(await new Response(response.body).text()).toContain('event: bye\ndata: {"reason":"stalled"}')

    const calm = source()
    const second = eventStream(calm.open, { signal: signal(), heartbeatMs: 20 })
    expect(text((await second.body?.getReader().read())?.value)).toMatch(/^event: heartbeat\ndata: \{"now":"20/)
  })

  it('cleans up once, whichever end comes first', async () => {
    const aborted = source()
    const controller = new AbortController()
    eventStream(aborted.open, { signal: controller.signal })
    controller.abort()
    controller.abort()
    expect(aborted.state.closed).toBe(1)

    const cancelled = source()
    await eventStream(cancelled.open, { signal: signal() }).body?.cancel()
    expect(cancelled.state.closed).toBe(1)
    expect(openStreams()).toBe(0)
  })

  it('says goodbye when the process ends', async () => {
    const { open, state } = source()
    const response = eventStream(open, { signal: signal() })
    expect(openStreams()).toBe(1)
    endStreams()
    expect(await new Response(response.body).text()).toBe('event: bye\ndata: {"reason":"shutdown"}\n\n')
    expect(state.closed).toBe(1)
  })

  it('is refused when too many are open', () => {
    for (let number = 0; number < streamLimit; number += 1) eventStream(source().open, { signal: signal() })
    expect(() => eventStream(source().open, { signal: signal() })).toThrow(/200 streams/)
    endStreams()
    expect(openStreams()).toBe(0)
  })
})

describe('the lines of a log', () => {
  const bytes = (words: string) => new TextEncoder().encode(words)

  it('are put together from chunks that end anywhere, even inside a character', () => {
    const log = new LogLines()
    const all = bytes('größe\n中文\nlast')
    for (const byte of all) log.push(Uint8Array.of(byte))
    expect(log.take(1000).lines).toEqual(['größe', '中文'])
    log.end()
    expect(log.take(1000).lines).toEqual(['last'])
  })

  it('are cut when they are too long, and what follows is whole', () => {
    const log = new LogLines()
    for (let part = 0; part < 100; part += 1) log.push(bytes('x'.repeat(longestLine)))
    log.push(bytes('\nnext\n'))
    const { lines } = log.take(1_000_000)
    expect(lines.map((line) => line.length)).toEqual([longestLine + 1, 4])
    expect(lines[0]?.endsWith('…')).toBe(true)
  })

  it('are dropped from the old end, and counted, when the reader is too slow', () => {
    const log = new LogLines(1000)
    for (let number = 0; number < 10_000; number += 1) log.push(bytes(`line ${number}\n`))
    const { lines, dropped } = log.take(100_000)
    expect(lines.at(-1)).toBe('line 9999')
    expect(lines.length + dropped).toBe(10_000)
    expect(lines.join('').length).toBeLessThanOrEqual(1000)
    expect(log.take(1000)).toEqual({ lines: [], dropped: 0, more: false })
  })

  it('come in portions', () => {
    const log = new LogLines()
    log.push(bytes('aaaa\nbbbb\ncccc\n'))
    expect(log.take(8)).toEqual({ lines: ['aaaa', 'bbbb'], dropped: 0, more: true })
    expect(log.take(1)).toEqual({ lines: ['cccc'], dropped: 0, more: false })
  })
})

describe('a followed log', () => {
  it('ends with its reason, and stops reading when the reader goes', async () => {
    async function* short() {
      yield new TextEncoder().encode('one\ntwo')
    }
    const all = await new Response(logStream(short, signal()).body).text()
    expect(all).toContain('data: {"lines":["one","two"],"dropped":0}')
    expect(all).toContain('event: end\ndata: {"reason":"ended"}')

    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* []
      throw Object.assign(new Error('no such container'), { name: 'ClusterError', code: 'not-found' })
    }
    expect(await new Response(logStream(broken, signal()).body).text()).toContain('"code":"not-found"')

    let stopped = false
    async function* endless(until: AbortSignal) {
      until.addEventListener('abort', () => (stopped = true))
      for (;;) {
        yield new TextEncoder().encode('tick\n')
        await wait(5)
        if (until.aborted) return
      }
    }
    await logStream(endless, signal()).body?.cancel()
    expect(stopped).toBe(true)
  })
})
