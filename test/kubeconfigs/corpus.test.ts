import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, defaultCluster } from '@/lib/cluster/connect'
import { isClusterError } from '@/lib/cluster/errors'
import { request } from '@/lib/cluster/request'
import { readSettings } from '@/lib/settings'
import { corpus, type KubeconfigCase } from './corpus'
import { Listener } from './listener'
import { connected, type Outcome, recordedSchema, words } from './outcome'
import { makeCertificates, place } from './place'

/** Each kubeconfig of the corpus connects or is refused as kubectl does, or as the corpus says why not. */

const text = readFileSync(path.join(import.meta.dirname, 'recorded.json'), 'utf8')
const recorded = recordedSchema.parse(JSON.parse(text))
const certificates = makeCertificates()
const listener = new Listener()
beforeAll(() => listener.start(certificates.leaf))
afterAll(() => listener[Symbol.asyncDispose]())

async function ask(one: KubeconfigCase): Promise<Outcome> {
  listener.clear()
  const { folder, kubeconfig } = place(one, listener, certificates)
  try {
    const settings = readSettings({ KUBECONFIG: kubeconfig })
    const connection = connect(defaultCluster(settings), settings)
    await request(connection, { path: ['version'], timeoutMs: 10_000 })
    connection.close()
    return connected(listener) ?? { refuses: 'it answered without a request' }
  } catch (error) {
    // Anything else is a raw error: no code, no advice, no words for a person.
    if (!isClusterError(error)) throw error
    expect(error.tried).not.toBe('')
    return { refuses: words(error.message, folder, listener) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What may never arrive without TLS. */
const secrets = /authorization|bearer|basic|secret|from-a-(?:file|plugin)/i

it('was recorded for each kubeconfig of the corpus', () => {
  expect(Object.keys(recorded.cases)).toEqual(corpus.map(({ name }) => name))
  expect(corpus.length).toBeGreaterThanOrEqual(60)
})

describe('a kubeconfig with', () => {
  it.each(corpus.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    const kubectl = recorded.cases[name]?.kubectl
    const found = await ask(one)
    expect(listener.plainBytes).not.toMatch(secrets)
    if (one.ordinal) {
      const { tls, authorization } = one.ordinal
      expect(found).toMatchObject({ connects: { tls, authorization } })
      expect(found).not.toEqual(kubectl)
    } else if (kubectl && 'refuses' in kubectl) expect(found).toHaveProperty('refuses')
    else expect(found).toEqual(kubectl)
  })
})

it('no secret goes without TLS, whatever is combined', async () => {
  const servers = [
    'http://127.0.0.1:{{port}}',
    'HTTP://localhost:{{port}}/x',
    '127.0.0.1:{{port}}',
    'localhost:{{port}}',
  ]
  const some = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined })
  const cluster = fc.record({
    server: fc.constantFrom(...servers, 'http://secret:secret@127.0.0.1:{{port}}', 'https://127.0.0.1:{{port}}'),
    'certificate-authority-data': some('{{ca}}'),
    'insecure-skip-tls-verify': some(true),
    'tls-server-name': some('api.test'),
  })
  const user = fc.record({
    token: some('secret-token'),
    tokenFile: some('token'),
    username: some('secret-user'),
    password: some('secret-password'),
    'client-certificate-data': some('{{cert}}'),
    'client-key-data': some('{{key}}'),
    exec: some({ apiVersion: 'client.authentication.k8s.io/v1', command: './plugin.sh', interactiveMode: 'Never' }),
    as: some('bob'),
  })
  const output = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"secret"}}'
  await fc.assert(
    fc.asyncProperty(cluster, user, async (clusterFields, userFields) => {
      const config = JSON.stringify({
        'current-context': 'a',
        contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
        clusters: [{ name: 'a', cluster: clusterFields }],
        users: [{ name: 'a', user: userFields }],
      })
      const files = { config, token: 'secret-in-file', 'plugin.sh': `#!/bin/sh\necho '${output}'\n` }
      await ask({ name: 'combined', files })
      expect(listener.plainBytes).not.toMatch(secrets)
      expect(listener.arrived.every(({ tls, certificate }) => tls || certificate === null)).toBe(true)
    }),
    { numRuns: 100 },
  )
})
