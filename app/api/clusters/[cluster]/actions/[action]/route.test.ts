import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { strangeNames } from '@/test/fixtures/strange-names'
import { loseNode, putSmallCluster } from '@/test/fixtures/small-cluster'
import { journalTo } from '@/lib/actions/journal'
import { allowHosts } from '@/lib/http/hosts'
import { forgetRates, limitRates } from '@/lib/http/rates'
import { stopAll } from '@/lib/live/instance'

const host = '127.0.0.1:3000'
const origin = `http://${host}`
const api = new ScriptedApi()
const lines: string[] = []
let cluster = ''
let POST: (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>
let restore: () => void

beforeAll(async () => {
  await api.start()
  putSmallCluster(api)
  process.env.ORDINAL_SERVER = api.url
  cluster = `127-0-0-1-${api.port}`
  allowHosts([host])
  restore = journalTo((line) => void lines.push(line))
  const route = await import('./route')
  POST = route.POST
})
afterAll(async () => {
  restore()
  stopAll()
  await api.stop()
})

const body = { namespace: 'shop', name: 'web', uid: 'set-uid', generation: 4, replicas: 2 }
const headers = { host, origin, 'content-type': 'application/json' }
type Ask = {
  action?: string
  cluster?: string
  headers?: Record<string, string>
  body?: BodyInit
  query?: string
  method?: string
}

async function post(
  ask: Ask = {},
): Promise<{ status: number; json: { error?: { code: string; message: string; details: unknown } } }> {
  const params = { cluster: ask.cluster ?? cluster, action: ask.action ?? 'scale' }
  const request = new Request(`${origin}/api/clusters/x/actions/x${ask.query ?? ''}`, {
    method: 'POST',
    headers: ask.headers ?? headers,
    body: ask.body ?? JSON.stringify(body),
  })
  const response = await POST(request, { params: Promise.resolve(params) })
  return {
    status: response.status,
    json: (await response.json()) as { error?: { code: string; message: string; details: unknown } },
  }
}

const without = (name: string) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
const requestsOtherThanReads = () => api.requests.filter(({ method }) => method !== 'GET')

describe('nothing reaches the API server', () => {
  it.each([
    ['no Origin', without('origin'), 403],
    ['Origin null', { ...headers, origin: 'null' }, 403],
    ['another port', { ...headers, origin: 'http://127.0.0.1:9999' }, 403],
    ['another name of the same machine', { ...headers, origin: 'http://localhost:3000' }, 403],
    ['https', { ...headers, origin: 'https://127.0.0.1:3000' }, 403],
    ['a longer host', { ...headers, origin: 'http://127.0.0.1:3000.evil.test' }, 403],
    ['another site', { ...headers, 'sec-fetch-site': 'cross-site' }, 403],
    ['another Host', { ...headers, host: 'rebind.test:3000' }, 403],
    ['no type', without('content-type'), 415],
    ['text', { ...headers, 'content-type': 'text/plain' }, 415],
    ['a form', { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['another charset', { ...headers, 'content-type': 'application/json;charset=utf-16' }, 415],
    ['an encoded body', { ...headers, 'content-encoding': 'gzip' }, 415],
  ])('from %s', async (_, given, status) => {
    expect(await post({ headers: given })).toMatchObject({ status })
    expect(requestsOtherThanReads()).toEqual([])
  })

  it.each([-1, 1.5, '3', 1e10, null, 2_147_483_648, true, [], {}, undefined])('for %j replicas', async (replicas) => {
    const answer = await post({ body: JSON.stringify({ ...body, replicas }) })
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'invalid-body' } } })
    expect(JSON.stringify(answer.json.error?.details)).toContain('replicas')
    expect(requestsOtherThanReads()).toEqual([])
  })

  it('for more replicas than this server allows', async () => {
    const whole = JSON.stringify({ ...body, replicas: 1001 })
    for (const query of ['', '?preview=true']) {
      const answer = await post({ body: whole, query })
      expect(answer).toMatchObject({ status: 422, json: { error: { code: 'too-many-replicas' } } })
    }
    expect(requestsOtherThanReads()).toEqual([])
  })

  it.each(strangeNames)('for the name %j, wherever it stands', async (bad) => {
    for (const action of ['scale', 'delete-pod', 'force-delete-pod', 'remove-finalizers']) {
      const base = action === 'scale' ? body : { namespace: 'shop', name: 'web-0', uid: 'pod-uid-0' }
      const whole = action === 'remove-finalizers' ? { ...base, finalizers: ['a/b'] } : base
      for (const field of ['namespace', 'name', 'uid'] as const) {
        if (field === 'uid' && /^[A-Za-z0-9-]{1,64}$/.test(bad)) continue
        const preview = field === 'name' ? '?preview=true' : ''
        const answer = await post({ action, query: preview, body: JSON.stringify({ ...whole, [field]: bad }) })
        expect(answer).toMatchObject({ status: 400 })
      }
    }
    expect((await post({ cluster: bad })).status).toBe(400)
    expect((await post({ action: bad })).status).toBe(400)
    expect((await post({ cluster: 'nowhere' })).status).toBe(404)
    expect(requestsOtherThanReads()).toEqual([])
  })

  it('for a finalizer that is none', async () => {
    for (const finalizer of ['', 'a/b/c', '/x', 'x/', '..', 'a b', 'A_/x', 'x'.repeat(400)]) {
      const whole = { namespace: 'shop', name: 'web-0', uid: 'u', finalizers: [finalizer] }
      expect(await post({ action: 'remove-finalizers', body: JSON.stringify(whole) })).toMatchObject({ status: 400 })
    }
    expect(requestsOtherThanReads()).toEqual([])
  })

  it.each([
    ['an unknown field', JSON.stringify({ ...body, force: true }), 400],
    ['a missing field', JSON.stringify({ ...body, uid: undefined }), 400],
    ['a list', JSON.stringify([body]), 400],
    ['a key given twice', JSON.stringify(body).replace('{', '{"replicas":1,'), 400],
    ['no JSON', '{"namespace":', 400],
    ['something behind it', `${JSON.stringify(body)}x`, 400],
    ['__proto__', `{"__proto__":{"a":1},${JSON.stringify(body).slice(1)}`, 400],
    ['a thousand levels', `${'['.repeat(1000)}${']'.repeat(1000)}`, 400],
    ['1 MB', JSON.stringify({ ...body, confirm: 'x'.repeat(1024 * 1024) }), 413],
    ['64 KB and one', `"${'x'.repeat(64 * 1024 - 1)}"`, 413],
    ['nothing', '', 400],
  ])('for a body that is %s', async (_, text, status) => {
    expect(await post({ body: text })).toMatchObject({ status })
    expect(requestsOtherThanReads()).toEqual([])
  })

  it('for a repeated or unknown parameter', async () => {
    for (const query of ['?preview=true&preview=false', '?preview=yes', '?dry=1']) {
      expect(await post({ query })).toMatchObject({ status: 400 })
    }
    expect(requestsOtherThanReads()).toEqual([])
  })
})

describe('a double click', () => {
  it('writes once, whoever comes first, and both get the same answer', async () => {
    const key = { ...body, idempotencyKey: 'dialog-0001' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => post({ body: JSON.stringify(key) })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1)
    expect(await post({ body: JSON.stringify(key) })).toEqual(answers[0])
    expect(api.writes).toHaveLength(1)
    expect(lines.filter((line) => line.includes('"intent"'))).toHaveLength(1)
    const other = await post({ body: JSON.stringify({ ...key, replicas: 1 }) })
    expect(other).toMatchObject({ status: 409, json: { error: { code: 'key-reused' } } })
    expect(api.writes).toHaveLength(1)
  })

  it('that was refused can be tried again with the same key', async () => {
    loseNode(api, 1)
    const whole = {
      namespace: 'shop',
      name: 'web-1',
      uid: 'pod-uid-1',
      finalizers: ['a/b'],
      idempotencyKey: 'dialog-0002',
    }
    const ask = { action: 'remove-finalizers', body: JSON.stringify(whole) }
    expect(await post(ask)).toMatchObject({ status: 409, json: { error: { code: 'finalizers-changed' } } })
    api.update('v1/pods', 'shop', 'web-1', (pod) => {
      pod.metadata.finalizers = ['a/b']
    })
    expect(await post(ask)).toMatchObject({ status: 200 })
  })
})

describe('more changes in a minute than are allowed', () => {
  const remove = (ordinal: number, idempotencyKey: string) => ({
    action: 'delete-pod',
    body: JSON.stringify({ namespace: 'shop', name: `web-${ordinal}`, uid: `pod-uid-${ordinal}`, idempotencyKey }),
  })
  it('are refused with 429, reach nobody, and do not count as done', async () => {
    limitRates(1)
    try {
      const first = remove(0, 'dialog-0003')
      expect(await post(first)).toMatchObject({ status: 200 })
      const writes = api.writes.length
      const second = remove(2, 'dialog-0004')
      expect(await post(second)).toMatchObject({ status: 429, json: { error: { code: 'too-many' } } })
      // What was done already is told again, and previews are no changes.
      expect(await post(first)).toMatchObject({ status: 200 })
      expect(await post({ ...second, query: '?preview=true' })).toMatchObject({ status: 200 })
      expect(api.writes).toHaveLength(writes)
      limitRates(10)
      expect(await post(second)).toMatchObject({ status: 200 })
    } finally {
      forgetRates()
    }
  })
})

it('a line of the journal is one line of JSON, whatever the names hold', () => {
  for (const line of lines) {
    expect(line.endsWith('\n')).toBe(true)
    expect(line.slice(0, -1)).not.toContain('\n')
    expect(JSON.parse(line)).toMatchObject({ level: 'info', user: 'jane' })
  }
})
