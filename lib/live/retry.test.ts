import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { connect } from '@/lib/cluster/connect'
import { serverVersion } from '@/lib/cluster/version'
import { readSettings } from '@/lib/settings'
import { LiveCluster } from './live-cluster'

it('a plugin that fails runs once for all that ask, and once more when a person tries again', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ordinal-plugin-'))
  const counter = path.join(folder, 'runs')
  writeFileSync(counter, '')
  writeFileSync(path.join(folder, 'plugin.sh'), `#!/bin/sh\nprintf x >> '${counter}'\necho log in first >&2\nexit 1\n`)
  chmodSync(path.join(folder, 'plugin.sh'), 0o755)
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin.sh', interactiveMode: 'Never' }
  const config = {
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'a', user: { exec } }],
  }
  writeFileSync(path.join(folder, 'config'), JSON.stringify(config))
  const runs = () => readFileSync(counter).length
  const connection = connect('a', readSettings({ KUBECONFIG: path.join(folder, 'config') }))
  const live = new LiveCluster(connection, {
    namespaces: [],
    askVersion: (to, signal) => serverVersion(to, { signal }),
    healthEveryMs: 100,
  })
  try {
    await vi.waitFor(() => expect(live.connection.error?.code).toBe('exec-plugin'), { timeout: 10_000 })
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(runs()).toBe(1)
    live.retry()
    await vi.waitFor(() => expect(runs()).toBe(2), { timeout: 3_000 })
  } finally {
    live.stop()
  }
})
