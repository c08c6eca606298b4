import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Answer, ScriptedApi, status } from '@/test/fixtures/scripted-api'
import { readSettings } from '@/lib/settings'
import { connect } from './connect'
import type { Connection } from './connection'
import { whoAmI } from './who'

const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const jane: Answer = { status: 201, body: { status: { userInfo: { username: 'jane' } } } }
let api: ScriptedApi
let answer: Answer | 'reset'
let now = 0
let connection: Connection

beforeEach(async () => {
  api = await new ScriptedApi().start()
  api.hooks.push((request) => (request.path === path ? answer : undefined))
  connection = connect(new URL(api.url).host, readSettings({ ORDINAL_SERVER: api.url, KUBECONFIG: '/dev/null' }))
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await api.stop()
})
const asked = () => api.requests.filter((request) => request.path === path).length

it('an answer is remembered for five minutes', async () => {
  answer = jane
  for (now = 0; now < 600_000; now += 10_000) expect(await whoAmI(connection)).toBe('jane')
  expect(asked()).toBe(2)
})

it.each<[string, Answer | 'reset']>([
  ['a server that starts', status(503, 'ServiceUnavailable', 'starting')],
  ['a broken connection', 'reset'],
  ['a missing right', status(403, 'Forbidden', 'no')],
  ['credentials that have just ended', status(401, 'Unauthorized', 'no')],
  ['a page of a proxy', { status: 200, body: 'hello' }],
  ['too many requests', status(429, 'TooManyRequests', 'later')],
])('a failure is asked again within seconds: %s', async (_what, failed) => {
  answer = failed
  expect(await whoAmI(connection)).toBeNull()
  now += 4_900
  expect(await whoAmI(connection)).toBeNull()
  expect(asked()).toBe(1)
  answer = jane
  now += 200
  expect(await whoAmI(connection)).toBe('jane')
})

it('failures in a row are asked ever more rarely, at most once a minute, and a success ends that', async () => {
  answer = status(503, 'ServiceUnavailable', 'starting')
  const at: number[] = []
  for (now = 0; now < 300_000; now += 1000) {
    const before = asked()
    await whoAmI(connection)
    if (asked() > before) at.push(now / 1000)
  }
  expect(at).toEqual([0, 5, 15, 35, 75, 135, 195, 255])
  answer = jane
  now += 60_000
  expect(await whoAmI(connection)).toBe('jane')
  answer = status(503, 'ServiceUnavailable', 'starting')
  now += 300_001
  await whoAmI(connection)
  answer = jane
  now += 5_001
  expect(await whoAmI(connection)).toBe('jane')
})

it('a server that has no such question is not asked it every minute', async () => {
  answer = status(404, 'NotFound', 'the server could not find the requested resource')
  for (now = 0; now < 299_000; now += 10_000) expect(await whoAmI(connection)).toBeNull()
  expect(asked()).toBe(1)
})

it('those who ask together wait for one answer', async () => {
  answer = jane
  expect(await Promise.all(Array.from({ length: 9 }, () => whoAmI(connection)))).toEqual(Array(9).fill('jane'))
  expect(asked()).toBe(1)
})

it('however the server fails and comes back, what is told is never older than the last answer allows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 400 })), { maxLength: 25 }),
      async (steps) => {
        const own: Connection = { ...connection }
        now = 0
        let goodSince: number | null = null
        for (const [good, seconds] of steps) {
          answer = good ? jane : status(503, 'ServiceUnavailable', 'x')
          goodSince = good ? (goodSince ?? now) : null
          now += seconds * 1000
          const told = await whoAmI(own)
          // A minute after the server is well again the name is known, whatever was before.
          if (goodSince !== null && now - goodSince > 60_000) expect(told).toBe('jane')
        }
      },
    ),
    { numRuns: 40 },
  )
})
