import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { Rate } from '@/lib/contract/actions/action'
import { clientHeader, countRequest, forgetRates, limitRates, readsPerSecond } from './rates'
import type { HttpError } from './responses'

beforeEach(() => limitRates(10))
afterAll(() => forgetRates())

const from = (client: string) => new Request('http://127.0.0.1/api/x', { headers: { [clientHeader]: client } })
/** How many of so many requests were let in, and what the first one that was not was told. */
async function send(client: string, rate: Rate, times: number) {
  let letIn = 0
  let refusal: HttpError | null = null
  for (let sent = 0; sent < times; sent += 1)
    await countRequest(from(client), rate).then(
      () => (letIn += 1),
      (error: HttpError) => (refusal ??= error),
    )
  return { letIn, refusal: refusal as HttpError | null }
}

describe('within a minute', () => {
  it('the eleventh change of a client is refused, with the time to wait; another client is not', async () => {
    const { letIn, refusal } = await send('127.0.0.1', 'change', 11)
    expect(letIn).toBe(10)
    expect(refusal).toMatchObject({ status: 429, code: 'too-many' })
    const seconds = Number(refusal?.headers['retry-after'])
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
    expect((await send('127.0.0.2', 'change', 10)).letIn).toBe(10)
  })

  it('a client may do three destructive things, and they are changes too', async () => {
    expect((await send('127.0.0.1', 'destructive', 5)).letIn).toBe(3)
    expect((await send('127.0.0.1', 'change', 10)).letIn).toBe(7)
  })

  it('all clients together may make thirty changes', async () => {
    for (const client of ['127.0.0.1', '127.0.0.2', '127.0.0.3'])
      expect((await send(client, 'change', 10)).letIn).toBe(10)
    expect((await send('127.0.0.4', 'change', 1)).letIn).toBe(0)
  })
})

it('the 101st read of a client within a second is refused', async () => {
  const { letIn, refusal } = await send('127.0.0.1', 'read', readsPerSecond + 1)
  expect(letIn).toBe(readsPerSecond)
  expect(refusal).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
  expect((await send('127.0.0.2', 'read', 1)).letIn).toBe(1)
})

it('nothing is counted before the limits are set', async () => {
  forgetRates()
  expect((await send('127.0.0.1', 'change', 50)).letIn).toBe(50)
})
