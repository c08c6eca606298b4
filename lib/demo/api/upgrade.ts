import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { StatusError } from './status'

const BEARER = 'base64url.bearer.authorization.k8s.io.'

/** What a client asks to speak instead of HTTP on its connection; nothing is answered until one of the methods is called. */
export class Upgrade {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #socket: Duplex
  readonly #head: Buffer

  constructor(request: IncomingMessage, response: ServerResponse, socket: Duplex, head: Buffer) {
    this.#request = request
    this.#response = response
    this.#socket = socket
    this.#head = head
  }

  get isWebSocket(): boolean {
    return this.#request.headers.upgrade?.toLowerCase() === 'websocket'
  }

  /** The sub-protocols that are offered, without the one that only carries the bearer token. */
  get protocols(): string[] {
    return offered(this.#request).filter((one) => !one.startsWith(BEARER))
  }

  /** Opens the web socket with one of the sub-protocols; '' for none. */
  async webSocket(protocol: string): Promise<WebSocket> {
    const { WebSocketServer } = await import('ws')
    const server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: LARGEST_MESSAGE,
      handleProtocols: () => protocol || false,
    })
    return new Promise((resolve, reject) => {
      server.on('wsClientError', (error, socket) => {
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
        reject(error)
      })
      this.#release()
      server.handleUpgrade(this.#request, this.#socket, this.#head, resolve)
    })
  }

  /** Hands over the bare connection after the answer 101 with these headers. */
  take(headers: Record<string, string>): Duplex {
    this.#release()
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    this.#socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`)
    if (this.#head.length > 0) this.#socket.unshift(this.#head)
    return this.#socket
  }

  /** The response lets go of the connection, which is no HTTP any more. */
  #release(): void {
    this.#response.detachSocket(this.#socket as IncomingMessage['socket'])
  }
}

const LARGEST_MESSAGE = 4 * 1024 * 1024

const offered = (request: IncomingMessage): string[] =>
  (request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/**
 * The Authorization header, or the token that a browser hides in a sub-protocol since it cannot set headers there
 * (k8s apiserver pkg/authentication/request/websocket/protocol.go).
 */
export function authorizationOf(request: IncomingMessage): string | undefined {
  const hidden = offered(request).find((one) => one.startsWith(BEARER))
  if (hidden === undefined || request.headers.authorization !== undefined) return request.headers.authorization
  if (offered(request).length < 2) throw new StatusError(401, 'Unauthorized', 'Unauthorized')
  return `Bearer ${Buffer.from(hidden.slice(BEARER.length), 'base64url').toString('utf8')}`
}
