import { describe, expect, it } from 'vitest'
import { microTimestamp, RunningClock, SteppedClock, timestamp } from './clock'

describe('stepped time', () => {
  it('stands still until it is stepped, and runs what falls due in order', async () => {
    const clock = new SteppedClock()
    const calls: string[] = []
    clock.after(5, () => calls.push('five'))
    clock.after(1, () => {
      calls.push('one')
      clock.after(1, () => calls.push('two'))
    })
    clock.after(1, () => calls.push('one again'))
    await clock.step(0)
    expect(calls).toEqual([])
    await clock.step(4)
    expect(calls).toEqual(['one', 'one again', 'two'])
    expect(timestamp(clock.now())).toBe('2026-01-01T00:00:04Z')
    await clock.step(1)
    expect(calls).toEqual(['one', 'one again', 'two', 'five'])
  })

  it('does not run what was cancelled', async () => {
    const clock = new SteppedClock()
    let called = false
    clock.after(1, () => (called = true))()
    await clock.step(2)
    expect(called).toBe(false)
  })

  it('lets promises go on between two timers', async () => {
    const clock = new SteppedClock()
    const seen: number[] = []
    const loop = async () => {
      for (let round = 0; round < 3; round += 1) {
        await new Promise<void>((resolve) => clock.after(1, resolve))
        seen.push(clock.now().getTime() % 60_000)
      }
    }
    void loop()
    await clock.step(10)
    expect(seen).toEqual([1000, 2000, 3000])
  })

  it('says so when the cluster never comes to rest', async () => {
    const clock = new SteppedClock()
    const again = () => void clock.after(0, again)
    again()
    await expect(clock.step(1)).rejects.toThrow('does not come to rest')
  }, 60_000)
})

describe('running time', () => {
  it('runs as many times as fast as it is told', async () => {
    const clock = new RunningClock(100)
    const before = clock.now().getTime()
    await new Promise<void>((resolve) => clock.after(2, resolve))
    const passed = clock.now().getTime() - before
    expect(passed).toBeGreaterThanOrEqual(1900)
  })

  it('refuses to stand still or run backwards', () => {
    expect(() => new RunningClock(0)).toThrow(RangeError)
    expect(() => new RunningClock(-1)).toThrow(RangeError)
  })
})

describe('timestamps', () => {
  it('have seconds, or six decimals', () => {
    const at = new Date('2026-03-04T05:06:07.089Z')
    expect([timestamp(at), microTimestamp(at)]).toEqual(['2026-03-04T05:06:07Z', '2026-03-04T05:06:07.089000Z'])
  })
})
