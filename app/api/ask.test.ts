import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, ScriptedApi } from '@/test/fixtures/scripted-api'
import { putSmallCluster } from '@/test/fixtures/small-cluster'
import { journalTo } from '@/lib/actions/journal'
import { allowHosts } from '@/lib/http/hosts'
import { stopAll } from '@/lib/live/instance'
import { GET as askService } from './clusters/[cluster]/namespaces/[namespace]/services/[service]/ask/route'
import { POST as act } from './clusters/[cluster]/actions/[action]/route'
import { GET } from './clusters/[cluster]/namespaces/[namespace]/pods/[pod]/ask/route'

const host = '127.0.0.1:3000'
const api = new ScriptedApi()
const lines: Record<string, unknown>[] = []
let cluster = ''
const uid = 'pod-uid-0'
let answers: (method: string, path: string, body: string) => Answer
let asked: { method: string; path: string }[] = []
let restore: () => void

beforeAll(async () => {
  await api.start()
  putSmallCluster(api)
  process.env.ORDINAL_SERVER = api.url
  cluster = `127-0-0-1-${api.port}`
  allowHosts([host])
  api.hooks.push(({ method, path, body }) => {
    if (!path.includes('/proxy/')) return undefined
    asked.push({ method, path })
    return answers(method, path, body)
  })
  restore = journalTo((line) => lines.push(JSON.parse(line) as Record<string, unknown>))
})
beforeEach(() => {
  asked = []
  lines.length = 0
  answers = () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'hello' })
})
afterAll(async () => {
  restore()
  stopAll()
  await api.stop()
})

const params = (more: Record<string, string>) => ({ params: Promise.resolve({ cluster, namespace: 'shop', ...more }) })
const get = async (query: string, pod = 'web-0') => {
  const response = await GET(new Request(`http://${host}/x?${query}`, { headers: { host } }), params({ pod }))
  return { status: response.status, type: response.headers.get('content-type'), body: (await response.json()) as never }
}
const write = async (body: object, query = '') => {
  const headers = { host, origin: `http://${host}`, 'content-type': 'application/json' }
  const request = new Request(`http://${host}/x${query}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const response = await act(request, { params: Promise.resolve({ cluster, action: 'ask-pod' }) })
  return { status: response.status, body: (await response.json()) as never }
}
const code = (body: { error?: { code: string } }) => body.error?.code
const port = 8080

describe('asking a pod', () => {
  it('answers with JSON that holds the text, whatever type the pod gave it', async () => {
    answers = () => ({ status: 200, headers: { 'content-type': 'text/html', 'set-cookie': 'a=b' }, body: '<script>' })
    const { status, type, body } = await get(`uid=${uid}&port=${port}&path=/`)
    expect([status, type]).toEqual([200, 'application/json; charset=utf-8'])
    expect(JSON.stringify(body)).toContain('text/html')
    expect(asked).toEqual([{ method: 'GET', path: `/api/v1/namespaces/shop/pods/web-0:${port}/proxy/` }])
  })

  it('previews without a dry run, and asks the pod nothing for it', async () => {
    const body = {
      namespace: 'shop',
      name: 'web-0',
      uid,
      port,
      method: 'POST',
      path: '/',
      text: 'hello',
      contentType: 'text/plain',
    }
    const preview = await write(body, '?preview=true')
    expect(preview).toMatchObject({ status: 200, body: { dryRun: null, preconditions: { uid } } })
    expect(asked).toEqual([])
  })

  it('sends nothing for a name, port or path that is none, or a port that nobody declares', async () => {
    for (const query of [
      'port=0',
      'port=http',
      'port=8080&path=/..',
      'port=8080&path=a',
      'port=8080&path=/%252e',
      'port=22',
    ])
      expect((await get(`uid=${uid}&${query}`)).status, query).toBe(400)
    for (const pod of ['127.0.0.1/x', 'https:web-0:443', '..', 'web-0:22'])
      expect((await get(`uid=${uid}&port=${port}`, pod)).status, pod).toBe(400)
    expect(asked).toEqual([])
  })

  it('sends nothing when another pod has the name by now, or none has', async () => {
    const { status, body } = await get(`uid=another&port=${port}`)
    expect([status, code(body)]).toEqual([409, 'recreated'])
    expect((await get(`uid=${uid}&port=${port}`, 'web-99')).status).toBe(404)
    expect(asked).toEqual([])
  })

  it('names the rule that is missing', async () => {
    answers = () => ({
      status: 403,
      body: {
        kind: 'Status',
        status: 'Failure',
        reason: 'Forbidden',
        message: 'cannot get resource "pods/proxy"',
        code: 403,
      },
    })
    const { status, body } = await get(`uid=${uid}&port=${port}`)
    expect([status, code(body)]).toEqual([403, 'forbidden'])
    expect(JSON.stringify(body)).toContain('get pods/proxy (namespace shop)')
  })
})

describe('a request that may change something', () => {
  const ask = () => ({
    namespace: 'shop',
    name: 'web-0',
    uid,
    port,
    method: 'POST',
    path: '/',
    text: 'secret',
    contentType: 'text/plain',
  })

  it('is sent once and journaled without its text', async () => {
    const { status, body } = await write(ask())
    expect([status, asked.length, asked[0]?.method]).toEqual([200, 1, 'POST'])
    expect(body).toMatchObject({ app: { from: 'app', status: 200, text: 'hello' } })
    expect(lines.map(({ journal }) => journal)).toEqual(['intent', 'result'])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('counts as answered whatever the pod says', async () => {
    answers = () => ({ status: 500, body: 'broken' })
    expect(await write(ask())).toMatchObject({ status: 200, body: { app: { status: 500, text: 'broken' } } })
    expect(asked).toHaveLength(1)
  })

  it('needs the verb of its method on pods/proxy', async () => {
    for (const [method, verb] of [
      ['POST', 'create'],
      ['PUT', 'update'],
      ['PATCH', 'patch'],
      ['DELETE', 'delete'],
    ]) {
      const wanted: string[] = []
      api.allows = (rule) => {
        if (rule.subresource === 'proxy') wanted.push(`${rule.verb} ${rule.name}`)
        return rule.subresource !== 'proxy'
      }
      // Another pod than above: what may be done is remembered for a while.
      const { status } = await write({ ...ask(), name: 'web-1', uid: 'pod-uid-1', method })
      expect([status, wanted], method).toEqual([403, [`${verb} web-1:${port}`]])
    }
    api.allows = () => true
    expect(asked).toEqual([])
  })

  it('is not sent to another pod than the one that was looked at', async () => {
    expect(await write({ ...ask(), uid: 'another' })).toMatchObject({
      status: 409,
      body: { error: { code: 'recreated' } },
    })
    expect(asked).toEqual([])
  })
})

describe('asking a Service', () => {
  const service = async (name: string, query: string) => {
    const request = new Request(`http://${host}/x?${query}`, { headers: { host } })
    return (await askService(request, params({ service: name }))).status
  }
  const put = (name: string, spec: Record<string, unknown>) =>
    api.put('v1/services', { metadata: { name, namespace: 'shop' }, spec })

  it('goes to a port that it has, of one that selects pods, and nowhere else', async () => {
    put('far', { type: 'ExternalName', externalName: 'metadata.example', ports: [{ port: 80 }] })
    put('by-hand', { clusterIP: 'None', ports: [{ port: 80 }] })
    put('mine', { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] })
    expect(await service('mine', 'port=80')).toBe(200)
    expect(asked).toEqual([{ method: 'GET', path: '/api/v1/namespaces/shop/services/mine:80/proxy/' }])
    for (const [name, query] of [
      ['far', 'port=80'],
      ['by-hand', 'port=80'],
      ['mine', 'port=81'],
    ] as const)
      expect(await service(name, query), name).toBe(400)
    expect(await service('gone', 'port=80')).toBe(404)
    expect(asked).toHaveLength(1)
  })
})
