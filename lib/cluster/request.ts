import 'server-only'
import http from 'node:http'
import https from 'node:https'
import { TLSSocket } from 'node:tls'
import type { Access, Connection } from './connection'
import { ClusterError } from './errors'
import { answerError, failure } from './failure'
import { buildUrl, type Query, type Segment } from './path'
import { tellServerDate } from './server-date'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type RequestOptions = {
  method?: Method
  path: readonly Segment[]
  query?: Query
  body?: unknown
  /** A body that is sent as it is; with `contentType`. */
  text?: string
  /** Of the body; `application/json` unless told otherwise. */
  contentType?: string
  accept?: string
  /** Until the answer has arrived whole (`request`) or has begun (`open`); 15 seconds unless told otherwise. */
  timeoutMs?: number
  signal?: AbortSignal
  /** The most bytes of an answer that are read; 256 MiB unless told otherwise. */
  maxBytes?: number
}

export type Reply = {
  status: number
  headers: http.IncomingHttpHeaders
  json: unknown
  /** `Warning:` headers of the API server, as text. */
  warnings: string[]
}

const defaultTimeoutMs = 15_000
const defaultMaxBytes = 256 * 1024 * 1024
export const userAgent = 'ordinal/0.1.0'

/**
 * One request, one JSON answer. Throws `ClusterError` for every status of 300 and above (a redirect is never followed),
 * for a body that is not JSON, and for `kind: Status` with `status: Failure` under a status of 200.
 */
export async function request(connection: Connection, options: RequestOptions): Promise<Reply> {
  const reply = await requestText(connection, { accept: 'application/json', ...options })
  const tried = describe(connection, options)
  let json: unknown
  try {
    json = JSON.parse(reply.text)
  } catch (cause) {
    const type = reply.headers['content-type'] ?? 'no content type'
    throw new ClusterError('not-kubernetes', `The server answered ${reply.status} with ${type} that is not JSON.`, {
      tried,
      status: reply.status,
      cause,
    })
  }
  if (isFailure(json)) throw answerError(connection, tried, json.code ?? 500, reply.headers, reply.text)
  return { status: reply.status, headers: reply.headers, json, warnings: warningsOf(reply.headers) }
}

/** Like `request`, with the body as it came (logs, YAML, an app behind a proxy). */
export async function requestText(
  connection: Connection,
  options: RequestOptions,
): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
  const tried = describe(connection, options)
  const timer = new AbortController()
  const timeout = setTimeout(() => timer.abort(), options.timeoutMs ?? defaultTimeoutMs)
  try {
    const response = await openWith(connection, options, timer.signal)
    try {
      const body = await readAll(response, options.maxBytes ?? defaultMaxBytes, tried)
      return { status: response.statusCode ?? 0, headers: response.headers, text: body.toString('utf8') }
    } catch (cause) {
      throw failure(cause, tried, { connected: true, timedOut: timer.signal.aborted, aborted: isAborted(options) })
    }
  } finally {
    clearTimeout(timeout)
  }
}

/**
 * Opens an answer whose body the caller reads as a stream (watches, followed logs). The time-out covers the time until
 * the headers; the stream ends with `signal`. Statuses of 300 and above throw as in `request`.
 */
export async function open(connection: Connection, options: RequestOptions): Promise<http.IncomingMessage> {
  const timer = new AbortController()
  const timeout = setTimeout(() => timer.abort(), options.timeoutMs ?? defaultTimeoutMs)
  try {
    return await openWith(connection, options, timer.signal)
  } finally {
    clearTimeout(timeout)
  }
}

/** `GET https://host:6443/api/v1/pods`, for errors and the journal; never holds a query or credentials. */
export function describe(connection: Connection, options: Pick<RequestOptions, 'method' | 'path'>): string {
  const path = options.path.map((segment) => (typeof segment === 'string' ? segment : segment.text)).join('/')
  return `${options.method ?? 'GET'} ${connection.server}/${path}`
}

async function openWith(
  connection: Connection,
  options: RequestOptions,
  timedOut: AbortSignal,
): Promise<http.IncomingMessage> {
  const url = buildUrl(connection.base, options.path, options.query)
  let refreshed = false
  let fresh = false
  for (;;) {
    const response = await send(connection, url, options, timedOut, { refresh: refreshed, fresh }).catch(
      (error: unknown) => {
        // An idle connection that the server had closed says nothing about the server; a read is simply asked again, on
        // a new connection: after a restart of the server every idle one is dead.
        if (!fresh && error instanceof StaleConnection) return null
        throw error instanceof StaleConnection ? error.error : error
      },
    )
    if (response === null) {
      fresh = true
      continue
    }
    const status = response.statusCode ?? 0
    if (status >= 200 && status < 300) return response
    const text = await readAll(response, 1024 * 1024, describe(connection, options)).then(
      (body) => body.toString('utf8'),
      () => '',
    )
    if (status === 401 && connection.refreshable && !refreshed) {
      refreshed = true
      continue
    }
    throw answerError(connection, describe(connection, options), status, response.headers, text)
  }
}

/**
 * Opens an answer of whatever status, sent once and never again: what stands behind the API server's proxy may say 401 for
 * itself, and may have acted.
 */
export async function openOnce(
  connection: Connection,
  options: RequestOptions,
  timedOut: AbortSignal,
): Promise<http.IncomingMessage> {
  const url = buildUrl(connection.base, options.path, options.query)
  return send(connection, url, options, timedOut, { refresh: false, fresh: true }).catch((error: unknown) => {
    throw error instanceof StaleConnection ? error.error : error
  })
}

class StaleConnection extends Error {
  readonly error: ClusterError
  constructor(error: ClusterError) {
    super('stale connection')
    this.error = error
  }
}

async function send(
  connection: Connection,
  url: URL,
  options: RequestOptions,
  timedOut: AbortSignal,
  { refresh, fresh }: { refresh: boolean; fresh: boolean },
): Promise<http.IncomingMessage> {
  const method = options.method ?? 'GET'
  const tried = describe(connection, options)
  const state = () => ({ connected: false, timedOut: timedOut.aborted, aborted: isAborted(options) })
  if (isAborted(options)) throw failure(new Error('aborted'), tried, state())
  const access = await accessInTime(connection, refresh, tried, [timedOut, ...(options.signal ? [options.signal] : [])])
  const written = options.text ?? (options.body === undefined ? null : JSON.stringify(options.body))
  const body = written === null ? null : Buffer.from(written)
  const headers: Record<string, string | string[] | number> = {
    ...access.headers,
    'user-agent': userAgent,
    accept: options.accept ?? 'application/json',
  }
  if (body) {
    headers['content-type'] = options.contentType ?? 'application/json'
    headers['content-length'] = body.length
  }
  return new Promise((resolve, reject) => {
    let connected = false
    const sentAt = Date.now()
    const begin = () => {
      try {
        return (url.protocol === 'https:' ? https : http).request(url, {
          method,
          headers,
          agent: method === 'GET' && !fresh ? access.agent : access.writeAgent,
          signal: options.signal ? AbortSignal.any([options.signal, timedOut]) : timedOut,
          setHost: true,
        })
      } catch (cause) {
        // Node refuses a header or a certificate before it sends anything; both come from the credentials.
        const message = cause instanceof Error ? cause.message : String(cause)
        const from = `The credentials of ${JSON.stringify(connection.user || connection.name)} cannot be sent: ${message}`
        throw new ClusterError('bad-credentials', from, { tried, cause })
      }
    }
    const outgoing = begin()
    outgoing.once('socket', (socket) => {
      const shaking = socket instanceof TLSSocket && !outgoing.reusedSocket
      if (!socket.connecting && !shaking) connected = true
      else socket.once(shaking ? 'secureConnect' : 'connect', () => (connected = true))
    })
    outgoing.once('response', (response) => {
      tellServerDate(connection, response.headers.date, sentAt)
      resolve(response)
    })
    outgoing.once('error', (cause) => {
      const error = failure(cause, tried, { ...state(), connected, certificateEnd: connection.certificateEnd() })
      const stale = outgoing.reusedSocket && method === 'GET' && error.code === 'lost'
      reject(stale ? new StaleConnection(error) : error)
    })
    outgoing.end(body ?? undefined)
  })
}

/**
 * The credentials, or, where the time of the request ends while a credential plugin still runs, which one that is: the
 * server has not been asked yet, so that nothing is said about it. The plugin runs on for whoever asks next.
 */
async function accessInTime(
  connection: Connection,
  refresh: boolean,
  tried: string,
  ends: readonly AbortSignal[],
): Promise<Access> {
  const over = AbortSignal.any([...ends])
  let stop = () => {}
  const late = new Promise<never>((_, reject) => {
    stop = () => {
      const slow = connection.waitingFor()
      if (slow === null) return
      const seconds = Math.max(1, Math.round(slow.ms / 1000))
      const message = `The ${slow.program} has been running for ${seconds} s and has not answered yet; the server was not asked.`
      reject(new ClusterError('slow-exec-plugin', message, { tried: `${slow.program}, for ${tried}` }))
    }
    over.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([connection.access(refresh), late])
  } finally {
    over.removeEventListener('abort', stop)
  }
}

async function readAll(response: http.IncomingMessage, maxBytes: number, tried: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) {
      throw new ClusterError('too-large', `The answer is larger than ${maxBytes} bytes.`, { tried, sent: 'answered' })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

function isAborted(options: RequestOptions): boolean {
  return options.signal?.aborted ?? false
}

function isFailure(json: unknown): json is { code?: number } {
  return (
    typeof json === 'object' &&
    json !== null &&
    'kind' in json &&
    json.kind === 'Status' &&
    'status' in json &&
    json.status === 'Failure'
  )
}

function warningsOf(headers: http.IncomingHttpHeaders): string[] {
  const text = headers.warning ?? ''
  return [...text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? '').replace(/\\(.)/g, '$1'))
}
