import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ClusterError } from '@/lib/cluster/errors'
import { ClusterId, wholeNumber } from '@/lib/contract/params'
import { LabelName, ObjectName } from '@/lib/contract/names'
import { readBody } from './body'
import { guard } from './guard'
import { allowHosts } from './hosts'
import { json, HttpError } from './responses'

const host = '127.0.0.1:3000'
beforeAll(() => allowHosts([host, 'localhost:3000']))

type Sent = { headers?: Record<string, string>; query?: string; method?: string; body?: string | ReadableStream }
async function ask(route: ReturnType<typeof guard>, sent: Sent = {}, params: Record<string, string> = {}) {
  const request = new Request(`http://${host}/api/x${sent.query ?? ''}`, {
    method: sent.method ?? (sent.body === undefined ? 'GET' : 'POST'),
    headers: { host, ...sent.headers },
    ...(sent.body === undefined ? {} : { body: sent.body, duplex: 'half' }),
  } as RequestInit)
  const response = await route(request, { params: Promise.resolve(params) })
  const body = (await response.json()) as { error?: { code: string; message: string; details: unknown } }
  return { status: response.status, code: body.error?.code, body, headers: response.headers }
}

const read = guard({}, () => json({ fine: true }))
const written: unknown[] = []
const write = guard({ body: z.strictObject({ replicas: z.int().min(0) }) }, ({ body }) => {
  written.push(body)
  return json({ done: true })
})
const page = { origin: `http://${host}`, 'content-type': 'application/json' }

describe('a read', () => {
  it('is let in from a program and from a page of ours', async () => {
    expect((await ask(read)).status).toBe(200)
    expect((await ask(read, { headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
    expect((await ask(read, { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200)
  })

  it.each(['localhost.evil.com:3000', 'localhost', '127.0.0.1:3001', '127.1:3000', 'rebind.test:3000', ''])(
    'is refused under the Host %j',
    async (strange) => {
      expect(await ask(read, { headers: { host: strange } })).toMatchObject({ status: 403, code: 'invalid-host' })
    },
  )

  it.each(['cross-site', 'same-site'])('is refused from another site (%s)', async (site) => {
    expect(await ask(read, { headers: { 'sec-fetch-site': site } })).toMatchObject({ status: 403, code: 'cross-site' })
  })

  it.each([
    ['origin', 'http://evil.test'],
    ['origin', 'null'],
    ['referer', 'http://evil.test/a/page'],
    ['referer', 'http://127.0.0.1:3001/'],
    ['referer', 'https://127.0.0.1:3000/'],
    ['referer', 'no URL'],
  ])('is refused from a browser that names only the page that asks (%s: %s)', async (header, value) => {
    expect(await ask(read, { headers: { [header]: value } })).toMatchObject({ status: 403, code: 'cross-site' })
    expect((await ask(read, { headers: { [header]: `http://${host}/` } })).status).toBe(200)
  })

  it('with an unknown or repeated parameter is refused', async () => {
    const route = guard({ query: z.strictObject({ tail: wholeNumber(1, 10).optional() }) }, ({ query }) => json(query))
    expect((await ask(route, { query: '?tail=3' })).body).toEqual({ tail: 3 })
    for (const query of ['?tail=3&tail=4', '?other=1', '?tail=-1', '?tail=1e9', '?tail=abc', '?tail=11', '?tail=']) {
      expect(await ask(route, { query })).toMatchObject({ status: 400, code: 'invalid-query' })
    }
  })
})

describe('a write', () => {
  const good = JSON.stringify({ replicas: 3 })

  it('is let in from a page of ours, as JSON', async () => {
    expect((await ask(write, { headers: page, body: good })).status).toBe(200)
    const charset = { ...page, 'content-type': 'application/json; charset=utf-8', 'sec-fetch-site': 'same-origin' }
    expect((await ask(write, { headers: charset, body: good })).status).toBe(200)
  })

  it.each([
    ['missing', undefined],
    ['null', 'null'],
    ['of another site', 'https://evil.test'],
    ['of another port', 'http://127.0.0.1:3001'],
    ['of the other name of loopback', 'http://localhost:3000'],
    ['in capitals', 'HTTP://127.0.0.1:3000'],
    ['with a dot at its end', 'http://127.0.0.1.:3000'],
  ])('with an Origin that is %s is refused', async (_what, origin) => {
    const headers: Record<string, string> = { 'content-type': 'application/json', ...(origin ? { origin } : {}) }
    const before = written.length
    expect(await ask(write, { headers, body: good })).toMatchObject({ status: 403, code: 'foreign-origin' })
    expect(written).toHaveLength(before)
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    '',
  ])('of type %j is refused', async (type) => {
    expect(await ask(write, { headers: { ...page, 'content-type': type }, body: good })).toMatchObject({ status: 415 })
  })

  it('of another site is refused even with the right Origin', async () => {
    const headers = { ...page, 'sec-fetch-site': 'none' }
    expect(await ask(write, { headers, body: good })).toMatchObject({ status: 403, code: 'cross-site' })
  })

  it.each([
    ['no JSON', '{'],
    ['trailing data', '{"replicas":1} x'],
    ['a list', '[1]'],
    ['an unknown field', '{"replicas":1,"force":true}'],
    ['a negative number', '{"replicas":-1}'],
    ['a fraction', '{"replicas":1.5}'],
    ['a text', '{"replicas":"3"}'],
    ['infinity', '{"replicas":1e400}'],
    ['a prototype', '{"replicas":1,"__proto__":{"x":1}}'],
    ['great depth', '['.repeat(1000) + ']'.repeat(1000)],
  ])('with %s is refused', async (_what, body) => {
    const before = written.length
    expect((await ask(write, { headers: page, body })).status).toBe(400)
    expect(written).toHaveLength(before)
  })

  it('of a megabyte is refused, whatever its length says', async () => {
    const big = JSON.stringify({ replicas: 1, padding: 'x'.repeat(1024 * 1024) })
    expect(await ask(write, { headers: page, body: big })).toMatchObject({ status: 413 })
    const parts = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(16 * 1024).fill(32))
      },
    })
    expect(await ask(write, { headers: page, body: parts })).toMatchObject({ status: 413 })
  })

  it('that is encoded is refused', async () => {
    expect(await ask(write, { headers: { ...page, 'content-encoding': 'gzip' }, body: good })).toMatchObject({
      status: 415,
    })
  })
})

describe('names', () => {
  const bad = [
    '..',
    '.',
    '',
    'a/b',
    '%2e%2e',
    'a%2fb',
    'A',
    'a_b',
    'a?x',
    'a#',
    '\0',
    'ａ',
    '-a',
    'a-',
    'a..b',
    'a\nb',
    'x'.repeat(254),
  ]
  it.each(bad)('like %j are refused everywhere', (text) => {
    for (const schema of [ObjectName, LabelName, ClusterId]) expect(schema.safeParse(text).success).toBe(false)
  })

  it('of Kubernetes are accepted', () => {
    expect(ObjectName.safeParse('my.set-0').success).toBe(true)
    expect(LabelName.safeParse('constructor').success).toBe(true)
    expect(LabelName.safeParse('x'.repeat(64)).success).toBe(false)
  })
})

describe('an error', () => {
  const thrown = (error: unknown) => guard({}, () => Promise.reject(error))

  it('of the cluster keeps its code and gets its status', async () => {
    const limited = new ClusterError('too-many-requests', 'wait', { tried: 'GET /x', retryAfterMs: 7000 })
    const reply = await ask(thrown(limited))
    expect(reply).toMatchObject({ status: 429, code: 'too-many-requests' })
    expect(reply.headers.get('retry-after')).toBe('7')
    expect(await ask(thrown(new ClusterError('forbidden', 'no', { tried: 'x' })))).toMatchObject({ status: 403 })
    expect(await ask(thrown(new ClusterError('refused', 'no', { tried: 'x' })))).toMatchObject({ status: 502 })
    expect(await ask(thrown(new ClusterError('no-such-context', 'no', { tried: 'x' })))).toMatchObject({ status: 404 })
  })

  it('of another copy of the class is known by its name', async () => {
    const foreign = Object.assign(new Error('conflict'), { name: 'ClusterError', code: 'conflict', tried: 'x' })
    expect(await ask(thrown(foreign))).toMatchObject({ status: 409, code: 'conflict' })
  })

  it('from inside says nothing of the inside', async () => {
    const reply = await ask(thrown(new Error('password=hunter2 at /home/me')))
    expect(reply).toMatchObject({ status: 500, code: 'internal' })
    expect(JSON.stringify(reply.body)).not.toContain('hunter2')
  })

  it('is text without control characters, and not too long', async () => {
    const reply = await ask(thrown(new HttpError('invalid-query', `\u001b[31m${'y'.repeat(5000)}`)))
    expect(reply.body.error?.message).not.toContain('\u001b')
    expect(reply.body.error?.message.length).toBeLessThan(2100)
  })
})

it('a key that is given twice is found however it is written, and the same key in two objects is none', async () => {
  const body = (text: string) =>
    readBody(new Request(`http://${host}/`, { method: 'POST', body: text }), 1024 * 1024).then(
      () => 'read',
      (error: HttpError) => error.message,
    )
  const twice = 'The body gives a key twice.'
  expect(await body('{"a":1,"\\u0061":2}')).toBe(twice)
  expect(await body('[{"x":{"a":"}{\\"","b" : [1,{"a":1}],"a":3}}]')).toBe(twice)
  expect(await body('{"a":{"a":["a","a"]},"b":{"a":"a\\":"}}')).toBe('read')
})
