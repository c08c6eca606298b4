import { afterAll, beforeAll, expect, it } from 'vitest'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { allowHosts } from '@/lib/http/hosts'
import { stopAll } from '@/lib/live/instance'
import { POST as pull } from './levers/route'
import { POST } from './route'

const host = '127.0.0.1:3000'
const api = new ScriptedApi({ gitVersion: 'v1.37.1+ordinal.demo' })
const orders = () => api.requests.filter(({ path }) => path.startsWith('/ordinal.demo/'))
beforeAll(async () => {
  await api.start()
  api.hooks.push(({ path }) => (path.startsWith('/ordinal.demo/') ? { status: 200, body: {} } : undefined))
  process.env.READ_ONLY = '1'
  process.env.ORDINAL_SERVER = api.url
  allowHosts([host])
})
afterAll(async () => {
  stopAll()
  await api.stop()
})

async function order(body: object, handler: typeof POST | typeof pull = POST) {
  const headers = { host, origin: `http://${host}`, 'content-type': 'application/json' }
  const request = new Request(`http://${host}/x`, { method: 'POST', headers, body: JSON.stringify(body) })
  const params = Promise.resolve({ cluster: `127-0-0-1-${api.port}` })
  const answer = await handler(request, { params })
  const { error } = (await answer.json()) as { error?: { code: string } }
  return error?.code ?? answer.status
}

it('a server that refuses every write refuses an order to the demo cluster, and sends nothing', async () => {
  for (const body of [{ reset: true }, { stop: true }, { clear: true }, { start: 'node-lost' }, { choose: 'force' }])
    expect(await order(body)).toBe('read-only')
  for (const body of [{ undo: 'all' }, { lever: 'silent', name: 'worker-1' }])
    expect(await order(body, pull)).toBe('read-only')
  expect(orders()).toEqual([])
})
