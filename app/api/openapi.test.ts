import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { putSmallCluster } from '@/test/fixtures/small-cluster'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { journalTo } from '@/lib/actions/journal'
import { actionContracts } from '@/lib/contract/actions/list'
import { actionNames } from '@/lib/contract/actions/names'
import { allowHosts } from '@/lib/http/hosts'
import { rulesOf } from '@/lib/http/guard'
import { endStreams } from '@/lib/http/open-streams'
import { stopAll } from '@/lib/live/instance'

/** The description at /api/openapi.json against the routes: which there are, what they take, what they answer. */

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>
type Json = Record<string, unknown>
type Media = Record<string, { schema: Json }>
type Described = {
  parameters?: { name: string; in: string; required: boolean; schema: Json }[]
  requestBody?: { content: Media }
  responses: Record<string, { description: string; content: Media }>
}
type Document = { openapi: string; paths: Record<string, Record<string, Described>>; components: { schemas: Json } }

const host = '127.0.0.1:3000'
const api = new ScriptedApi()
const handlers = new Map<string, { handler: Handler; fixed: Record<string, string> }>()
let document: Document
let cluster = ''
let restore: () => void

beforeAll(async () => {
  await api.start()
  putSmallCluster(api)
  process.env.ORDINAL_SERVER = api.url
  cluster = `127-0-0-1-${api.port}`
  allowHosts([host])
  restore = journalTo(() => undefined)
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((one) => path.basename(one) === 'route.ts')) {
    const exported = (await import(path.join(import.meta.dirname, file))) as Record<string, unknown>
    const template = `/api/${path.dirname(file)}`.replaceAll(/\[(\w+)\]/g, '{$1}')
    // Each action has a body and an answer of its own, so each is described as an address.
    for (const action of template.includes('{action}') ? actionNames : [null]) {
      const address = action === null ? template : template.replace('{action}', action)
      for (const [name, value] of Object.entries(exported)) {
        if (rulesOf(value) === null) continue
        const fixed: Record<string, string> = action === null ? {} : { action }
        handlers.set(`${name.toLowerCase()} ${address}`, { handler: value as Handler, fixed })
      }
    }
  }
  const { body } = await call('get /api/openapi.json')
  document = body as Document
})
afterAll(async () => {
  restore()
  endStreams()
  stopAll()
  await api.stop()
})

const good = { namespace: 'shop', name: 'web', pod: 'web-0', service: 'web', resource: 'pods' }
type Ask = { params?: Record<string, string>; query?: string; body?: unknown; headers?: Record<string, string> }

async function call(operation: string, ask: Ask = {}) {
  const found = handlers.get(operation)
  if (!found) throw new Error(`no ${operation}`)
  const post = operation.startsWith('post')
  const names = [...operation.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const given: Record<string, string> = { cluster, ...good, ...ask.params }
  const params = Object.fromEntries(names.map((name) => [name, given[name] ?? '']))
  const request = new Request(`http://${host}/api/x${ask.query ?? ''}`, {
    method: post ? 'POST' : 'GET',
    headers: {
      host,
      ...(post ? { origin: `http://${host}`, 'content-type': 'application/json' } : {}),
      ...ask.headers,
    },
    ...(post ? { body: JSON.stringify(ask.body ?? {}) } : {}),
  })
  const response = await found.handler(request, { params: Promise.resolve({ ...params, ...found.fixed }) })
  const type = response.headers.get('content-type')?.split(';')[0] ?? ''
  if (type === 'text/event-stream') {
    await response.body?.cancel()
    return { status: response.status, type, body: '' }
  }
  const text = await response.text()
  return { status: response.status, type, body: (type === 'application/json' ? JSON.parse(text) : text) as unknown }
}

function describedAs(operation: string): Described {
  const [method = '', address = ''] = operation.split(' ')
  const found = document.paths[address]?.[method]
  if (!found) throw new Error(`${operation} is not described`)
  return found
}

/** A schema of the document itself, read back. */
function readBack(schema: Json): z.ZodType {
  const whole = { ...schema, $defs: document.components.schemas }
  return z.fromJSONSchema(JSON.parse(JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/')) as Json)
}

/** Calls, and holds what comes against what the description says of this status. */
async function asDescribed(operation: string, ask: Ask = {}) {
  const answer = await call(operation, ask)
  const where = `${operation} ${JSON.stringify(ask)} ${answer.status}`
  const response = describedAs(operation).responses[answer.status]
  const schema = response?.content[answer.type]?.schema
  if (!response || !schema) throw new Error(`${where} ${answer.type} is not described: ${JSON.stringify(answer.body)}`)
  const read = readBack(schema).safeParse(answer.body)
  expect(read.error?.issues ?? [], where).toEqual([])
  const code = (answer.body as { error?: { code: string } }).error?.code
  if (code !== undefined) expect(response.description, where).toContain(`\`${code}\``)
  return { status: answer.status, code }
}

/** Where the route asks a function, which no schema can say, the description lists what passes. */
const narrower: Readonly<Record<string, Json>> = { resource: { $ref: '#/components/schemas/Resource' } }

describe('the description', () => {
  it('names every method of every route, and nothing else', () => {
    const described = Object.entries(document.paths).flatMap(([address, methods]) =>
      Object.keys(methods).map((method) => `${method} ${address}`),
    )
    expect(document.openapi).toBe('3.1.1')
    expect(described.sort()).toEqual([...handlers.keys()].sort())
  })

  it('has the parameters that each route takes, with the schema of each and whether it is needed', () => {
    for (const [operation, { handler, fixed }] of handlers) {
      const rules = rulesOf(handler)
      const expected = (['params', 'query'] as const).flatMap((part) => {
        const schema = rules?.[part]
        if (!(schema instanceof z.ZodObject)) return []
        const shape = Object.entries(schema.shape as Record<string, z.ZodType>)
        return shape
          .filter(([name]) => !(name in fixed))
          .map(([name, one]) => {
            const place = part === 'params' ? 'path' : 'query'
            const { $schema: _, ...schema } = z.toJSONSchema(one, { io: 'input' })
            return { name, in: place, required: !one.safeParse(undefined).success, schema: narrower[name] ?? schema }
          })
      })
      const described = describedAs(operation).parameters ?? []
      expect(
        described.filter((one) => one.in !== 'header'),
        operation,
      ).toEqual(expected)
      expect(describedAs(operation).requestBody !== undefined, operation).toBe(rules?.body !== undefined)
    }
  })

  it('has everything that it points at', () => {
    const pointers = JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)
    const names = new Set(Array.from(pointers, ([, pointer = '']) => pointer.replace('#/components/schemas/', '')))
    expect(names.size).toBeGreaterThan(10)
    expect([...names].filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([])
  })

  it('refuses an answer with a field too few or too many', () => {
    const schema = readBack({ $ref: '#/components/schemas/Error' })
    const error = { code: 'internal', message: '', details: null }
    expect(schema.safeParse({ error }).success).toBe(true)
    expect(schema.safeParse({ error: { code: 'internal' } }).success).toBe(false)
    expect(schema.safeParse({ error: { ...error, more: 1 } }).success).toBe(false)
    expect(schema.safeParse({ error: { ...error, code: 'other' } }).success).toBe(false)
  })
})

const uid = { namespace: 'shop', name: 'web-0', uid: 'pod-uid-0' }
const ofSet = '/api/clusters/{cluster}/namespaces/{namespace}/statefulsets/{name}'
const ofPod = '/api/clusters/{cluster}/namespaces/{namespace}/pods/{pod}'
const object = 'get /api/clusters/{cluster}/objects/{resource}/{namespace}/{name}'
const actions = 'post /api/clusters/{cluster}/actions'
/** The query that the question to a pod, or to a Service, needs. */
const asked = (operation: string) => (operation.includes('{pod}') ? '?uid=u&port=80' : '?port=80')

describe('an answer is as described', () => {
  it('when a cluster is read', async () => {
    const asks: [string, Ask?][] = [
      ['get /api/health'],
      ['get /api/openapi.json'],
      ['get /api/clusters'],
      ['get /api/clusters/{cluster}'],
      ['post /api/clusters/{cluster}/retry'],
      ['get /api/live', { query: `?watch=${cluster}:overview,${cluster}:set:shop/web` }],
      ['get /api/clusters/{cluster}/statefulsets'],
      ['get /api/clusters/{cluster}/statefulsets', { query: '?view=full' }],
      [`get ${ofSet}`],
      [`get ${ofSet}/events`],
      [`get ${ofSet}/events`, { query: '?ordinal=1' }],
      ['get /api/clusters/{cluster}/namespaces/{namespace}/rights', { query: '?set=web&pod=web-0' }],
      [`get ${ofPod}/evidence`, { query: '?uid=pod-uid-0' }],
      [`get ${ofPod}/ask`, { query: '?uid=pod-uid-0&port=8080' }],
      ['get /api/clusters/{cluster}/namespaces/{namespace}/services/{service}/ask', { query: '?port=8080&path=/' }],
      [`get ${ofSet}/peers`],
      [object, { params: { name: 'web-0' } }],
      [object, { params: { resource: 'nodes', namespace: '-', name: 'node-0' } }],
      [`get ${ofPod}/log`, { query: '?container=web&follow=true' }],
      ['get /api/ready'],
    ]
    // Nobody has opened the cluster yet, so this may be the 503 with what is waited for.
    await asDescribed('get /api/ready')
    for (const [operation, ask] of asks) {
      expect((await asDescribed(operation, ask)).status, operation).toBe(200)
    }
  })

  it('when an action is looked at, and when it is done', async () => {
    const scale = { namespace: 'shop', name: 'web', uid: 'set-uid', generation: 4, replicas: 2 }
    const query = '?preview=true'
    expect((await asDescribed(`${actions}/scale`, { body: scale, query })).status).toBe(200)
    expect((await asDescribed(`${actions}/delete-pod`, { body: uid, query })).status).toBe(200)
    await asDescribed(`${actions}/force-delete-pod`, { body: uid, query })
    await asDescribed(`${actions}/remove-finalizers`, { body: { ...uid, finalizers: ['a/b'] }, query })
    expect((await asDescribed(`${actions}/scale`, { body: { ...scale, generation: 3 } })).status).toBe(409)
    expect((await asDescribed(`${actions}/scale`, { body: scale })).status).toBe(200)
    expect((await asDescribed(`${actions}/delete-pod`, { body: uid })).status).toBe(200)
  })

  it('when there is no such thing', async () => {
    for (const operation of handlers.keys()) {
      if (!operation.includes('{cluster}')) continue
      const query = operation.endsWith('/evidence') ? '?uid=u' : operation.endsWith('/ask') ? asked(operation) : ''
      const log = operation.endsWith('/log') ? '?container=web' : query
      const { status } = await asDescribed(operation, {
        params: { cluster: 'nowhere' },
        query: log,
        body: bodies[operation.slice(operation.lastIndexOf('/') + 1)],
      })
      expect(status, operation).toBe(404)
    }
    expect(await asDescribed(`get ${ofSet}`, { params: { name: 'none' } })).toEqual({ status: 404, code: 'not-found' })
    expect((await asDescribed(object, { params: { name: 'none' } })).status).toBe(404)
    expect((await asDescribed('get /api/clusters/{cluster}/demo')).code).toBe('not-the-demo')
  })

  it('when a name, the query, the body or the sender is wrong', async () => {
    for (const operation of handlers.keys()) {
      for (const name of Array.from(operation.matchAll(/\{(\w+)\}/g), ([, one = '']) => one)) {
        const { status, code } = await asDescribed(operation, { params: { [name]: '../x' } })
        expect({ status, code }, operation).toEqual({ status: 400, code: 'invalid-name' })
      }
      expect(await asDescribed(operation, { query: '?no=1' }), operation).toEqual({
        status: 400,
        code: 'invalid-query',
      })
      const from = async (headers: Record<string, string>) => (await asDescribed(operation, { headers })).code
      expect(await from({ host: 'rebind.test' }), operation).toBe('invalid-host')
      expect(await from({ 'sec-fetch-site': 'cross-site' }), operation).toBe('cross-site')
      if (!operation.startsWith('post')) continue
      expect((await asDescribed(operation, { body: [1] })).code, operation).toBe('invalid-body')
      expect(await from({ origin: 'http://evil.test' }), operation).toBe('foreign-origin')
      expect(await from({ 'content-type': 'text/plain' }), operation).toBe('not-json')
    }
  })
})

/** A body that is right, by the last part of the address. */
const bodies: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(actionNames.map((name) => [name, actionContracts[name].example.body])),
  demo: { reset: true },
  levers: { undo: 'all' },
}
