import 'server-only'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { arrivalOf, type Detour } from './arrival'
import { bodyLimit } from './guard'
import { foreignHost, isAllowedHost } from './hosts'
import { nameBrowser, personOf } from './person'
import { personHeader } from './rates'

/** Why a request is not let in. */
export type Rejection = { status: number; code: string; message: string; headers?: Readonly<Record<string, string>> }

/** Headers that only a proxy or the framework itself may set; from a browser they are an attack. */
const foreign =
  /^(x-middleware-|x-nextjs-|x-invoke-|x-matched-path$|x-now-|x-forwarded-|x-remote-|impersonate-|x-http-method)/
const encodedTricks = /%(2e|2f|5c|00|0a|0d|25)/i
const rawTricks = /[\\\u0000-\u0020\u007f-\uffff]/

/**
 * Looks at a request before the framework does: form of the URL, Host, method, what only Server Actions send, size of
 * the body. Null lets it in. Source of the order: security of a server on loopback, where any page of any site can
 * send requests (DNS rebinding, form posts) and only the exact Host and Origin tell them apart.
 */
export function rejectionOf(request: IncomingMessage): Rejection | null {
  const url = request.url ?? ''
  if (!url.startsWith('/') || url.startsWith('//')) return badRequest('invalid-url', 'The URL must be a path.')
  const path = url.split('?', 1)[0] ?? ''
  if (rawTricks.test(url) || encodedTricks.test(path) || /\/\.{1,2}(\/|$)/.test(path) || path.includes('//')) {
    return badRequest('invalid-url', 'The path holds something that no route of Ordinal has.')
  }
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  if (hosts.length !== 1 || !isAllowedHost(request.headers.host)) {
    return { status: 403, code: 'invalid-host', message: foreignHost }
  }
  const api = path === '/api' || path.startsWith('/api/')
  const allowed = api ? ['GET', 'POST'] : ['GET', 'HEAD']
  if (!allowed.includes(request.method ?? '')) {
    const allow = allowed.join(', ')
    return { status: 405, code: 'method-not-allowed', message: `Only ${allow} here.`, headers: { allow } }
  }
  if (!api && isFetchedByAnotherSite(request)) {
    return { status: 403, code: 'cross-site', message: 'Another site may link to a page of Ordinal, not load it.' }
  }
  if (request.headers['next-action'] !== undefined) return badRequest('no-actions', 'There are no Server Actions here.')
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) {
    return { status: 413, code: 'body-too-large', message: `A body may have ${bodyLimit} bytes.` }
  }
  return null
}

/**
 * An image or a frame of another site never gets a page; a link of it does, by way of `detourOf`. A browser that does
 * not say what for (Fetch Metadata) is taken to follow a link. The API has a stricter rule of its own in `guard`.
 */
function isFetchedByAnotherSite(request: IncomingMessage): boolean {
  const { headers } = request
  if (headers['sec-fetch-site'] === undefined || arrivalOf(headerOf(request)) !== 'another-site') return false
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document'
}

/** Reads a request's headers by name; of one that is there twice, all that was said. */
export function headerOf({ headers }: IncomingMessage): (name: string) => string | undefined {
  return (name) => {
    const value = headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
}

function badRequest(code: string, message: string): Rejection {
  return { status: 400, code, message }
}

/** Takes away what would make the framework believe that a proxy or itself had spoken, and says who asks. */
export function settleHeaders(request: IncomingMessage) {
  for (const name of Object.keys(request.headers)) {
    if (foreign.test(name) || name === 'content-security-policy' || name === 'x-nonce') delete request.headers[name]
  }
  request.headers[personHeader] = personOf(request)
}

export function answerRejection(response: ServerResponse, rejection: Rejection) {
  const { status, code, message, headers } = rejection
  setHeaders(response, { ...commonHeaders, ...apiHeaders, ...headers, connection: 'close' })
  response.statusCode = status
  response.end(JSON.stringify({ error: { code, message, details: null } }))
}

/** Leads a request elsewhere, or nowhere; see `detourOf`. */
export function answerDetour(response: ServerResponse, detour: Detour) {
  setHeaders(response, { ...commonHeaders, 'cache-control': 'no-store', vary: 'Sec-Fetch-Site, Sec-Purpose' })
  if (detour.status === 303) response.setHeader('location', detour.location)
  response.statusCode = detour.status
  response.end()
}

const commonHeaders = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), clipboard-read=()',
  'x-dns-prefetch-control': 'off',
}
const apiHeaders = {
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'no-store',
  'content-type': 'application/json; charset=utf-8',
}

/**
 * The security headers of an answer. A page gets a nonce of its own: scripts run only with it. The request carries the
 * same policy, which is where the framework finds the nonce for its own scripts.
 */
export function secure(request: IncomingMessage, response: ServerResponse, options: { dev: boolean }) {
  const path = request.url ?? '/'
  setHeaders(response, commonHeaders)
  if (path.startsWith('/api/')) {
    response.setHeader('content-security-policy', apiHeaders['content-security-policy'])
    return
  }
  if (path.startsWith('/_next/static/')) return
  nameBrowser(request, response)
  const nonce = randomBytes(16).toString('base64')
  const policy = pagePolicy(nonce, options.dev)
  request.headers['content-security-policy'] = policy
  request.headers['x-nonce'] = nonce
  // A layout cannot read the query, and `?lang=` decides the language of the whole page.
  const lang = /[?&]lang=([A-Za-z-]{2,10})(&|$)/.exec(path)?.[1]
  if (lang === undefined) delete request.headers['x-ordinal-lang']
  else request.headers['x-ordinal-lang'] = lang
  response.setHeader('content-security-policy', policy)
}

/**
 * Scripts need the nonce; styles may be inline, since menus and dialogs measure themselves and set theirs at run time.
 * In development the framework's hot reload evaluates code and holds a web socket.
 */
function pagePolicy(nonce: string, dev: boolean) {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${dev ? ' ws:' : ''}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ')
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

/** Whether an address to listen on can only be reached from this machine. */
export function isLoopback(host: string) {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** The values of Host that lead to this address and port: loopback has three names, and port 80 may be left out. */
export function hostsOf(host: string, port: number): string[] {
  const names = ['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host]
  return [...new Set(names)].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
}
