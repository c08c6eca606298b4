import { afterAll, beforeAll, expect, it } from 'vitest'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { strangeNames } from '@/test/fixtures/strange-names'
import { allowHosts } from '@/lib/http/hosts'
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
  const good = { cluster: `127-0-0-1-${api.port}`, namespace: 'shop', pod: 'web-0' }
  for (const field of ['cluster', 'namespace', 'pod'] as const) {
    expect(await ask({ ...good, [field]: bad }, '?uid=u')).toBe(400)
  }
  expect(await ask(good)).toBe(400)
  expect(await ask(good, '?uid=u&uid=v')).toBe(400)
  if (bad !== 'A' && bad !== '-a') expect(await ask(good, `?uid=${encodeURIComponent(bad)}`)).toBe(400)
  expect(api.requests).toEqual([])
})
