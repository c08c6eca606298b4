import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { allowHosts } from '@/lib/http/hosts'
import { forgetRates, limitRates } from '@/lib/http/rates'
import { stopAll } from '@/lib/live/instance'
import { POST as pull } from './levers/route'
import { GET, POST } from './route'

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

async function order(body: object, handler: typeof POST | typeof pull = POST) {
  const headers = { host, origin: `http://${host}`, 'content-type': 'application/json' }
  const request = new Request(`http://${host}/x`, { method: 'POST', headers, body: JSON.stringify(body) })
  const params = Promise.resolve({ cluster: `127-0-0-1-${api.port}` })
  const answer = await handler(request, { params })
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
    { start: 'a', mode: 'by-magic' },
    { choose: '' },
  ]) {
    expect(await order(body), JSON.stringify(body)).toBe('invalid-body')
  }
  for (const body of [
    { lever: 'silent', namespace: 'default', name: 'worker-1' },
    { lever: 'crash', name: 'kubia-0' },
    { lever: 'crash', namespace: '..', name: 'kubia-0' },
    { lever: 'dance', name: 'worker-1' },
    { undo: true },
  ]) {
    expect(await order(body, pull), JSON.stringify(body)).toBe('invalid-body')
  }
  expect(orders()).toEqual([])
})

it('the commands of a decision say where the demo cluster is', async () => {
  const turn = { key: 'hangs', ways: [{ id: 'force', kubectl: 'delete pod kubia-1 --force' }, { id: 'repair' }] }
  const playing = {
    id: 'node-lost',
    step: 1,
    steps: 2,
    say: null,
    state: 'waiting',
    mode: 'by-hand',
    turn,
    overdue: false,
    said: [],
    look: { namespace: 'scenario', statefulSet: 'kubia' },
  }
  api.hooks.unshift(({ path, method }) =>
    path.startsWith('/ordinal.demo/scenarios') && method === 'GET'
      ? { status: 200, body: { scenarios: [], stage: null, cleared: null, current: playing } }
      : undefined,
  )
  const answer = await GET(new Request(`http://${host}/x`, { headers: { host } }), {
    params: Promise.resolve({ cluster: `127-0-0-1-${api.port}` }),
  })
  const { current } = (await answer.json()) as { current: typeof playing }
  expect(current.turn.ways).toEqual([
    { id: 'force', kubectl: `kubectl -s ${api.url} -n scenario delete pod kubia-1 --force` },
    { id: 'repair' },
  ])
})
