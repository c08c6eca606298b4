import { expect, it } from 'vitest'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { readSettings } from '@/lib/settings'
import { connect, defaultCluster } from './connect'
import { podLog } from './logs'

async function download(text: string): Promise<{ log: string; query: URLSearchParams | undefined }> {
  await using api = await new ScriptedApi().start()
  const headers = { 'content-type': 'text/plain' }
  api.hooks.push(({ path }) => (path.endsWith('/log') ? { status: 200, headers, body: text } : undefined))
  const settings = readSettings({ ORDINAL_SERVER: api.url, KUBECONFIG: '/dev/null' })
  const connection = connect(defaultCluster(settings), settings)
  const options = { namespace: 'default', pod: 'web-0', container: 'main', signal: new AbortController().signal }
  const chunks: Buffer[] = []
  for await (const chunk of podLog(connection, options)) chunks.push(chunk)
  connection.close()
  return { log: Buffer.concat(chunks).toString('utf8'), query: api.requests.at(-1)?.query }
}

it('a download of long lines keeps the newest, from the beginning of a line', async () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `${index} ${'é'.repeat(1_000)}`)
  const { log, query } = await download(`${lines.join('\n')}\n`)
  expect(query?.get('tailLines')).toBe('5000')
  expect(query?.has('limitBytes')).toBe(false)
  const size = Buffer.byteLength(log)
  expect(size).toBeLessThanOrEqual(5 * 1024 * 1024)
  expect(size).toBeGreaterThan(5 * 1024 * 1024 - 2_100)
  const kept = log.split('\n').slice(0, -1)
  expect(kept).toEqual(lines.slice(-kept.length))
})

it('a short log comes whole, and so does what is in one line', async () => {
  expect((await download('one\ntwo')).log).toBe('one\ntwo')
  expect((await download('')).log).toBe('')
  const { log } = await download('x'.repeat(6 * 1024 * 1024))
  expect(log).toBe('x'.repeat(5 * 1024 * 1024))
})
