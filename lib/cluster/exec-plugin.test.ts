import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { execCredentials } from './exec-plugin'
import { loadKubeconfig } from './kubeconfig'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** A plugin that counts its runs and does what its second file says. */
function plugin() {
  const folder = mkdtempSync(path.join(tmpdir(), 'ordinal-plugin-'))
  const counter = path.join(folder, 'runs')
  const script = path.join(folder, 'script')
  const file = path.join(folder, 'config')
  writeFileSync(counter, '')
  writeFileSync(path.join(folder, 'plugin.sh'), `#!/bin/sh\nprintf x >> '${counter}'\n. '${script}'\n`)
  chmodSync(path.join(folder, 'plugin.sh'), 0o755)
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin.sh', interactiveMode: 'Never' }
  const config = {
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    clusters: [{ name: 'a', cluster: { server: 'https://a.test' } }],
    users: [{ name: 'a', user: { exec } }],
  }
  writeFileSync(file, JSON.stringify(config))
  const context = loadKubeconfig([file]).contexts[0]
  if (!context?.user.exec) throw new Error('no plugin')
  const gives = (token: string, expirationTimestamp?: string) => {
    const credential = { apiVersion: exec.apiVersion, kind: 'ExecCredential', status: { token, expirationTimestamp } }
    writeFileSync(script, `cat <<'END'\n${JSON.stringify(credential)}\nEND\n`)
  }
  const fails = () => writeFileSync(script, 'echo log in first >&2; exit 1\n')
  return { ...execCredentials(context, context.user.exec, 10), gives, fails, runs: () => readFileSync(counter).length }
}

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

it('one failure is the answer for everybody, for longer after each', async () => {
  const credentials = plugin()
  credentials.fails()
  const ask = () => Promise.allSettled(Array.from({ length: 11 }, (_, index) => credentials.get(index % 2 === 1)))
  const seconds: number[] = []
  const start = Date.now()
  while (Date.now() - start < 300_000) {
    const before = credentials.runs()
    for (const answer of await ask()) expect(answer).toMatchObject({ reason: { code: 'exec-plugin' } })
    if (credentials.runs() > before) seconds.push((Date.now() - start) / 1000)
    later(1)
  }
  expect(seconds).toEqual([0, 5, 15, 35, 75, 135, 195, 255])
})

it('a person who tries again does not wait, and a success ends the pause', async () => {
  const credentials = plugin()
  credentials.fails()
  await expect(credentials.get(false)).rejects.toThrow('log in first')
  credentials.gives('t')
  await expect(credentials.get(false)).rejects.toThrow('log in first')
  expect(credentials.runs()).toBe(1)
  credentials.retry()
  expect(await credentials.get(false)).toMatchObject({ token: 't' })
  later(3600)
  expect(await credentials.get(false)).toMatchObject({ token: 't' })
  expect(credentials.runs()).toBe(2)
})

it('credentials that are refused time and again are not asked for at each refusal', async () => {
  const credentials = plugin()
  credentials.gives('t')
  await credentials.get(false)
  let runs = credentials.runs()
  for (let second = 0; second < 120; second += 1) {
    later(1)
    await credentials.get(true)
  }
  runs = credentials.runs() - runs
  expect(runs).toBeLessThanOrEqual(5)
  // A day later the same refusal is a credential that has simply ended.
  later(86_400)
  await credentials.get(true)
  later(6)
  await credentials.get(true)
  expect(credentials.runs()).toBe(runs + 3)
})

it('credentials that have ended when they come are used, and not asked for at each request', async () => {
  const credentials = plugin()
  credentials.gives('t', '2020-01-01T00:00:00Z')
  for (let count = 0; count < 20; count += 1) expect(await credentials.get(false)).toMatchObject({ token: 't' })
  expect(credentials.runs()).toBe(1)
})

it('a failure before the end of the credentials is not heard', async () => {
  const credentials = plugin()
  credentials.gives('t', new Date(Date.now() + 600_000).toISOString())
  await credentials.get(false)
  credentials.fails()
  later(550)
  expect(await credentials.get(false)).toMatchObject({ token: 't' })
  expect(credentials.runs()).toBe(2)
  later(100)
  await expect(credentials.get(false)).rejects.toThrow('log in first')
})
