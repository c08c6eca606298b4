import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { makeCertificate } from '@/test/fixtures/certificate'
import { putSet } from '@/test/fixtures/example-cluster'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { liveCluster, runningClusters, stopAll } from './instance'

it('credentials that are replaced end what looks through the old ones, and its readers are told to come again', async () => {
  const authority = makeCertificate({ name: 'ca', authority: true })
  const own = makeCertificate({ name: 'api', issuer: authority, hosts: ['127.0.0.1'] })
  const api = await new ScriptedApi({ tls: { cert: own.cert, key: own.key } }).start()
  putSet(api, 'kubia')
  const folder = mkdtempSync(path.join(tmpdir(), 'ordinal-'))
  const file = path.join(folder, 'config')
  const ca = Buffer.from(authority.cert).toString('base64')
  const write = (token: string) => {
    const clusters = [{ name: 'k', cluster: { server: api.url, 'certificate-authority-data': ca } }]
    const contexts = [{ name: 'c', context: { cluster: 'k', user: 'u' } }]
    const users = [{ name: 'u', user: { token } }]
    writeFileSync(file, JSON.stringify({ 'current-context': 'c', contexts, clusters, users }))
    api.tokens = new Set([token])
  }
  vi.stubEnv('KUBECONFIG', file)
  write('old')
  try {
    const old = await liveCluster('c')
    await old.ready
    const renewed = vi.fn()
    const reader = old.subscribe({ of: 'overview' }, () => {}, null, renewed)
    expect(old.overview().summaries).toHaveLength(1)
    write('new')
    await vi.waitFor(() => expect(renewed).toHaveBeenCalledTimes(1), 15_000)
    reader.close()
    expect(old.stopped).toBe(true)
    const live = await liveCluster('c')
    await live.ready
    expect(live).not.toBe(old)
    expect(live.overview().summaries).toHaveLength(1)
    expect(runningClusters()).toEqual([live])
  } finally {
    stopAll()
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
    await api.stop()
  }
}, 30_000)
