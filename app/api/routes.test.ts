import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collections, putEvent, putNodes, putSet } from '@/test/fixtures/example-cluster'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { strangeNames } from '@/test/fixtures/strange-names'
import { isGuarded } from '@/lib/http/guard'
import { allowHosts } from '@/lib/http/hosts'
import { endStreams } from '@/lib/http/open-streams'
import { stopAll } from '@/lib/live/instance'

/** Every route of the API, from the file tree, called as the framework calls it. */

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>
type Route = { file: string; names: string[]; methods: Map<string, Handler> }

const folder = import.meta.dirname
const methodNames = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const host = '127.0.0.1:3000'
const api = new ScriptedApi()
const routes: Route[] = []
let cluster = ''

beforeAll(async () => {
  await api.start()
  process.env.ORDINAL_SERVER = api.url
  cluster = new URL(api.url).host.replaceAll(/[^a-z0-9]+/g, '-')
  allowHosts([host])
  putNodes(api)
  putSet(api, 'kubia')
  putEvent(api, 'Pod', 'kubia-1', 'Scheduled')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => path.basename(file) === 'route.ts',
  )
  for (const file of files.sort()) {
    const exported = (await import(path.join(folder, file))) as Record<string, unknown>
    const methods = new Map(
      methodNames.flatMap((name) => (name in exported ? [[name, exported[name] as Handler] as const] : [])),
    )
    routes.push({ file, names: [...file.matchAll(/\[([a-z]+)\]/g)].map((match) => match[1] ?? ''), methods })
  }
})
afterAll(async () => {
  endStreams()
  stopAll()
  await api.stop()
})

const good: Record<string, string> = {
  namespace: 'default',
  name: 'kubia',
  pod: 'kubia-0',
  resource: 'pods',
  action: 'scale',
}
const paramsOf = (route: Route, changed: Record<string, string> = {}) =>
  Object.fromEntries(
    route.names.map((name) => [name, changed[name] ?? (name === 'cluster' ? cluster : (good[name] ?? 'x'))]),
  )

async function call(route: Route, method: string, params: Record<string, string>, query = '') {
  const handler = route.methods.get(method)
  if (!handler) throw new Error(`${route.file} has no ${method}`)
  const write = method === 'POST'
  const request = new Request(`http://${host}/api/x${query}`, {
    method,
    headers: { host, origin: `http://${host}`, ...(write ? { 'content-type': 'application/json' } : {}) },
    ...(write ? { body: '{}' } : {}),
  })
  return handler(request, { params: Promise.resolve(params) })
}
function find(file: string): Route {
  const route = routes.find((one) => one.file === file)
  if (!route) throw new Error(`no ${file}`)
  return route
}

const set = 'clusters/[cluster]/namespaces/[namespace]/statefulsets/[name]'

describe('every route', () => {
  it('is made by guard', () => {
    expect(routes.length).toBeGreaterThanOrEqual(9)
    for (const { file, methods } of routes) {
      expect(methods.size, file).toBeGreaterThan(0)
      for (const [method, handler] of methods) expect(isGuarded(handler), `${method} ${file}`).toBe(true)
    }
  })

  it('refuses strange names in each of its parameters, and asks the API server nothing', async () => {
    const seen = api.requests.length
    for (const route of routes) {
      for (const method of route.methods.keys()) {
        for (const name of route.names) {
          for (const text of strangeNames) {
            const response = await call(route, method, paramsOf(route, { [name]: text }))
            expect([400, 404, 405], `${method} ${route.file} ${name}=${JSON.stringify(text)}`).toContain(
              response.status,
            )
          }
        }
      }
    }
    expect(api.requests.slice(seen).map(({ url }) => url)).toEqual([])
  })

  it('refuses strange names in what a stream watches and a log reads', async () => {
    const seen = api.requests.length
    const live = find('live/route.ts')
    const log = find('clusters/[cluster]/namespaces/[namespace]/pods/[pod]/log/route.ts')
    for (const text of strangeNames) {
      const word = encodeURIComponent(text)
      const watch = [`${cluster}:set:${word}/kubia`, `${cluster}:set:default/${word}`, word, `${word}:overview`]
      for (const topic of watch) {
        const query = `?watch=${cluster}:overview,${topic}`
        expect((await call(live, 'GET', {}, query)).status, query).toBe(400)
      }
      expect((await call(log, 'GET', paramsOf(log), `?container=${word}`)).status).toBe(400)
    }
    expect(api.requests.length).toBe(seen)
  })

  it('knows no other cluster, and no Secrets', async () => {
    const sets = find('clusters/[cluster]/statefulsets/route.ts')
    expect((await call(sets, 'GET', { cluster: 'nowhere' })).status).toBe(404)
    const objects = find('clusters/[cluster]/objects/[resource]/[namespace]/[name]/route.ts')
    for (const resource of ['secrets', 'configmaps', 'constructor']) {
      expect((await call(objects, 'GET', paramsOf(objects, { resource }))).status).toBe(400)
    }
  })
})

describe('the snapshots', () => {
  const answer = async (file: string, params: Record<string, string> = {}, query = '') => {
    const route = find(file)
    const response = await call(route, 'GET', paramsOf(route, params), query)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  it('list the clusters, their states, and the sets', async () => {
    expect((await answer('clusters/route.ts')).body).toMatchObject({
      default: cluster,
      clusters: [{ id: cluster, origin: 'url' }],
    })
    expect((await answer('clusters/[cluster]/route.ts')).body).toMatchObject({
      connection: { state: 'live' },
      kinds: { pods: { state: 'live' } },
    })
    const { body } = await answer('clusters/[cluster]/statefulsets/route.ts')
    expect(body.statefulsets).toMatchObject([{ name: 'kubia', desired: 3, ready: 3 }])
    const full = await answer('clusters/[cluster]/statefulsets/route.ts', {}, '?view=full')
    expect(full.body.statefulsets).toMatchObject([
      { name: 'kubia', ordinals: [{ ordinal: 0 }, { ordinal: 1 }, { ordinal: 2 }] },
    ])
    expect((await answer('ready/route.ts')).status).toBe(200)
  })

  it('give one set, or 404', async () => {
    expect((await answer(`${set}/route.ts`)).body).toMatchObject({ name: 'kubia', replicas: { desired: 3 } })
    expect(await answer(`${set}/route.ts`, { name: 'none' })).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found' } },
    })
  })

  it('give the events of a set and of an ordinal', async () => {
    expect((await answer(`${set}/events/route.ts`)).body.events).toMatchObject([{ reason: 'Scheduled' }])
    expect((await answer(`${set}/events/route.ts`, {}, '?ordinal=2')).body.events).toEqual([])
  })

  it('give an object as YAML without managed fields', async () => {
    api.update(collections.pods, 'default', 'kubia-0', (pod) => (pod.metadata.managedFields = [{ manager: 'kubelet' }]))
    const route = find('clusters/[cluster]/objects/[resource]/[namespace]/[name]/route.ts')
    const response = await call(route, 'GET', paramsOf(route, { name: 'kubia-0' }))
    const yaml = await response.text()
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(yaml).toContain('name: kubia-0')
    expect(yaml).not.toContain('managedFields')
  })
})

describe('the stream', () => {
  it('begins with a snapshot and goes on with changes', async () => {
    const route = find('live/route.ts')
    const response = await call(route, 'GET', {}, `?watch=${cluster}:set:default/kubia`)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const next = async () => (await reader?.read())?.value ?? ''
    expect(await next()).toMatch(/^event: snapshot\nid: [\w-]+:set:default\/kubia@([\w-]+)\ndata: \{"version":"\1"/)
    expect(await next()).toMatch(/^event: heartbeat\ndata: \{"topics":\{"[\w-]+:set:default\/kubia":"20/)
    api.remove(collections.pods, 'default', 'kubia-2')
    const change = await next()
    expect(change).toMatch(/^event: changed\n/)
    expect(change).toContain('"name":"kubia-2","inRange":true,"state":')
    await reader?.cancel()
  })
})
