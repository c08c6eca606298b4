import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ServerClock } from './server-clock'

describe("the API server's clock", () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-22T10:00:00Z') }))
  afterEach(() => void vi.useRealTimers())

  const answer = (clock: ServerClock, aheadMs: number, tookMs = 0) => {
    const sentAt = Date.now()
    vi.advanceTimersByTime(tookMs)
    clock.hear(new Date(Date.now() + aheadMs).toUTCString(), sentAt)
  }

  it('is ours until it was heard, and where the two agree', () => {
    const clock = new ServerClock()
    expect(clock.now()).toBe(Date.now())
    for (let round = 0; round < 40; round += 1) {
      vi.advanceTimersByTime(333)
      answer(clock, 0, 100)
      expect(clock.offsetMs).toBe(0)
    }
    clock.hear(undefined, Date.now())
    clock.hear('yesterday', Date.now())
    expect(clock.offsetMs).toBe(0)
  })

  it.each([90_000, -600_000])('is known from one answer that is %d ms away, and does not tremble', (ahead) => {
    const clock = new ServerClock()
    answer(clock, ahead, 40)
    const first = clock.offsetMs
    expect(Math.abs(first - ahead)).toBeLessThan(1000)
    for (let round = 0; round < 40; round += 1) {
      vi.advanceTimersByTime(777)
      answer(clock, ahead, 60)
    }
    expect(clock.offsetMs).toBe(first)
  })

  it('is not moved by a few answers of others, such as a proxy that keeps a page', () => {
    const clock = new ServerClock()
    for (let round = 0; round < 10; round += 1) answer(clock, 0)
    for (let round = 0; round < 4; round += 1) answer(clock, -3_600_000)
    expect(clock.offsetMs).toBe(0)
  })

  it('is right again at the next answer after our own clock was set', () => {
    const clock = new ServerClock()
    for (let round = 0; round < 15; round += 1) answer(clock, 90_000)
    vi.setSystemTime(Date.now() + 90_000)
    answer(clock, 0)
    expect(Math.abs(clock.offsetMs)).toBeLessThan(1000)
  })
})
