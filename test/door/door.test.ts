import http from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { putSmallCluster } from '@/test/fixtures/small-cluster'
import { type Ordinal, readApi, startOrdinal } from '@/e2e/ordinal'
import { api as routes } from '@/lib/contract/routes'

/** The whole program as strangers find it on its port: what it does with bad, slow and too many requests. */

const api = new ScriptedApi()
let ordinal: Ordinal
let host: string
let base: string

beforeAll(async () => {
  await api.start()
  putSmallCluster(api)
  ordinal = await startOrdinal({ ORDINAL_SERVER: api.url, ORDINAL_CHANGES_PER_MINUTE: '10' })
  host = new URL(ordinal.url).host
  base = routes.cluster((await readApi(ordinal, routes.clusters())).default ?? '')
})
afterAll(async () => {
  await ordinal.stop()
  await api.stop()
})

type Ask = {
  path: string
  method?: string
  headers?: http.OutgoingHttpHeaders
  body?: string
  /** The loopback address to ask from: another one is another client. */
  from?: string
}
function ask({ path, method = 'GET', headers = {}, body, from }: Ask) {
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const request = http.request(
      ordinal.url + path,
      { method, headers, agent: false, ...(from ? { localAddress: from } : {}) },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
          // An event stream has no end; its beginning is enough.
          if (response.headers['content-type']?.startsWith('text/event-stream')) response.destroy()
        })
        response
          .on('error', () => {})
          .on('close', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
          })
      },
    )
    request.on('error', reject).end(body)
  })
}

const isAlive = async () => expect((await ask({ path: '/api/health' })).status).toBe(200)
const writes = () => api.writes

describe('more than is allowed', () => {
  const scale = (from: string, { generation = 0, cookie }: { generation?: number; cookie?: string } = {}) => {
    const now = api.get('apps/v1/statefulsets', 'shop', 'web')?.metadata.generation
    const body = { namespace: 'shop', name: 'web', uid: 'set-uid', generation: generation || now, replicas: 3 }
    const headers = { origin: ordinal.url, 'content-type': 'application/json', ...(cookie ? { cookie } : {}) }
    return ask({ path: `${base}/actions/scale`, method: 'POST', headers, body: JSON.stringify(body), from })
  }
  const nameOf = async () => {
    const { headers } = await ask({ path: '/' })
    const [cookie] = headers['set-cookie'] ?? []
    expect(cookie).toMatch(/^ordinal-browser=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict$/)
    return (cookie ?? '').split(';')[0] ?? ''
  }

  it('the eleventh change of a person within a minute is refused; another one is not, from the same address neither', async () => {
    // What a check refuses reaches nobody, and is not counted.
    for (let turn = 0; turn < 15; turn += 1) expect((await scale('127.0.0.1', { generation: 999 })).status).toBe(409)
    const answers = []
    for (let turn = 0; turn < 11; turn += 1) answers.push(await scale('127.0.0.1'))
    expect(answers.slice(0, 10).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(answers[10]?.status).toBe(429)
    expect(Number(answers[10]?.headers['retry-after'])).toBeGreaterThan(30)
    expect(JSON.parse(answers[10]?.text ?? '')).toMatchObject({ error: { code: 'too-many' } })
    expect((await scale('127.0.0.2')).status).toBe(200)
    const cookie = await nameOf()
    expect((await scale('127.0.0.1', { cookie })).status).toBe(200)
    expect((await ask({ path: '/', headers: { cookie } })).headers['set-cookie']).toBeUndefined()
    expect((await scale('127.0.0.1', { cookie: 'ordinal-browser=made up' })).status).toBe(429)
    // What is asked from here on writes nothing.
    api.requests.length = 0
  })

  it('so are reads beyond a hundred within a second', async () => {
    const read = (from: string) => ask({ path: '/api/health', from })
    const answers = await Promise.all(Array.from({ length: 400 }, () => read('127.0.0.3')))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]?.headers['retry-after']).toBe('1')
    expect((await read('127.0.0.4')).status).toBe(200)
  })
})

describe('requests that do not end', () => {
  /** Sends a beginning, then a byte every second; answers after how many seconds the server hung up. */
  const drip = (beginning: string) =>
    new Promise<number>((resolve) => {
      const begun = performance.now()
      const port = Number(new URL(ordinal.url).port)
      const socket = connect(port, '127.0.0.1', () => socket.write(beginning))
      const slowly = setInterval(() => socket.write('a'), 1000)
      socket.on('error', () => {}).resume()
      socket.on('close', () => {
        clearInterval(slowly)
        resolve((performance.now() - begun) / 1000)
      })
    })

  it('are hung up on: headers after ten seconds, bodies after thirty; others are served meanwhile', async () => {
    const post = `POST ${base}/actions/scale HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${ordinal.url}\r\n`
    const slowHeaders = drip(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `)
    const slowBody = drip(`${post}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"name":"`)
    await isAlive()
    expect(await slowHeaders).toBeLessThan(20)
    await isAlive()
    expect(await slowBody).toBeLessThan(45)
    expect(writes()).toEqual([])
  })

  it('headers that are too large are refused, and the process lives', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, number) => [`x-header-${number}`, 'x'.repeat(50)]))
    for (const headers of [{ 'x-large': 'x'.repeat(17 * 1024) }, { cookie: 'a='.padEnd(20_000, 'b') }, many])
      expect((await ask({ path: '/api/health', headers })).status).toBe(431)
    await isAlive()
  })
})

describe('tricks with the path', () => {
  it.each(['/api//clusters', '/api/%2e%2e/clusters', '/api/clusters%2f', '/api/clusters/..%5c'])(
    '%s is refused at the door',
    async (path) => {
      // The client would mend the path: it goes out as it stands.
      const status = await new Promise<number>((resolve, reject) =>
        http
          .request({ host: '127.0.0.1', port: new URL(ordinal.url).port, path })
          .on('response', (response) => resolve(response.resume().statusCode ?? 0))
          .on('error', reject)
          .end(),
      )
      expect(status).toBe(400)
    },
  )

  it.each(['/API/clusters', '/api/clusters;x', '/api/clusters.rsc', '/api/Clusters', '/api/nothing', '/api'])(
    '%s is no route',
    async (path) => {
      expect((await ask({ path })).status).toBe(404)
    },
  )

  it('what the framework adds to a path leads to the same guard', async () => {
    const slash = await ask({ path: '/api/clusters/' })
    expect([308, 200, 404]).toContain(slash.status)
    for (const path of ['/api/clusters?_rsc=1x', '/api/clusters?__nextDataReq=1'])
      expect((await ask({ path })).status).toBe(400)
    // What is fetched ahead of time is answered with nothing.
    const foreign = { 'sec-fetch-site': 'cross-site', 'next-router-prefetch': '1' }
    for (const headers of [foreign, { ...foreign, rsc: '1' }])
      expect((await ask({ path: '/api/clusters', headers })).status).toBe(204)
  })
})

it('whatever is asked, nothing breaks and nothing is written', async () => {
  const segment = fc.oneof(
    fc.constantFrom('api', 'clusters', 'namespaces', 'shop', 'statefulsets', 'web', 'pods', 'web-0', 'log', 'live'),
    fc.constantFrom('actions', 'scale', 'objects', 'events', 'evidence', 'rights', 'demo', '_next', base.split('/')[3]),
    fc.string({ maxLength: 12 }).map(encodeURIComponent),
  )
  const request = fc.record({
    segments: fc.array(segment, { maxLength: 9 }),
    query: fc.dictionary(fc.constantFrom('watch', 'tail', 'uid', 'preview', 'x'), fc.string({ maxLength: 8 })),
    method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
    origin: fc.constantFrom(undefined, 'null', 'http://evil.test', 'own'),
    type: fc.constantFrom(undefined, 'application/json', 'text/plain'),
    body: fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string({ maxLength: 40 }),
      fc.constant('{"namespace":"shop","name":"web-0","uid":"u"}'),
    ),
  })
  let asked = 0
  await fc.assert(
    fc.asyncProperty(request, async ({ segments, query, method, origin, type, body }) => {
      asked += 1
      const path = `/${segments.join('/')}?${new URLSearchParams(query)}`
      const headers: http.OutgoingHttpHeaders = {}
      if (origin) headers.origin = origin === 'own' ? ordinal.url : origin
      if (type) headers['content-type'] = type
      const carries = method !== 'GET' && method !== 'HEAD'
      // A client of its own for every fifty, so that the rate of reads does not answer for the routes.
      const from = `127.0.${1 + (Math.floor(asked / 50) % 250)}.9`
      const answer = await ask({ path, method, headers, from, ...(carries ? { body } : {}) }).catch(() => null)
      const status = answer?.status ?? 0
      expect(status < 500 || status === 503, `${method} ${path} ${status} ${answer?.text.slice(0, 200)}`).toBe(true)
    }),
    { seed: Number(process.env.ORDINAL_SEED ?? 7), numRuns: Number(process.env.ORDINAL_REQUESTS ?? 1500) },
  )
  await isAlive()
  expect(writes()).toEqual([])
  expect(ordinal.output()).not.toMatch(/unhandled|uncaught/i)
})
