import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { sendJson, sendText } from './answer'
import { GIT_VERSION } from './discovery'
import { methodNotAllowed } from './status'

/**
 * /openapi/v3: the API server's own documents, cut down to what is served (test/contract/record-openapi.ts), and asked
 * for by their hash as k8s kube-openapi pkg/handler3/handler.go has it. Loaded with the first request for them.
 *
 * The items of a `kind: List` kubectl checks itself, by /openapi/v2, and lets through what has no definition there
 * (kubectl pkg/validation/validation.go validateResource). So there is none, and the server checks them as well.
 */
export async function serveOpenApi(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<boolean> {
  if (path !== '/openapi/v2' && path !== '/openapi/v3' && !path.startsWith('/openapi/v3/')) return false
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed()
  if (path === '/openapi/v2') sendVersion2(request, response)
  else await sendVersion3(request, response, path.slice('/openapi/v3/'.length), query)
  return true
}

async function sendVersion3(
  request: IncomingMessage,
  response: ServerResponse,
  key: string,
  query: URLSearchParams,
): Promise<void> {
  const { default: documents } = await import('./recorded/openapi.json', { with: { type: 'json' } })
  const kept = new Map(Object.entries(documents))
  const addressOf = (name: string, hash: string) => `/openapi/v3/${name}?hash=${hash}`
  if (key === '') {
    const paths = Object.fromEntries(
      [...kept].map(([name, { hash }]) => [name, { serverRelativeURL: addressOf(name, hash) }]),
    )
    const text = JSON.stringify({ paths })
    return sendTagged(request, response, createHash('sha512').update(text).digest('hex').toUpperCase(), () => text)
  }
  const found = kept.get(key)
  if (!found) return sendText(response, 404, '404 page not found\n')
  const asked = query.get('hash') ?? ''
  if (asked !== '' && asked !== found.hash) {
    response.writeHead(301, { location: addressOf(key, found.hash), vary: 'Accept' }).end()
    return
  }
  const year = new Date()
  year.setFullYear(year.getFullYear() + 1)
  const lasting: Record<string, string> =
    asked === '' ? {} : { 'cache-control': 'public, immutable', expires: year.toUTCString() }
  const text = async () => (await inflate(Buffer.from(found.data, 'base64'))).toString('utf8')
  return sendTagged(request, response, found.hash, text, { vary: 'Accept', ...lasting })
}

const inflate = promisify(brotliDecompress)

async function sendTagged(
  request: IncomingMessage,
  response: ServerResponse,
  hash: string,
  text: () => string | Promise<string>,
  more: Record<string, string> = {},
): Promise<void> {
  const headers = { etag: `"${hash}"`, ...more }
  if (request.headers['if-none-match'] === headers.etag) response.writeHead(304, headers).end()
  else sendJson(response, 200, await text(), headers)
}

/** A document without definitions. kubectl asks for it in protobuf. */
function sendVersion2(request: IncomingMessage, response: ServerResponse): void {
  const info = { title: 'Kubernetes', version: GIT_VERSION.split('+')[0] ?? '' }
  if (!(request.headers.accept ?? '').includes('com.github.proto-openapi.spec.v2'))
    return sendJson(response, 200, JSON.stringify({ swagger: '2.0', info, paths: {} }))
  const body = field(1, '2.0') + field(2, field(1, info.title) + field(2, info.version))
  response.writeHead(200, { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' }).end(body)
}

/** A short text, or message, as a field of a protobuf message. */
const field = (number: number, value: string) => String.fromCharCode((number << 3) | 2, value.length) + value
