import { mkdtempSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
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
