import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backOff, longestWaitMs } from './back-off'
import { ClockCalls } from './clock-calls'
import { type Health, watchHealth } from './health'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the health of a connection', () => {
  const version = { gitVersion: 'v1.37.1' }

  it('is not live within 15 seconds of the last answer when the server falls silent', async () => {
    let silent = false
    const states: Health['state'][] = []
    const health = watchHealth({
      ask: (signal) =>
        silent
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
          : Promise.resolve(version),
      onChange: ({ state }) => states.push(state),
      onReturn: () => {},
    })
    await vi.advanceTimersByTimeAsync(10)
    expect(health.health.state).toBe('live')
    silent = true
    await vi.advanceTimersByTimeAsync(9000)
    expect(health.health).toMatchObject({ state: 'live', missed: 1 })
    await vi.advanceTimersByTimeAsync(5990)
    expect(health.health).toMatchObject({ state: 'stale', missed: 2, problem: { code: 'timeout' } })
    health.stop()
    expect(states).toEqual(['live', 'live', 'stale'])
  })

  it('is not an error at the first silence of a server that was never heard, and is at the second', async () => {
    const busy = Object.assign(new Error('429'), { code: 'too-many-requests', tried: 'GET /version' })
    for (const ask of [() => new Promise<never>(() => {}), () => Promise.reject(busy)]) {
      const health = watchHealth({
        ask: (signal) =>
          Promise.race([
            ask(),
            new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
          ]),
        onChange: () => {},
        onReturn: () => {},
      })
      await vi.advanceTimersByTimeAsync(4900)
      expect(health.health).toMatchObject({ state: 'connecting', missed: 1 })
      await vi.advanceTimersByTimeAsync(3700)
      expect(health.health).toMatchObject({ state: 'error', missed: 2 })
      health.stop()
    }
  })

  it('that waits for a credential plugin names it, and does not say that the server is silent', async () => {
    const slow = { code: 'slow-exec-plugin', tried: 'credential plugin aws' }
    let waits = true
    const health = watchHealth({
      ask: (signal) =>
        waits
          ? new Promise((_, reject) =>
              signal.addEventListener('abort', () => reject(Object.assign(new Error('The plugin aws runs'), slow))),
            )
          : Promise.resolve(version),
      onChange: () => {},
      onReturn: () => {},
    })
    await vi.advanceTimersByTimeAsync(4000)
    expect(health.health).toMatchObject({ state: 'error', problem: { ...slow, message: 'The plugin aws runs' } })
    waits = false
    await vi.advanceTimersByTimeAsync(5000)
    expect(health.health.state).toBe('live')
    // Later, when it has to log in again, what is shown is old and no more.
    waits = true
    await vi.advanceTimersByTimeAsync(15_000)
    expect(health.health).toMatchObject({ state: 'stale', problem: { code: 'slow-exec-plugin' } })
    health.stop()
  })

  it('calls when the server answers again, after one miss and after many', async () => {
    let fails = 0
    let returns = 0
    const health = watchHealth({
      ask: () => (fails-- > 0 ? Promise.reject(new Error('refused')) : Promise.resolve(version)),
      onChange: () => {},
      onReturn: () => (returns += 1),
    })
    await vi.advanceTimersByTimeAsync(10)
    fails = 1
    await vi.advanceTimersByTimeAsync(10_000)
    expect([health.health.state, returns]).toEqual(['live', 1])
    fails = 5
    await vi.advanceTimersByTimeAsync(25_000)
    expect(health.health.state).toBe('stale')
    await vi.advanceTimersByTimeAsync(5000)
    expect([health.health.state, returns]).toEqual(['live', 2])
    health.stop()
  })

  it('is an error at once when the server refuses us, and keeps the version it knew', async () => {
    let refuse = false
    const refused = Object.assign(new Error('401'), { code: 'unauthorized', tried: 'GET /version' })
    const health = watchHealth({
      ask: () => (refuse ? Promise.reject(refused) : Promise.resolve(version)),
      onChange: () => {},
      onReturn: () => {},
    })
    await vi.advanceTimersByTimeAsync(10)
    refuse = true
    await vi.advanceTimersByTimeAsync(5000)
    expect(health.health).toMatchObject({
      state: 'error',
      gitVersion: 'v1.37.1',
      problem: { code: 'unauthorized', tried: 'GET /version' },
    })
    health.stop()
  })
})

describe('the wait between tries', () => {
  it('grows to half a minute and no further, and begins again after a success', () => {
    const waits = backOff(() => 1)
    const first = Array.from({ length: 8 }, () => waits.next())
    expect(first).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000])
    waits.reset()
    expect(waits.next()).toBe(800)
  })

  it('is never shorter than the server asks, up to the longest', () => {
    const waits = backOff(() => 0)
    expect(waits.next(7000)).toBe(7000)
    expect(waits.next(600_000)).toBe(longestWaitMs)
  })

  it('differs from one to the next', () => {
    expect(backOff(() => 0).next()).toBe(400)
    expect(backOff(() => 0.999).next()).toBeCloseTo(799.6, 0)
  })
})

describe('calls at moments', () => {
  it('come once, little later than that, and not at all when they were taken back', async () => {
    vi.setSystemTime(new Date('2026-01-01T00:00:00.400Z'))
    const called: string[] = []
    const clock = new ClockCalls((key) => called.push(key))
    clock.set('a', new Date('2026-01-01T00:00:03.200Z'))
    clock.set('b', new Date('2026-01-01T00:00:05Z'))
    clock.set('c', new Date('2026-01-01T00:00:03Z'))
    clock.set('c', null)
    clock.set('late', new Date('2025-01-01T00:00:00Z'))
    await vi.advanceTimersByTimeAsync(1500)
    expect(called).toEqual(['late'])
    await vi.advanceTimersByTimeAsync(2700)
    expect(called).toEqual(['late', 'a'])
    clock.set('b', new Date('2026-01-01T00:00:06Z'))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(called).toEqual(['late', 'a', 'b'])
    expect(clock.waiting).toBe(0)
  })

  it('come though the clock was ahead when they were set, and was put right', async () => {
    const called: string[] = []
    vi.setSystemTime(new Date('2026-01-01T02:00:00Z'))
    const clock = new ClockCalls((key) => called.push(key))
    clock.set('first', new Date(Date.now() + 500))
    await vi.advanceTimersByTimeAsync(2000)
    clock.set('second', new Date(Date.now() + 500))
    vi.setSystemTime(new Date('2026-01-01T00:00:00Z'))
    clock.set('third', new Date(Date.now() + 500))
    await vi.advanceTimersByTimeAsync(2000)
    expect(called).toEqual(['first', 'second', 'third'])
  })

  it('come after a long sleep', async () => {
    const called: string[] = []
    vi.setSystemTime(new Date('2026-01-01T00:00:00Z'))
    const clock = new ClockCalls((key) => called.push(key))
    clock.set('a', new Date('2026-01-01T00:10:00Z'))
    vi.setSystemTime(new Date('2026-01-02T00:00:00Z'))
    await vi.advanceTimersByTimeAsync(600)
    expect(called).toEqual(['a'])
  })
})
