import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom } from '@/lib/demo/random'
import { SteppedCluster } from '@/test/fixtures/stepped-cluster'
import { levers } from './levers'
import { Runner } from './runner'
import { Stage } from './stage'

let cluster: SteppedCluster
let server: Server
let url: string
beforeEach(async () => {
  cluster = await SteppedCluster.start()
  const { view, operations, fleet } = cluster.demo
  const runner = new Runner(new Stage(view, operations, fleet, seededRandom(1)))
  const handle = levers({ fleet, runner, reset: async () => undefined })
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
const post = (path: string, body: unknown = {}, headers: Record<string, string> = json) =>
  fetch(`${url}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })

describe('the levers', () => {
  it('list the scenarios by their ids', async () => {
    const { scenarios } = (await (await fetch(`${url}/scenarios`)).json()) as {
      scenarios: { id: string; steps: number }[]
    }
    expect(scenarios.map(({ id }) => id)).toContain('node-lost')
    for (const { id, steps } of scenarios) expect(steps, id).toBeGreaterThan(0)
  })

  it('start a scenario and say what goes on', async () => {
    expect((await post('scenarios/ordered-start')).status).toBe(200)
    await cluster.step(2)
    const { current } = (await (await fetch(`${url}/scenarios/current`)).json()) as { current: Record<string, unknown> }
    expect(current).toMatchObject({
      id: 'ordered-start',
      state: 'running',
      step: 1,
      say: { key: 'created' },
      look: { namespace: 'scenario', statefulSet: 'kubia' },
    })
    expect((await post('scenarios/stop')).status).toBe(200)
  })

  it('fail a node and bring it back', async () => {
    await post('nodes/worker-1/fail', { machine: true })
    expect(cluster.demo.fleet.machines()[0]).toMatchObject({ name: 'worker-1', outage: 'off' })
    await post('nodes/worker-1/recover', { reboot: true })
    expect(cluster.demo.fleet.machines()[0]).toMatchObject({ outage: null })
  })

  it('make a pod misbehave', async () => {
    cluster.create({ replicas: 1 })
    await cluster.settled(1)
    expect((await post('pods/default/web-0/behaviour', { behaviour: 'unready' })).status).toBe(200)
    await cluster.until('unready', () => cluster.ready() === 0)
    expect((await post('pods/default/web-0/behaviour', { behaviour: null })).status).toBe(200)
    await cluster.settled(1)
  })

  it('refuse web pages, other content types, and what they do not know', async () => {
    expect((await post('nodes/worker-1/fail', {}, { ...json, origin: 'https://evil.example' })).status).toBe(403)
    expect((await post('nodes/worker-1/fail', {}, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post('nodes/nobody/fail')).status).toBe(404)
    expect((await post('scenarios/nobody')).status).toBe(404)
    expect((await post('nodes/worker-1/fail', { machine: 'yes' })).status).toBe(400)
    expect((await post('nodes/worker-1/fail', { unknown: 1 })).status).toBe(400)
    expect((await post('pods/default/web-0/behaviour', { behaviour: 'dance' })).status).toBe(400)
    expect((await post('reset', 'x'.repeat(20_000))).status).toBe(413)
    expect((await fetch(`${url}/nodes/worker-1/fail`)).status).toBe(405)
    expect((await fetch(`${url}/nothing`)).status).toBe(404)
    expect((await fetch(`${url}/nodes/%ff/fail`, { method: 'POST', headers: json, body: '{}' })).status).toBe(400)
    expect(cluster.demo.fleet.machines().every(({ outage }) => outage === null)).toBe(true)
  })
})
