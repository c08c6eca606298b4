import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { allowHosts } from '@/lib/http/hosts'
import { forgetRates, limitRates } from '@/lib/http/rates'
import { stopAll } from '@/lib/live/instance'
import { POST } from './route'

const host = '127.0.0.1:3000'
const api = new ScriptedApi({ gitVersion: 'v1.37.1+ordinal.demo' })
const orders = () => api.requests.filter(({ path }) => path.startsWith('/ordinal.demo/'))
beforeAll(async () => {
  await api.start()
  api.hooks.push(({ path }) => (path.startsWith('/ordinal.demo/') ? { status: 200, body: {} } : undefined))
  process.env.ORDINAL_SERVER = api.url
  allowHosts([host])
})
afterEach(() => {
  forgetRates()
  api.requests.length = 0
})
afterAll(async () => {
  stopAll()
  await api.stop()
})

async function order(body: object) {
  const headers = { host, origin: `http://${host}`, 'content-type': 'application/json' }
  const request = new Request(`http://${host}/x`, { method: 'POST', headers, body: JSON.stringify(body) })
  const params = Promise.resolve({ cluster: `127-0-0-1-${api.port}` })
  const answer = await POST(request, { params })
  const { error } = (await answer.json()) as { error?: { code: string } }
  return error?.code ?? answer.status
}

it('orders count as changes', async () => {
  limitRates(3)
  const answers = []
  for (let turn = 0; turn < 5; turn += 1) answers.push(await order({ reset: true }))
  expect(answers).toEqual([200, 200, 200, 'too-many', 'too-many'])
  expect(orders()).toHaveLength(3)
})

it('what is no order is none', async () => {
  for (const body of [
    {},
    { reset: false },
    { start: '../reset' },
    { start: 'a', stop: true },
    { reset: true, more: 1 },
  ]) {
    expect(await order(body), JSON.stringify(body)).toBe('invalid-body')
  }
  expect(orders()).toEqual([])
})
