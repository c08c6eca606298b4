import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ActionAnswer } from '@/lib/contract/actions/contracts'
import { api } from '@/lib/contract/routes'
import { CommandSender, failureOf, newKey } from './command-sender'
import { ServerError } from './read'

describe('the command of a dialog', () => {
  type Answer = ActionAnswer<'delete-pod'>
  const path = api.action<'delete-pod'>('demo', 'delete-pod')
  let keys: string[] = []
  let answer: () => Promise<Response>
  const ok = () => Promise.resolve(Response.json({ id: 'one' }))
  const refused = (status: number, code: string) => () =>
    Promise.resolve(Response.json({ error: { code, message: code, details: {} } }, { status }))
  const body = { name: 'kubia-1' }

  beforeEach(() => {
    keys = []
    answer = ok
    vi.stubGlobal('fetch', (_url: string, init: { body: string }) => {
      keys.push((JSON.parse(init.body) as { idempotencyKey: string }).idempotencyKey)
      return answer()
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  test('is sent once, however often it is pressed meanwhile', async () => {
    const sender = new CommandSender<Answer>()
    const endings = await Promise.all([sender.send(path, body), sender.send(path, body)])
    expect(endings).toEqual([{ answer: { id: 'one' } }, null])
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  })

  test('asks for a lost answer with the same key, so that it is not done twice', async () => {
    const sender = new CommandSender<Answer>()
    answer = () => Promise.reject(new TypeError('Failed to fetch'))
    expect(await sender.send(path, body)).toMatchObject({ failure: { code: 'no-answer', mayBeDone: true } })
    answer = ok
    expect(await sender.send(path, body)).toEqual({ answer: { id: 'one' } })
    expect(keys[1]).toBe(keys[0])
  })

  test('keeps its key when the server does not know the outcome either', async () => {
    const sender = new CommandSender<Answer>()
    answer = refused(504, 'outcome-unknown')
    expect(await sender.send(path, body)).toMatchObject({ failure: { mayBeDone: true } })
    await sender.send(path, body)
    expect(keys[1]).toBe(keys[0])
  })

  test('has a new key after a refusal and after a success', async () => {
    const sender = new CommandSender<Answer>()
    answer = refused(409, 'recreated')
    expect(await sender.send(path, body)).toMatchObject({ failure: { code: 'recreated', mayBeDone: false } })
    answer = ok
    await sender.send(path, body)
    await sender.send(path, body)
    expect(new Set(keys).size).toBe(3)
  })
})

test('a failure keeps the code and the details of the server', () => {
  expect(failureOf(new ServerError(403, 'forbidden', 'no', { rule: 'patch x' }))).toEqual({
    code: 'forbidden',
    status: 403,
    message: 'no',
    details: { rule: 'patch x' },
    mayBeDone: false,
  })
})

test('keys differ', () => {
  expect(new Set(Array.from({ length: 100 }, newKey)).size).toBe(100)
})
