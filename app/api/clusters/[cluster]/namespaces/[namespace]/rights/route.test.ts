import { afterAll, beforeAll, expect, it } from 'vitest'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { strangeNames } from '@/test/fixtures/strange-names'
import { allowHosts } from '@/lib/http/hosts'
import type { Rights } from '@/lib/contract/rights'
import { GET } from './route'

const host = '127.0.0.1:3000'
const api = new ScriptedApi()
beforeAll(async () => {
  await api.start()
  process.env.ORDINAL_SERVER = api.url
  allowHosts([host])
})
afterAll(() => api.stop())

it.each(strangeNames)('the name %j is refused wherever it stands, and the API server is not asked', async (bad) => {
  const ask = async (params: Record<string, string>, query = '') =>
    (await GET(new Request(`http://${host}/x${query}`, { headers: { host } }), { params: Promise.resolve(params) }))
      .status
  expect(await ask({ cluster: `127-0-0-1-${api.port}`, namespace: bad })).toBe(400)
  expect(await ask({ cluster: bad, namespace: 'shop' })).toBe(400)
  expect(await ask({ cluster: 'nowhere', namespace: 'shop' })).toBe(404)
  expect(api.requests).toEqual([])
})

it('asks what the write would ask: with the name of the set and of the pod', async () => {
  api.allows = (rule) => rule.name === 'kubia'
  const params = Promise.resolve({ cluster: `127-0-0-1-${api.port}`, namespace: 'shop' })
  const request = new Request(`http://${host}/x?set=kubia&pod=kubia-0`, { headers: { host } })
  const rights = (await (await GET(request, { params })).json()) as Rights
  expect(rights.actions).toMatchObject({ scale: { allowed: true }, 'delete-pod': { allowed: false } })
  expect(rights.readOnly).toBe(false)
})
