import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readSettings } from '@/lib/settings'
import type { Rate } from '@/lib/contract/actions/action'
import { countRequest, forgetRates, limitRates, personHeader, readsPerSecond } from './rates'
import type { HttpError } from './responses'

beforeEach(() => limitRates(10))
afterEach(() => void vi.useRealTimers())
afterAll(() => forgetRates())

const from = (person: string) => new Request('http://127.0.0.1/api/x', { headers: { [personHeader]: person } })
/** How many of so many requests were let in, and what the first one that was not was told. */
async function send(person: string, rate: Rate, times: number) {
  let letIn = 0
  let refusal: HttpError | null = null
  for (let sent = 0; sent < times; sent += 1)
    await countRequest(from(person), rate).then(
      () => (letIn += 1),
      (error: HttpError) => (refusal ??= error),
    )
  return { letIn, refusal: refusal as HttpError | null }
}

describe('within a minute', () => {
  it('the eleventh change of a person is refused, with the time to wait; another person’s is not', async () => {
    const { letIn, refusal } = await send('127.0.0.1', 'change', 11)
    expect(letIn).toBe(10)
    expect(refusal).toMatchObject({ status: 429, code: 'too-many' })
    const seconds = Number(refusal?.headers['retry-after'])
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
    expect((await send('127.0.0.2', 'change', 10)).letIn).toBe(10)
  })

  it('all changes may be destructive, and each of those is a change too', async () => {
    expect((await send('127.0.0.1', 'destructive', 7)).letIn).toBe(7)
    expect((await send('127.0.0.1', 'change', 10)).letIn).toBe(3)
  })

  it('all people together may make thirty changes, and what that refuses is not counted for a person', async () => {
    for (const person of ['a', 'b', 'c']) expect((await send(person, 'change', 10)).letIn).toBe(10)
    expect((await send('d', 'destructive', 5)).letIn).toBe(0)
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] })
    expect((await send('d', 'destructive', 10)).letIn).toBe(10)
  })
})

it('the 101st read of a person within a second is refused', async () => {
  const { letIn, refusal } = await send('127.0.0.1', 'read', readsPerSecond + 1)
  expect(letIn).toBe(readsPerSecond)
  expect(refusal).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  expect((await send('127.0.0.2', 'read', 1)).letIn).toBe(1)
})

it('a script that runs away is stopped: after thirty destructive things of an hour until the hour is over', async () => {
  const start = Date.now()
  const letIn: number[] = []
  for (const minute of [0, 1, 2, 3, 60]) {
    vi.useFakeTimers({ now: start + minute * 61_000, toFake: ['Date'] })
    const { refusal, letIn: some } = await send('127.0.0.1', 'destructive', 12)
    letIn.push(some)
    expect(refusal?.status).toBe(429)
    if (minute === 3) expect(Number(refusal?.headers['retry-after'])).toBeGreaterThan(3000)
    // What the hour refuses takes nothing from the minute.
    if (minute === 3) expect((await send('127.0.0.1', 'change', 12)).letIn).toBe(10)
  }
  expect(letIn).toEqual([10, 10, 10, 0, 10])
})

it('a node with thirty pods can be given up within a minute', async () => {
  limitRates(readSettings({}).changesPerMinute)
  expect((await send('127.0.0.1', 'destructive', 30)).letIn).toBe(30)
})

it('nothing is counted before the limits are set', async () => {
  forgetRates()
  expect((await send('127.0.0.1', 'change', 50)).letIn).toBe(50)
})
