import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { readSettings } from '@/lib/settings'
import { connect } from './connect'
import { ClusterError } from './errors'
import { type Asked, askThroughProxy } from './proxy'

/** An API server whose proxy hands on whatever a hostile app answers (PX-02 to PX-10 of the security review). */
const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanup.splice(0)) await step()
})

type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string }

async function behind(app: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      app(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connection = connect(new URL(url).host, readSettings({ ORDINAL_SERVER: url }))
  const ask = (more: Partial<Asked> = {}, timeoutMs = 5_000) =>
    askThroughProxy(
      connection,
      { kind: 'pods', namespace: 'default', name: 'web-0', port: 8080, ...more },
      { timeoutMs },
    )
  return { seen, ask }
}

const limit = 256 * 1024

async function refusal(asking: Promise<unknown>): Promise<ClusterError> {
  const error: unknown = await asking.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ClusterError) return error
  throw new Error('it was not refused')
}

describe('what a pod answers through the proxy', () => {
  it('is text, whatever the pod calls it, and only its type and status come along', async () => {
    const page = '<script>alert(1)</script>'
    const { ask, seen } = await behind((_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'a=b', 'clear-site-data': '"*"', 'x-evil': '1' })
        .end(page),
    )
    const answer = await ask({ path: '/index' })
    expect(answer).toEqual({
      from: 'app',
      status: 200,
      contentType: 'text/html',
      location: null,
      text: page,
      cut: null,
      ms: expect.any(Number),
    })
    expect(seen[0]?.url).toBe('/api/v1/namespaces/default/pods/web-0:8080/proxy/index')
  })

  it('is any status, and a redirect is shown and not followed', async () => {
    for (const where of ['/api/logout', 'http://169.254.169.254/latest', 'file:///etc/passwd']) {
      const { ask, seen } = await behind((_, response) => response.writeHead(302, { location: where }).end('moved'))
      expect(await ask()).toMatchObject({ from: 'app', status: 302, location: where, text: 'moved' })
      expect(seen).toHaveLength(1)
    }
    const { ask } = await behind((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end('who?'))
    expect(await ask()).toMatchObject({ from: 'app', status: 401, text: 'who?' })
  })

  it('is cut where it is too large, also when it is endless', async () => {
    const { ask } = await behind((_, response) => {
      const block = Buffer.alloc(64 * 1024, 'x')
      const more = () => {
        while (!response.destroyed && response.write(block));
      }
      response.on('drain', more)
      more()
    })
    const answer = await ask()
    expect(answer.cut).toBe('size')
    expect(answer.text).toHaveLength(limit)
  })

  it('is unpacked, and cut after that: a small body that grows is no larger than another', async () => {
    const { ask } = await behind((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50 * 1024 * 1024))),
    )
    const before = process.memoryUsage().arrayBuffers
    const answer = await ask()
    expect(answer.cut).toBe('size')
    expect(Buffer.byteLength(answer.text)).toBe(limit)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60 * 1024 * 1024)
    const small = await behind((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello')),
    )
    expect(await small.ask()).toMatchObject({ text: 'hello', cut: null })
  })

  it('is what came until the time was over, where it drips', async () => {
    const { ask } = await behind((_, response) => {
      const timer = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(timer))
    })
    const answer = await ask({}, 400)
    expect(answer.cut).toBe('time')
    expect(answer.text).toMatch(/^\.+$/)
  })

  it('is none where nothing comes at all', async () => {
    const { ask } = await behind(() => undefined)
    expect(await refusal(ask({}, 200))).toMatchObject({ code: 'timeout', sent: 'maybe' })
  })

  it('is told apart from what the API server says in its place', async () => {
    const status = { kind: 'Status', status: 'Failure', reason: 'ServiceUnavailable', message: 'no route', code: 503 }
    const { ask } = await behind((_, response) => response.writeHead(503).end(JSON.stringify(status)))
    expect(await ask()).toMatchObject({ from: 'api-server', status: 503, text: 'no route' })
    const forbidden = { ...status, reason: 'Forbidden', message: 'cannot get resource "pods/proxy"', code: 403 }
    const closed = await behind((_, response) => response.writeHead(403).end(JSON.stringify(forbidden)))
    expect(await refusal(closed.ask())).toMatchObject({ code: 'forbidden', status: 403 })
  })
})

describe('what is asked through the proxy', () => {
  it('carries our own headers alone, and the text as it was written', async () => {
    const { ask, seen } = await behind((_, response) => response.end('ok'))
    await ask({ method: 'POST', text: 'hello', contentType: 'text/plain' })
    const [request] = seen
    expect(request).toMatchObject({ method: 'POST', body: 'hello' })
    expect(Object.keys(request?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ])
  })

  it('is sent once, also when the connection breaks', async () => {
    const { ask, seen } = await behind((request) => request.socket.destroy())
    expect(await refusal(ask({ method: 'POST', text: 'x' }))).toMatchObject({ sent: 'maybe' })
    expect(await refusal(ask())).toMatchObject({ code: 'lost' })
    expect(seen).toHaveLength(2)
  })

  it('has a path that is letter for letter the one that was meant, or is not sent', async () => {
    const { ask, seen } = await behind((_, response) => response.end('ok'))
    const hostile = [
      '..',
      '/..',
      '/a/../b',
      '/.',
      '/%2e%2e',
      '/..%2f',
      '//h',
      '/\\..\\',
      '/\t..',
      '/a\nb',
      '/x?y',
      '/x#y',
    ]
    for (const path of [...hostile, `/${'a'.repeat(2048)}`, 'http://elsewhere/', ''])
      expect(await refusal(ask({ path })), path).toMatchObject({ code: 'bad-name', sent: 'no' })
    for (const name of ['..', 'https:web-0:443', '127.0.0.1/x', 'Web', 'web-0:22'])
      expect(await refusal(ask({ name })), name).toMatchObject({ code: 'bad-name', sent: 'no' })
    for (const port of [0, -1, 65_536, 1.5, Number.NaN])
      expect(await refusal(ask({ port })), String(port)).toMatchObject({ code: 'bad-name', sent: 'no' })
    expect(seen).toHaveLength(0)
    await ask({ path: '/a/b-c_d.e~f/' })
    expect(seen[0]?.url).toMatch(/\/proxy\/a\/b-c_d\.e~f\/$/)
  })
})
