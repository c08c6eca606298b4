import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerRejection, hostsOf, isLoopback, rejectionOf, secure, settleHeaders } from './request-filter'
import { allowHosts } from './hosts'

let server: Server
let port: number
let reached: Record<string, unknown>[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    const rejection = rejectionOf(request)
    if (rejection) {
      answerRejection(response, rejection)
      return
    }
    settleHeaders(request)
    secure(request, response, { dev: false })
    reached.push({ ...request.headers })
    response.end('inside')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  allowHosts(hostsOf('127.0.0.1', port))
})
afterAll(() => void server.close())

/** Sends bytes as they are, and gives the whole answer. */
function raw(lines: string[]): Promise<{ status: number; head: string }> {
  reached = []
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(`${lines.join('\r\n')}\r\n\r\n`))
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0), head: answer }))
    socket.on('error', reject)
  })
}
const get = (target: string, host = `127.0.0.1:${port}`, more: string[] = []) =>
  raw([`GET ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...more])

describe('the door', () => {
  it('lets a page in under each name of loopback', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST']) {
      expect((await get('/clusters/demo', `${name}:${port}`)).status).toBe(200)
    }
  })

  it.each([
    ['no-cors', 'image', 403],
    ['no-cors', 'script', 403],
    ['navigate', 'iframe', 403],
    ['cors', 'empty', 403],
    ['navigate', 'document', 200],
  ])('a page that another site asks for as %s %s: %i', async (mode, dest, status) => {
    const asked = ['Sec-Fetch-Site: cross-site', `Sec-Fetch-Mode: ${mode}`, `Sec-Fetch-Dest: ${dest}`]
    expect((await get('/clusters/demo', undefined, asked)).status).toBe(status)
    expect((await get('/clusters/demo', undefined, ['Sec-Fetch-Site: same-origin', ...asked.slice(1)])).status).toBe(
      200,
    )
  })

  it.each([
    ['another port', () => '127.0.0.1:80'],
    ['no port', () => 'localhost'],
    ['a name that begins like ours', () => `localhost.evil.com:${port}`],
    ['a name that leads to loopback', () => `rebind.test:${port}`],
    ['a short form of the address', () => `127.1:${port}`],
    ['nothing', () => ''],
  ])('refuses a Host with %s', async (_what, host) => {
    expect((await get('/', host())).status).toBe(403)
    expect(reached).toEqual([])
  })

  it('refuses two Hosts and none', async () => {
    const own = `Host: 127.0.0.1:${port}`
    expect((await raw(['GET / HTTP/1.1', own, own, 'Connection: close'])).status).toBeGreaterThanOrEqual(400)
    expect((await raw(['GET / HTTP/1.1', own, 'Host: evil', 'Connection: close'])).status).toBeGreaterThanOrEqual(400)
    expect((await raw(['GET / HTTP/1.1', 'Connection: close'])).status).toBe(400)
    expect(reached).toEqual([])
  })

  it.each([
    'http://169.254.169.254/',
    '//evil/',
    '/api//x',
    '/api/clusters/../x',
    '/api/clusters/./x',
    '/api/clusters/..',
    '/api/clusters/%2e%2e/statefulsets',
    '/api/clusters/%2E/statefulsets',
    '/api/clusters/a%2fb',
    '/api/clusters/a%5cb',
    '/api/clusters/a%00',
    '/api/clusters/a%252e',
    '/api\\clusters',
  ])('refuses the URL %s', async (target) => {
    expect((await get(target)).status).toBe(400)
    expect(reached).toEqual([])
  })

  it('refuses an absolute URL that asks for another protocol, and CONNECT', async () => {
    const upgrade = ['Upgrade: websocket', 'Connection: Upgrade']
    const answer = await raw(['GET http://169.254.169.254/ HTTP/1.1', `Host: 127.0.0.1:${port}`, ...upgrade])
    expect([0, 400]).toContain(answer.status)
    expect((await raw(['CONNECT evil:443 HTTP/1.1', `Host: 127.0.0.1:${port}`])).status).not.toBe(200)
    expect(reached).toEqual([])
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('refuses %s outside /api', async (method) => {
    const answer = await raw([`${method} /clusters/demo HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close'])
    expect(answer.status).toBe(405)
    expect(answer.head).toMatch(/allow: GET, HEAD/i)
    expect(answer.head).not.toMatch(/access-control/i)
    expect(reached).toEqual([])
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('refuses %s inside /api', async (method) => {
    const answer = await raw([`${method} /api/clusters HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close'])
    expect(answer.status).toBe(405)
  })

  it('refuses Server Actions and bodies that are too large', async () => {
    expect((await get('/clusters/demo', undefined, ['Next-Action: 00ab'])).status).toBe(400)
    const post = ['POST /api/x HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Connection: close', 'Content-Length: 999999999']
    expect((await raw(post)).status).toBe(413)
    expect(reached).toEqual([])
  })

  it('names a browser that asks for a page, and counts it by that name', async () => {
    const { head } = await get('/clusters/demo')
    const name = /set-cookie: (ordinal-browser=([\w-]{22})); Path=\/; HttpOnly; SameSite=Strict/i.exec(head)
    expect(name).not.toBeNull()
    expect((await get('/clusters/demo', undefined, [`Cookie: a=b; ${name?.[1]}`])).head).not.toMatch(/set-cookie/i)
    expect(reached[0]?.['x-ordinal-person']).toBe(`browser ${name?.[2]}`)
    for (const odd of ['ordinal-browser=', 'ordinal-browser=short', `ordinal-browser=${'a'.repeat(23)}`]) {
      expect((await get('/api/clusters', undefined, [`Cookie: ${odd}`])).head).not.toMatch(/set-cookie/i)
      expect(reached[0]?.['x-ordinal-person']).toBe('127.0.0.1')
    }
  })

  it('takes away the headers that only proxies and the framework may set', async () => {
    await get('/', undefined, [
      'X-Middleware-Subrequest: src/middleware',
      'X-Forwarded-Host: evil',
      'X-Forwarded-User: admin',
      'X-Remote-Group: system:masters',
      'Impersonate-User: admin',
      'X-Nextjs-Data: 1',
      'X-HTTP-Method-Override: DELETE',
      'X-Ordinal-Person: 203.0.113.7',
      "Content-Security-Policy: script-src 'nonce-mine'",
      'Accept: text/html',
    ])
    expect(Object.keys(reached[0] ?? {}).sort()).toEqual([
      'accept',
      'connection',
      'content-security-policy',
      'host',
      'x-nonce',
      'x-ordinal-person',
    ])
    expect(reached[0]?.['x-ordinal-person']).toBe('127.0.0.1')
    expect(reached[0]?.['content-security-policy']).not.toContain('mine')
  })

  it('gives each page a policy with a nonce of its own, and data none', async () => {
    const nonce = (head: string) => /script-src 'nonce-([^']+)'/.exec(head)?.[1]
    const [first, second] = [await get('/'), await get('/')]
    expect(nonce(first.head)).toBeTruthy()
    expect(nonce(first.head)).not.toBe(nonce(second.head))
    expect(first.head).toMatch(/x-frame-options: DENY/i)
    expect(first.head).toMatch(/frame-ancestors 'none'/)
    expect((await get('/api/clusters')).head).toContain("content-security-policy: default-src 'none'; sandbox")
  })
})

describe('the address', () => {
  it('is loopback or not', () => {
    for (const host of ['127.0.0.1', '127.8.0.1', '::1', 'localhost']) expect(isLoopback(host)).toBe(true)
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.evil.com', 'localhost.evil.com', '']) {
      expect(isLoopback(host)).toBe(false)
    }
  })

  it('is told without its port only where that is the usual one', () => {
    expect(hostsOf('127.0.0.1', 3000)).toEqual(['localhost:3000', '127.0.0.1:3000', '[::1]:3000'])
    expect(hostsOf('127.0.0.1', 80)).toContain('localhost')
    expect(hostsOf('::1', 3000)).toEqual(['localhost:3000', '127.0.0.1:3000', '[::1]:3000'])
  })
})
