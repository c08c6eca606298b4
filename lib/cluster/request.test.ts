import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '@/test/fixtures/certificate'
import { strangeNames } from '@/test/fixtures/strange-names'
import { FaultProxy, tooManyRequests } from '@/test/fixtures/fault-proxy'
import { type Answer, ScriptedApi, type ScriptedOptions, status } from '@/test/fixtures/scripted-api'
import { readSettings } from '@/lib/settings'
import { connect, connections, defaultCluster } from './connect'
import { ClusterError } from './errors'
import { open, request } from './request'
import { serverVersion } from './version'

const cleanup: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step()
})

async function api(options: ScriptedOptions = {}): Promise<ScriptedApi> {
  const server = await new ScriptedApi(options).start()
  cleanup.push(() => server.stop())
  return server
}

const authority = makeCertificate({ name: 'authority', authority: true })
const leaf = makeCertificate({ name: 'api', issuer: authority, hosts: ['127.0.0.1'] })
const base64 = (text: string) => Buffer.from(text).toString('base64')
const trusted = { 'certificate-authority-data': base64(authority.cert) }

/** An API server that credentials may be sent to. */
const secureApi = (options: ScriptedOptions = {}) => api({ tls: leaf, ...options })

async function proxyOf(server: ScriptedApi): Promise<FaultProxy> {
  const proxy = await new FaultProxy(server.url).start()
  cleanup.push(() => proxy.stop())
  return proxy
}

const overUrl = (url: string) => connect(new URL(url).host, readSettings({ ORDINAL_SERVER: url, KUBECONFIG: nowhere }))
const directory = mkdtempSync(path.join(tmpdir(), 'ordinal-'))
const nowhere = path.join(directory, 'a-kubeconfig-that-is-empty')
writeFileSync(nowhere, '')

function kubeconfig(cluster: Record<string, unknown>, user: Record<string, unknown> = {}): string {
  const file = path.join(directory, `config-${Math.random().toString(36).slice(2)}`)
  const config = {
    'current-context': 'arn:aws/Prod',
    contexts: [{ name: 'arn:aws/Prod', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  }
  writeFileSync(file, JSON.stringify(config))
  return file
}

const overFile = (file: string) => {
  const settings = readSettings({ KUBECONFIG: file, ORDINAL_EXEC_TIMEOUT_SECONDS: '5' })
  return connect(defaultCluster(settings), settings)
}

async function failure(promise: Promise<unknown> | (() => unknown)): Promise<ClusterError> {
  try {
    await (typeof promise === 'function' ? promise() : promise)
  } catch (error) {
    if (error instanceof ClusterError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('each way to fail says what was tried', () => {
  it('no such context', async () => {
    const settings = readSettings({ KUBECONFIG: kubeconfig({ server: 'http://127.0.0.1:1' }) })
    const error = await failure(() => connect('staging', settings))
    expect(error).toMatchObject({ code: 'no-such-context', advice: 'choose-context', sent: 'no' })
    expect(error.message).toContain('arn:aws/Prod')
  })

  it('nothing found', async () => {
    const error = await failure(() => defaultCluster(readSettings({ KUBECONFIG: nowhere })))
    expect(error).toMatchObject({ code: 'nothing-found', advice: 'configure' })
    expect(error.tried).toContain(nowhere)
  })

  it('connection refused', async () => {
    const server = await new ScriptedApi().start()
    const connection = overUrl(server.url)
    await server.stop()
    const error = await failure(serverVersion(connection))
    expect(error).toMatchObject({ code: 'refused', sent: 'no', tried: `GET ${server.url}/version` })
  })

  it('an untrusted certificate, and one for another host, and one that has ended', async () => {
    const server = await secureApi()
    expect(await failure(serverVersion(overFile(kubeconfig({ server: server.url }))))).toMatchObject({
      code: 'untrusted-certificate',
      advice: 'check-authority',
      sent: 'no',
    })
    const ca = trusted
    expect(await serverVersion(overFile(kubeconfig({ server: server.url, ...ca })))).toMatchObject({ minor: 37 })

    const other = await api({ tls: makeCertificate({ name: 'api', issuer: authority, hosts: ['other.test'] }) })
    expect((await failure(serverVersion(overFile(kubeconfig({ server: other.url, ...ca }))))).code).toBe(
      'untrusted-certificate',
    )
    const renamed = kubeconfig({ server: other.url, ...ca, 'tls-server-name': 'other.test' })
    expect(await serverVersion(overFile(renamed))).toMatchObject({ major: 1 })

    const old = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') }
    const ended = await api({ tls: makeCertificate({ name: 'api', issuer: authority, hosts: ['127.0.0.1'], ...old }) })
    expect((await failure(serverVersion(overFile(kubeconfig({ server: ended.url, ...ca }))))).code).toBe(
      'untrusted-certificate',
    )
    const blind = kubeconfig({ server: ended.url, 'insecure-skip-tls-verify': true })
    expect(await serverVersion(overFile(blind))).toMatchObject({ major: 1 })
  })

  it('an expired token, told by the token itself', async () => {
    const server = await secureApi()
    server.tokens = new Set(['good'])
    const claims = Buffer.from(JSON.stringify({ exp: 1_600_000_000 })).toString('base64url')
    const error = await failure(
      serverVersion(overFile(kubeconfig({ server: server.url, ...trusted }, { token: `e30.${claims}.s` }))),
    )
    expect(error).toMatchObject({ code: 'expired-token', status: 401, advice: 'log-in-again' })
    expect(JSON.stringify([error.message, error.tried])).not.toContain(claims)
    const unknown = await failure(
      serverVersion(overFile(kubeconfig({ server: server.url, ...trusted }, { token: 'bad' }))),
    )
    expect(unknown.code).toBe('unauthorized')
  })

  it('forbidden, with what the server said', async () => {
    const server = await api()
    const said = 'pods is forbidden: User "u" cannot list resource "pods" in API group "" at the cluster scope'
    server.hooks.push(() => status(403, 'Forbidden', said))
    const error = await failure(request(overUrl(server.url), { path: ['api', 'v1', 'pods'] }))
    expect(error).toMatchObject({ code: 'forbidden', status: 403, sent: 'answered', kubernetes: { message: said } })
  })

  it('not a Kubernetes API: a page, other JSON, a redirect, a cut answer, no HTTP, no TLS', async () => {
    const server = await api()
    const answers: Answer[] = [
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><b>Welcome' },
      { status: 200, body: { hello: 'world' } },
      { status: 307, headers: { location: 'http://127.0.0.1:9/version' } },
      { status: 200, body: '{"major":"1","min' },
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' },
    ]
    server.hooks.push(() => answers.shift())
    const connection = overUrl(server.url)
    for (let count = answers.length; count > 0; count -= 1) {
      expect((await failure(serverVersion(connection))).code).toBe('not-kubernetes')
    }
    expect(server.requests).toHaveLength(5)

    const gibberish = net.createServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.9\r\n'))
    await new Promise<void>((resolve) => gibberish.listen(0, '127.0.0.1', resolve))
    cleanup.push(async () => void gibberish.close())
    const { port } = gibberish.address() as net.AddressInfo
    expect((await failure(serverVersion(overUrl(`http://127.0.0.1:${port}`)))).code).toBe('not-kubernetes')
    expect((await failure(serverVersion(overUrl(server.url.replace('http:', 'https:'))))).code).toBe('not-kubernetes')
  })

  it('a Status of failure under 200, a 500 page, an empty body', async () => {
    const server = await api()
    const body = { kind: 'Status', status: 'Failure', message: 'broken', reason: 'InternalError', code: 500 }
    const answers: Answer[] = [
      { status: 200, body },
      { status: 500, body: '<html>'.repeat(50) },
      { status: 200, body: '' },
    ]
    server.hooks.push(() => answers.shift())
    const connection = overUrl(server.url)
    const codes = []
    for (let count = answers.length; count > 0; count -= 1) codes.push((await failure(serverVersion(connection))).code)
    expect(codes).toEqual(['unavailable', 'unavailable', 'not-kubernetes'])
  })

  it('a time-out says whether the request had left', async () => {
    const proxy = await proxyOf(await api())
    proxy.on({ fault: { kind: 'hang' } })
    const error = await failure(serverVersion(overUrl(proxy.url), { timeoutMs: 100 }))
    expect(error).toMatchObject({ code: 'timeout', sent: 'maybe' })
  })

  it('a connection cut before, during and after says that the request may have arrived', async () => {
    const server = await api()
    server.put('v1/pods', { metadata: { name: 'a', namespace: 'default', uid: 'u' } })
    const proxy = await proxyOf(server)
    const connection = overUrl(proxy.url)
    for (const kind of ['cut-before', 'cut-during', 'cut-after'] as const) {
      proxy.on({ fault: { kind }, times: 1 })
      const body = { metadata: { labels: { a: 'b' } } }
      const contentType = 'application/merge-patch+json'
      const patch = {
        method: 'PATCH',
        path: ['api', 'v1', 'namespaces', 'default', 'pods', 'a'],
        body,
        contentType,
      } as const
      expect(await failure(request(connection, patch))).toMatchObject({ code: 'lost', sent: 'maybe' })
    }
    expect(server.writes).toHaveLength(1)
  })

  it('429 carries how long to wait', async () => {
    const proxy = await proxyOf(await api())
    proxy.on({ fault: tooManyRequests(7) })
    expect(await failure(serverVersion(overUrl(proxy.url)))).toMatchObject({
      code: 'too-many-requests',
      retryAfterMs: 7000,
    })
  })
})

describe('a status code is believed with its body', () => {
  const html = { 'content-type': 'text/html' }
  const text = { 'content-type': 'text/plain; charset=utf-8' }
  it.each<[number, Record<string, string>, string]>([
    [403, html, 'not-kubernetes'],
    [403, text, 'not-kubernetes'],
    [403, {}, 'not-kubernetes'],
    [400, html, 'not-kubernetes'],
    [400, text, 'bad-request'],
    [401, html, 'not-kubernetes'],
    [401, { ...html, 'www-authenticate': 'Basic' }, 'unauthorized'],
    [401, { 'content-type': 'application/json' }, 'unauthorized'],
    [404, text, 'not-found'],
    [405, html, 'not-kubernetes'],
    [407, html, 'not-kubernetes'],
    [409, html, 'not-kubernetes'],
    [409, text, 'not-kubernetes'],
    [410, html, 'not-kubernetes'],
    [413, html, 'not-kubernetes'],
    [415, text, 'unsupported'],
    [422, html, 'not-kubernetes'],
    [429, html, 'too-many-requests'],
    [502, html, 'unavailable'],
    [503, text, 'unavailable'],
  ])('%d with %j is %s', async (code, headers, expected) => {
    const server = await api()
    server.hooks.push(() => ({ status: code, headers, body: '<html>' }))
    const error = await failure(serverVersion(overUrl(server.url)))
    expect(error).toMatchObject({ code: expected, status: code, kubernetes: null })
    if (expected === 'not-kubernetes') expect(error.message).toContain('no answer of Kubernetes')
  })
})

describe('a name that is none', () => {
  it('sends nothing, wherever it stands', async () => {
    const server = await api()
    const connection = overUrl(server.url)
    for (const name of [...strangeNames, 'pods/../../nodes', 'a:80', 'https:a:443']) {
      for (const segments of [
        ['api', 'v1', 'namespaces', name, 'pods'],
        ['api', 'v1', 'namespaces', 'default', 'pods', name],
        ['apis', name, 'v1', 'statefulsets'],
        ['api', 'v1', 'namespaces', 'default', 'pods', name, 'log'],
      ]) {
        for (const method of ['GET', 'DELETE', 'PATCH'] as const) {
          expect((await failure(request(connection, { method, path: segments }))).code).toBe('bad-name')
        }
      }
    }
    expect(server.requests).toEqual([])
  })
})

describe('credentials', () => {
  it('a token file is read again after a 401', async () => {
    const server = await secureApi()
    server.tokens = new Set(['one'])
    const tokenFile = path.join(directory, 'token')
    writeFileSync(tokenFile, 'one\n')
    const connection = overFile(kubeconfig({ server: server.url, ...trusted }, { tokenFile }))
    await serverVersion(connection)
    server.tokens = new Set(['two'])
    writeFileSync(tokenFile, 'two\n')
    await serverVersion(connection)
    expect(server.requests.map((seen) => seen.headers.authorization)).toEqual([
      'Bearer one',
      'Bearer one',
      'Bearer two',
    ])
  })

  it('a plugin runs once for many requests, and again when its token is refused or ends', async () => {
    const server = await secureApi()
    const counter = path.join(directory, `count-${Math.random()}`)
    writeFileSync(counter, '')
    const script = path.join(directory, 'plugin.mjs')
    writeFileSync(
      script,
      `import fs from 'node:fs'
       fs.appendFileSync(${JSON.stringify(counter)}, 'x')
       const n = fs.readFileSync(${JSON.stringify(counter)}, 'utf8').length
       const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO)
       if (info.kind !== 'ExecCredential' || !info.spec.cluster.server) process.exit(3)
       await new Promise((done) => setTimeout(done, 100))
       console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: info.apiVersion, status: { token: 't' + n + process.env.EXTRA } }))`,
    )
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [script],
      env: [{ name: 'EXTRA', value: '-e' }],
      provideClusterInfo: true,
      interactiveMode: 'IfAvailable',
    }
    server.tokens = new Set(['t1-e'])
    const connection = overFile(kubeconfig({ server: server.url, ...trusted }, { exec }))
    await Promise.all(Array.from({ length: 20 }, () => serverVersion(connection)))
    expect(server.requests.every((seen) => seen.headers.authorization === 'Bearer t1-e')).toBe(true)
    server.tokens = new Set(['t2-e'])
    await new Promise((resolve) => setTimeout(resolve, 2100))
    await Promise.all(Array.from({ length: 5 }, () => serverVersion(connection)))
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer t2-e')
  })

  it('a plugin that hangs, fails, is missing or prints nonsense is told with its words and without a token', async () => {
    const exec = (command: string, args: string[]) =>
      kubeconfig(
        { server: 'https://127.0.0.1:1' },
        { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args } },
      )
    const node = (code: string) => exec(process.execPath, ['-e', code])
    const errors = await Promise.all(
      [
        node('setInterval(() => {}, 1000)'),
        node('console.error("please log in: Bearer abcdefghijkl"); process.exit(1)'),
        exec('ordinal-has-no-such-plugin', []),
        node('console.log("token=secret-thing")'),
      ].map((file) => failure(serverVersion(overFile(file)))),
    )
    expect(errors.map((error) => error.code)).toEqual(Array.from({ length: 4 }, () => 'exec-plugin'))
    expect(errors[0]?.message).toContain('within 5 seconds')
    expect(errors[1]?.message).toContain('please log in')
    expect(errors[2]?.message).toContain('not installed')
    expect(JSON.stringify(errors.map((error) => error.message))).not.toMatch(/abcdefghijkl|secret-thing/)
  })

  it('a plugin that is slower than the request is named, the server is not blamed, and its answer serves the next', async () => {
    const server = await secureApi()
    server.tokens = new Set(['slow-token'])
    const code = `setTimeout(() => console.log(JSON.stringify({ kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1', status: { token: 'slow-token' } })), 1500)`
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', code] }
    const connection = overFile(kubeconfig({ server: server.url, ...trusted }, { exec }))
    const stopped = new AbortController()
    setTimeout(() => stopped.abort(), 200)
    const errors = await Promise.all([
      failure(serverVersion(connection, { timeoutMs: 200 })),
      failure(serverVersion(connection, { signal: stopped.signal })),
      failure(request(connection, { method: 'PATCH', path: ['api', 'v1', 'pods'], body: {}, timeoutMs: 200 })),
      failure(open(connection, { path: ['api', 'v1', 'pods'], timeoutMs: 200 })),
    ])
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'slow-exec-plugin', sent: 'no', advice: 'check-exec-plugin' })
      expect(error.message).toContain(`credential plugin ${process.execPath} of context arn:aws/Prod`)
      expect(error.message).not.toMatch(/server (did not answer|could not be reached)/)
    }
    expect(server.requests).toEqual([])
    await serverVersion(connection)
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer slow-token'])
  })

  it('a server that is slow is still told as such where the plugin was quick', async () => {
    const server = await secureApi()
    server.hooks.push(() => 'hang')
    const code = `console.log(JSON.stringify({ kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1', status: { token: 't' } }))`
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', code] }
    const connection = overFile(kubeconfig({ server: server.url, ...trusted }, { exec }))
    await connection.access()
    expect(await failure(serverVersion(connection, { timeoutMs: 300 }))).toMatchObject({ code: 'timeout' })
  })

  it('a client certificate and impersonation', async () => {
    const client = makeCertificate({ name: 'jane', issuer: authority, groups: ['dev'] })
    const server = await api({ tls: { cert: leaf.cert, key: leaf.key, ca: authority.cert, requestCert: true } })
    const cluster = { server: server.url, ...trusted }
    const user = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) }
    const as = { as: 'bob', 'as-groups': ['x', 'y'], 'as-user-extra': { 'a/b': ['c'] } }
    await serverVersion(overFile(kubeconfig(cluster, { ...user, ...as })))
    expect(server.requests.at(-1)?.headers).toMatchObject({
      'impersonate-user': 'bob',
      'impersonate-group': 'x, y',
      'impersonate-extra-a%2fb': 'c',
    })
    const without = await failure(serverVersion(overFile(kubeconfig(cluster))))
    expect(['client-certificate', 'lost']).toContain(without.code)
  })

  it('the in-cluster account', async () => {
    const server = await secureApi()
    server.tokens = new Set(['pod-token'])
    const account = mkdtempSync(path.join(tmpdir(), 'ordinal-account-'))
    writeFileSync(path.join(account, 'token'), 'pod-token')
    writeFileSync(path.join(account, 'ca.crt'), authority.cert)
    const settings = readSettings({
      KUBECONFIG: nowhere,
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(server.port),
      ORDINAL_SERVICE_ACCOUNT: account,
    })
    expect(connections(settings)[0]).toMatchObject({ origin: 'in-cluster', user: 'service account' })
    expect(await serverVersion(connect(defaultCluster(settings), settings))).toMatchObject({ minor: 37 })
  })

  it('in-cluster: its namespace counts, and a new authority is believed without a restart', async () => {
    const server = await secureApi()
    const account = mkdtempSync(path.join(tmpdir(), 'ordinal-account-'))
    writeFileSync(path.join(account, 'token'), 'pod-token')
    writeFileSync(path.join(account, 'namespace'), 'shop\n')
    const ca = path.join(account, 'ca.crt')
    writeFileSync(ca, makeCertificate({ name: 'older', authority: true }).cert)
    const settings = readSettings({
      KUBECONFIG: nowhere,
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(server.port),
      ORDINAL_SERVICE_ACCOUNT: account,
    })
    const connection = connect(defaultCluster(settings), settings)
    expect(connection.namespace).toBe('shop')
    expect((await failure(serverVersion(connection))).code).toBe('untrusted-certificate')
    writeFileSync(ca, authority.cert)
    await connection.access(true)
    expect(await serverVersion(connection)).toMatchObject({ minor: 37 })
    // In the middle of a replacement the one from before stays.
    writeFileSync(ca, '')
    await connection.access(true)
    expect(await serverVersion(connection)).toMatchObject({ minor: 37 })
  })

  it('a client certificate that has ended is named when the server refuses it', async () => {
    const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-02-03T04:05:06Z') }
    const client = makeCertificate({ name: 'jane', issuer: authority, ...past })
    const server = await api({ tls: { ...leaf, ca: authority.cert } })
    server.tokens = new Set()
    const user = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) }
    const error = await failure(serverVersion(overFile(kubeconfig({ server: server.url, ...trusted }, user))))
    expect(error).toMatchObject({ code: 'client-certificate', status: 401 })
    expect(error.message).toContain('2021-02-03T04:05:06')
  })

  it('an edited kubeconfig closes what it opened before', async () => {
    const server = await secureApi()
    const file = kubeconfig({ server: server.url, ...trusted }, { token: 'one' })
    const first = overFile(file)
    await serverVersion(first)
    const { agent } = await first.access()
    expect(Object.keys(agent.freeSockets)).toHaveLength(1)
    const under = request(first, { path: ['version'] })
    const config = readFileSync(file, 'utf8')
    writeFileSync(file, config.replace('"token":"one"', '"token":"second"'))
    const second = overFile(file)
    expect(second).not.toBe(first)
    await under
    await serverVersion(second)
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer second')
    await new Promise((resolve) => setImmediate(resolve))
    expect([agent.freeSockets, agent.sockets].flatMap((sockets) => Object.keys(sockets))).toEqual([])
    expect(overFile(file)).toBe(second)
  })

  it('a read after a restart of the server asks again on a new connection, however many idle ones are dead', async () => {
    const server = await api()
    const connection = overUrl(server.url)
    await Promise.all(Array.from({ length: 8 }, () => serverVersion(connection)))
    const { agent } = await connection.access()
    const idle = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])
    expect(idle.length).toBeGreaterThan(2)
    // The server is gone without a word: each idle connection looks well until it is used.
    for (const socket of idle) {
      socket.write = () => {
        socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
        return false
      }
    }
    expect(await serverVersion(connection)).toMatchObject({ minor: 37 })
  })

  it('keeps one connection for many reads', async () => {
    const server = await api()
    const ports = new Set<number | undefined>()
    server.hooks.push(() => undefined)
    const connection = overUrl(server.url)
    const { agent } = await connection.access()
    agent.on('free', (socket: net.Socket) => ports.add(socket.localPort))
    for (let count = 0; count < 50; count += 1) await serverVersion(connection)
    expect(ports.size).toBe(1)
  })
})
