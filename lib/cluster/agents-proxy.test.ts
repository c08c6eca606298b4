import { mkdtempSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { makeCertificate } from '@/test/fixtures/certificate'
import { ScriptedApi } from '@/test/fixtures/scripted-api'
import { readSettings } from '@/lib/settings'
import { connect, defaultCluster } from './connect'
import { serverVersion } from './version'

it('a proxy-url is gone through, certificates are still checked, and one tunnel serves many reads', async () => {
  const authority = makeCertificate({ name: 'authority', authority: true })
  const leaf = makeCertificate({ name: 'api', issuer: authority, hosts: ['127.0.0.1'] })
  await using api = await new ScriptedApi({ tls: leaf }).start()
  const tunnels: string[] = []
  const proxy = http.createServer().on('connect', (request, socket) => {
    tunnels.push(request.url ?? '')
    const upstream = net.connect(api.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    socket.on('error', () => upstream.destroy())
    upstream.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as net.AddressInfo

  const over = (trusted: string) => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'ordinal-')), 'config')
    const cluster = {
      server: api.url,
      'certificate-authority-data': Buffer.from(trusted).toString('base64'),
      'proxy-url': `http://127.0.0.1:${port}`,
    }
    const contexts = [{ name: 'x', context: { cluster: 'x', user: 'x' } }]
    const users = [{ name: 'x', user: { token: 't' } }]
    writeFileSync(file, JSON.stringify({ contexts, users, clusters: [{ name: 'x', cluster }] }))
    const settings = readSettings({ KUBECONFIG: file })
    return connect(defaultCluster(settings), settings)
  }
  try {
    const connection = over(authority.cert)
    for (let count = 0; count < 5; count += 1) expect(await serverVersion(connection)).toMatchObject({ minor: 37 })
    expect(tunnels).toEqual([`127.0.0.1:${api.port}`])
    expect(api.requests[0]?.headers.authorization).toBe('Bearer t')
    const stranger = makeCertificate({ name: 'stranger', authority: true })
    await expect(serverVersion(over(stranger.cert))).rejects.toMatchObject({ code: 'untrusted-certificate' })
  } finally {
    proxy.closeAllConnections()
    proxy.close()
  }
})

it('a server of the environment and the in-cluster account go through the proxy of the environment', async () => {
  const authority = makeCertificate({ name: 'authority', authority: true })
  const leaf = makeCertificate({ name: 'api', issuer: authority, hosts: ['api.test'] })
  await using secure = await new ScriptedApi({ tls: leaf }).start()
  await using plain = await new ScriptedApi().start()
  const asked: string[] = []
  // A name that only the proxy can resolve, asked for with CONNECT or as a whole URL.
  const proxy = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const { pathname, search } = new URL(request.url ?? '')
    const onward = http.request({ port: plain.port, host: '127.0.0.1', path: `${pathname}${search}` }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  proxy.on('connect', (request, socket: net.Socket) => {
    asked.push(`CONNECT ${request.url}`)
    const port = request.url?.endsWith(':443') ? secure.port : plain.port
    const upstream = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    socket.on('error', () => upstream.destroy())
    upstream.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as net.AddressInfo
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${port}`)
  vi.stubEnv('https_proxy', '')
  vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${port}`)
  vi.stubEnv('http_proxy', '')
  vi.stubEnv('NO_PROXY', '')
  vi.stubEnv('no_proxy', '')
  try {
    const account = mkdtempSync(path.join(tmpdir(), 'ordinal-account-'))
    writeFileSync(path.join(account, 'token'), 'pod-token')
    writeFileSync(path.join(account, 'ca.crt'), authority.cert)
    const inPod = readSettings({
      KUBECONFIG: '/dev/null',
      KUBERNETES_SERVICE_HOST: 'api.test',
      ORDINAL_SERVICE_ACCOUNT: account,
    })
    expect(await serverVersion(connect(defaultCluster(inPod), inPod))).toMatchObject({ minor: 37 })
    expect(asked).toEqual(['CONNECT api.test:443'])
    expect(secure.requests[0]?.headers.authorization).toBe('Bearer pod-token')

    const byUrl = readSettings({ KUBECONFIG: '/dev/null', ORDINAL_SERVER: 'http://plain.test:8001' })
    expect(await serverVersion(connect(defaultCluster(byUrl), byUrl))).toMatchObject({ minor: 37 })
    expect(asked[1]).toContain('plain.test:8001')

    vi.stubEnv('NO_PROXY', '.test')
    const past = readSettings({ KUBECONFIG: '/dev/null', ORDINAL_SERVER: 'http://other.test:8001' })
    await expect(serverVersion(connect(defaultCluster(past), past))).rejects.toMatchObject({ sent: 'no' })
    expect(asked).toHaveLength(2)
  } finally {
    vi.unstubAllEnvs()
    proxy.closeAllConnections()
    proxy.close()
  }
})
