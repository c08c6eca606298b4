import 'server-only'
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import type { Connection } from './connection'
import { answerError, failure } from './failure'
import { buildUrl, type Query, type Segment } from './path'
import { describe, userAgent } from './request'

/** What the API server speaks on a channel of a pod, one number before each message. */
const protocol = 'v4.channel.k8s.io'
const largestMessage = 4 * 1024 * 1024
const largestRefusal = 64 * 1024

export type WebSocketOptions = { path: readonly Segment[]; query?: Query; timeoutMs: number }

/**
 * Opens a web socket to the API server with the connection's own credentials, certificates and proxy, and with the errors
 * of `request`: a refusal throws what the server said. A redirect is never followed. The socket is paused.
 */
export async function openWebSocket(connection: Connection, options: WebSocketOptions): Promise<WebSocket> {
  const first = await tryToOpen(connection, options, false)
  if (first instanceof WebSocket) return first
  const second = first.status === 401 && connection.refreshable ? await tryToOpen(connection, options, true) : first
  if (second instanceof WebSocket) return second
  throw answerError(connection, describe(connection, options), second.status, second.headers, second.text)
}

type Refusal = { status: number; headers: IncomingMessage['headers']; text: string }

async function tryToOpen(
  connection: Connection,
  { path, query, timeoutMs }: WebSocketOptions,
  refresh: boolean,
): Promise<WebSocket | Refusal> {
  const tried = describe(connection, { path })
  const url = buildUrl(connection.base, path, query)
  const access = await connection.access(refresh)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol, {
      agent: access.writeAgent,
      headers: { ...access.headers, 'user-agent': userAgent },
      followRedirects: false,
      handshakeTimeout: timeoutMs,
      maxPayload: largestMessage,
      perMessageDeflate: false,
    })
    socket.once('open', () => {
      // Until the caller listens and resumes it: what comes with the answer would be lost.
      socket.pause()
      resolve(socket)
    })
    socket.once('unexpected-response', (_, response) => {
      void textOf(response).then((text) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      )
    })
    // Also after it is open: an error without a listener would end the process.
    socket.on('error', (cause) => {
      const timedOut = /handshake has timed out/.test(cause.message)
      reject(failure(cause, tried, { connected: false, timedOut, aborted: false }))
    })
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > largestRefusal) break
      chunks.push(chunk)
    }
  } catch {
    // What came until then says enough.
  }
  return Buffer.concat(chunks).toString('utf8')
}
