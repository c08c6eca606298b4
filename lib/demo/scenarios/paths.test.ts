import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom } from '@/lib/demo/random'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'
import { paths } from './paths'
import type { Current } from './play'
import { Runner } from './runner'
import { Stage } from './stage'

let cluster: SteppedCluster
let server: Server
let url: string
beforeEach(async () => {
  cluster = await SteppedCluster.start()
  const { view, operations, fleet } = cluster.demo
  const stage = new Stage(view, operations, fleet, seededRandom(1))
  const handle = paths({ runner: new Runner(stage), levers: stage.levers, reset: async () => undefined })
  server = createServer((request, response) => {
    void handle(request, response, request.url ?? '').then((known) => {
      if (!known) response.writeHead(404).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ordinal.demo`
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  await cluster.stop()
})

const json = { 'content-type': 'application/json' }
const post = (path: string, body: unknown, headers: Record<string, string> = json) =>
  fetch(`${url}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
type Shown = { scenarios: { id: string; seconds: number }[]; current: Current | null; cleared: string | null }
const shown = async () => (await (await fetch(`${url}/scenarios`)).json()) as Shown
const outages = () => cluster.demo.fleet.machines().map(({ outage }) => outage)

describe('the scenarios of the demo, by their path', () => {
  it('are listed with how long each takes', async () => {
    const { scenarios, current, cleared } = await shown()
    expect(scenarios.map(({ id }) => id)).toContain('node-lost')
    for (const { id, seconds } of scenarios) expect(seconds, id).toBeGreaterThan(0)
    expect({ current, cleared }).toEqual({ current: null, cleared: null })
  })

  it('start, ask, take the way that is chosen, stop with everything left, and are cleared away', async () => {
    expect((await post('scenarios', { start: 'missing-service' })).status).toBe(200)
    await cluster.step(20)
    expect((await shown()).current).toMatchObject({
      id: 'missing-service',
      state: 'waiting',
      mode: 'by-hand',
      say: { key: 'no-name' },
      turn: {
        key: 'bring-service',
        ways: [{ id: 'service', lever: { lever: 'service', namespace: 'scenario', name: 'kubia' } }],
      },
      look: { namespace: 'scenario', statefulSet: 'kubia' },
    })
    expect((await post('scenarios', { choose: 'nothing' })).status).toBe(409)
    expect((await post('scenarios', { choose: 'service' })).status).toBe(200)
    await cluster.step(1)
    expect((await shown()).current).toMatchObject({ turn: null, say: { key: 'named' }, state: 'done' })
    expect((await post('scenarios', { start: 'canary', mode: 'by-itself' })).status).toBe(200)
    await cluster.step(10)
    expect((await post('scenarios', { mode: 'by-hand' })).status).toBe(200)
    expect((await post('scenarios', { stop: true })).status).toBe(200)
    expect((await shown()).current).toMatchObject({ id: 'canary', state: 'stopped', mode: 'by-hand' })
    expect(cluster.names('statefulsets', 'scenario')).toEqual(['kubia'])
    expect((await post('scenarios', { clear: true })).status).toBe(200)
    expect(await shown()).toMatchObject({ current: null, cleared: 'canary' })
    expect(cluster.names('statefulsets', 'scenario')).toEqual([])
  })
})

describe('the levers of the demo, by their path', () => {
  it('fail a node and bring it back', async () => {
    await post('levers', { lever: 'off', name: 'worker-1' })
    expect(outages()[0]).toBe('off')
    await post('levers', { lever: 'off', name: 'worker-1', undo: true, reboot: true })
    expect(outages()[0]).toBeNull()
  })

  it('say what is in force and what they can be pulled on', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    const answer = await post('levers', { lever: 'unready', namespace: 'default', name: 'web-0' })
    expect(await answer.json()).toEqual({
      inForce: [{ lever: 'unready', namespace: 'default', name: 'web-0' }],
      nodes: ['worker-1', 'worker-2', 'worker-3'],
      sets: [{ namespace: 'default', name: 'web', pods: ['web-0'] }],
    })
    expect(await (await post('levers', { undo: 'all' })).json()).toMatchObject({ inForce: [] })
  })

  it('tell a scenario that a machine is back, at once', async () => {
    await post('scenarios', { start: 'node-lost' })
    await cluster.step(120)
    const { current } = await shown()
    expect(current?.turn?.key).toBe('hangs')
    await post('levers', { lever: 'silent', name: current?.turn?.ways[1]?.lever?.name ?? '', undo: true })
    expect((await shown()).current?.turn).toBeNull()
  })
})

it('web pages, other content types, and what is not known are refused', async () => {
  const silence = { lever: 'silent', name: 'worker-1' }
  expect((await post('levers', silence, { ...json, origin: 'https://evil.example' })).status).toBe(403)
  expect((await post('levers', silence, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await post('levers', { ...silence, name: 'nobody' })).status).toBe(409)
  expect((await post('levers', { ...silence, undo: 'yes' })).status).toBe(400)
  expect((await post('levers', { ...silence, namespace: 'default' })).status).toBe(400)
  expect((await post('levers', { lever: 'dance', namespace: 'default', name: 'web-0' })).status).toBe(400)
  expect((await post('levers', { lever: 'crash', namespace: 'default', name: 'web-0' })).status).toBe(409)
  expect((await post('scenarios', { start: 'nobody' })).status).toBe(404)
  expect((await post('scenarios', {})).status).toBe(400)
  expect((await post('scenarios', { stop: true, clear: true })).status).toBe(400)
  expect((await post('scenarios', 'x'.repeat(20_000))).status).toBe(413)
  expect((await fetch(`${url}/scenarios`, { method: 'DELETE' })).status).toBe(405)
  expect((await fetch(`${url}/nothing`)).status).toBe(404)
  expect((await fetch(`${url}/levers/%ff`, { method: 'POST', headers: json, body: '{}' })).status).toBe(404)
  expect(outages().every((outage) => outage === null)).toBe(true)
})
