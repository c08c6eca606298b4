import 'server-only'
import type { IncomingMessage } from 'node:http'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Connection } from './connection'
import { answerError, failure, statusOf } from './failure'
import { appPath, proxyTarget } from './path'
import { describe, openOnce, type Method, type RequestOptions } from './request'

export type Asked = {
  kind: 'pods' | 'services'
  namespace: string
  name: string
  port: number
  /** Inside the app; `/` unless told otherwise. */
  path?: string
  method?: Method
  /** A body, and what it is. */
  text?: string
  contentType?: string
}

export type ProxyAnswer = {
  /** What answered: the app itself, or the API server in its place. */
  from: 'app' | 'api-server'
  status: number
  contentType: string | null
  /** Where a redirect would lead; it is never followed. */
  location: string | null
  /** At most 256 KiB, whatever they were packed into. */
  text: string
  /** Why there may be more: the answer was too large, or took too long. */
  cut: 'size' | 'time' | null
  /** How long the answer took, in milliseconds. */
  ms: number
}

const maxBytes = 256 * 1024
const defaultTimeoutMs = 5_000

/** The path and the method of a request through the proxy, checked: no scheme, no query, no header of the caller. */
export function proxyRequest({ kind, namespace, name, port, path = '/', method = 'GET' }: Asked): {
  method: Method
  path: RequestOptions['path']
} {
  const target = proxyTarget(name, port)
  return { method, path: ['api', 'v1', 'namespaces', namespace, kind, target, 'proxy', ...appPath(path)] }
}

/**
 * Asks a port of a pod, or of a Service, through the API server, once. Any answer of the app counts as one, whatever its
 * status; an answer that is a `Status` comes from the API server (`503` when nobody can be reached). Throws `forbidden`
 * when the right is missing, and what `request` throws when the API server does not answer at all.
 */
export async function askThroughProxy(
  connection: Connection,
  asked: Asked,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<ProxyAnswer> {
  const { timeoutMs = defaultTimeoutMs, signal } = options
  const request = proxyRequest(asked)
  const tried = describe(connection, request)
  const timer = new AbortController()
  const timeout = setTimeout(() => timer.abort(), timeoutMs)
  const start = performance.now()
  try {
    const response = await openOnce(
      connection,
      {
        ...request,
        accept: '*/*',
        ...(asked.text === undefined ? {} : { text: asked.text, contentType: asked.contentType ?? 'text/plain' }),
        ...(signal ? { signal } : {}),
      },
      timer.signal,
    )
    const { text, cut } = await readSome(response, timer.signal).catch((cause: unknown) => {
      throw failure(cause, tried, { connected: true, timedOut: false, aborted: signal?.aborted ?? false })
    })
    const status = response.statusCode ?? 0
    const kubernetes = status >= 400 ? statusOf(text) : null
    if (kubernetes?.reason === 'Forbidden' || kubernetes?.reason === 'Unauthorized')
      throw answerError(connection, tried, status, response.headers, text)
    return {
      from: kubernetes === null ? 'app' : 'api-server',
      status,
      contentType: response.headers['content-type']?.slice(0, 200) ?? null,
      location: response.headers.location?.slice(0, 1024) ?? null,
      text: kubernetes?.message ?? text,
      cut,
      ms: Math.round(performance.now() - start),
    }
  } finally {
    clearTimeout(timeout)
  }
}

/**
 * As much of the body as is shown, unpacked: reading ends at the limit, so that neither an endless body nor a packed one
 * that grows fills the memory, and at the time, with what had come until then.
 */
async function readSome(
  response: IncomingMessage,
  timedOut: AbortSignal,
): Promise<{ text: string; cut: ProxyAnswer['cut'] }> {
  const chunks: Buffer[] = []
  let size = 0
  let cut: ProxyAnswer['cut'] = null
  const body = unpacked(response)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size > maxBytes) {
        cut = 'size'
        break
      }
    }
  } catch (error) {
    if (!timedOut.aborted) throw error
    cut = 'time'
  } finally {
    response.destroy()
    if (body !== response) body.destroy()
  }
  return { text: Buffer.concat(chunks, size).subarray(0, maxBytes).toString('utf8'), cut }
}

function unpacked(response: IncomingMessage) {
  const packing = response.headers['content-encoding']?.trim().toLowerCase()
  const unpacker =
    packing === 'gzip' || packing === 'x-gzip'
      ? createGunzip()
      : packing === 'deflate'
        ? createInflate()
        : packing === 'br'
          ? createBrotliDecompress()
          : null
  if (unpacker === null) return response
  response.on('error', (error) => unpacker.destroy(error))
  return response.pipe(unpacker)
}
