import { once } from 'node:events'
import { request as plainRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { request as secureRequest } from 'node:https'
import { WebSocket } from 'ws'
import type { Target } from './target'

/** One HTTP client without any knowledge of Kubernetes but its paths: nothing is retried, followed or mended. */

export type Json = { [key: string]: unknown }

export class Answer {
  readonly code: number
  readonly headers: IncomingMessage['headers']
  /** Parsed when it is JSON, otherwise text. */
  readonly body: unknown

  constructor(code: number, headers: IncomingMessage['headers'], text: string) {
    this.code = code
    this.headers = headers
    // Kubernetes serves OpenAPI as plain text.
    const json = headers['content-type']?.includes('json') || text.startsWith('{')
    this.body = json && text !== '' ? JSON.parse(text) : text
  }

  /** A field of the body, e.g. `metadata.uid` or `items.0.metadata.name`. */
  at(path: string): unknown {
    return path.split('.').reduce<unknown>((tree, key) => (tree as Json | undefined)?.[key], this.body)
  }

  text(path: string): string {
    return String(this.at(path))
  }
}

export type Options = {
  body?: unknown
  type?: string
  accept?: string
  headers?: OutgoingHttpHeaders
}

export type WatchEvent = { type: string; object: Json & { metadata: Json } }

/** Where each kind lives. */
const ROOTS: Record<string, string> = {
  statefulsets: '/apis/apps/v1',
  controllerrevisions: '/apis/apps/v1',
  poddisruptionbudgets: '/apis/policy/v1',
  leases: '/apis/coordination.k8s.io/v1',
  endpointslices: '/apis/discovery.k8s.io/v1',
}

export class Client {
  readonly target: Target
  readonly namespace: string
  /** A name that no other case of the group uses. */
  readonly name: string

  constructor(target: Target, namespace: string, name: string) {
    this.target = target
    this.namespace = namespace
    this.name = name
  }

  /** The path of a collection, an object or a subresource in the namespace of the group. */
  at(resource: string, ...rest: string[]): string {
    return [`${ROOTS[resource] ?? '/api/v1'}/namespaces/${this.namespace}/${resource}`, ...rest].join('/')
  }

  get = (path: string, options?: Options) => this.send('GET', path, options)
  post = (path: string, body: unknown, options?: Options) => this.send('POST', path, { ...options, body })
  put = (path: string, body: unknown, options?: Options) => this.send('PUT', path, { ...options, body })
  delete = (path: string, body?: unknown) => this.send('DELETE', path, body === undefined ? {} : { body })
  patch = (path: string, kind: 'merge' | 'strategic-merge' | 'json', body: unknown) =>
    this.send('PATCH', path, { body, type: `application/${kind}-patch+json` })
  apply = (path: string, body: unknown) => this.send('PATCH', path, { body, type: 'application/apply-patch+yaml' })

  async send(method: string, path: string, options: Options = {}): Promise<Answer> {
    const response = await this.#open(method, path, options)
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk as string
    return new Answer(response.statusCode ?? 0, response.headers, text)
  }

  /** The answer as it is on the wire, where that is no text. */
  async bytes(
    method: string,
    path: string,
    options: Options = {},
  ): Promise<{ code: number; type: string; body: Buffer }> {
    const response = await this.#open(method, path, options)
    const chunks: Buffer[] = []
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
    return {
      code: response.statusCode ?? 0,
      type: response.headers['content-type'] ?? '',
      body: Buffer.concat(chunks),
    }
  }

  /**
   * Reads a watch over a web socket, as dashboards in browsers do, until so many events are there. The token goes where
   * a browser can put it: into a sub-protocol.
   */
  async webSocket(
    path: string,
    wanted: number,
    during: () => Promise<unknown>,
  ): Promise<{ protocol: string; events: WatchEvent[] }> {
    const { url, token, ca } = this.target
    const hidden = token ? [`base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`] : []
    const address = url.replace(/^http/, 'ws') + path
    const socket = new WebSocket(address, ['base64.binary.k8s.io', ...hidden], {
      // The handshake of Kubernetes wants one, as browsers send it.
      origin: 'http://localhost:3000',
      ...(ca ? { ca } : {}),
    })
    const events: WatchEvent[] = []
    const enough = new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('close', () => resolve())
      socket.on('message', (data: Buffer) => {
        events.push(JSON.parse(data.toString('utf8')) as WatchEvent)
        if (events.length >= wanted) resolve()
      })
    })
    await Promise.race([once(socket, 'open'), enough])
    await during()
    await enough
    const { protocol } = socket
    socket.terminate()
    return { protocol, events }
  }

  /**
   * Reads a watch until `enough` says so, the server ends it, or the seconds are over.
   * `during` runs when the answer's head has come.
   */
  async watch(
    path: string,
    enough: (events: WatchEvent[]) => boolean,
    during: () => Promise<unknown> = async () => {},
    { seconds = 10, accept }: { seconds?: number; accept?: string } = {},
  ): Promise<{ code: number; events: WatchEvent[]; ended: boolean }> {
    const response = await this.#open('GET', path, accept ? { accept } : {})
    const code = response.statusCode ?? 0
    const events: WatchEvent[] = []
    const timer = setTimeout(() => response.destroy(), seconds * 1000)
    const read = (async () => {
      let rest = ''
      for await (const chunk of response.setEncoding('utf8')) {
        const lines = (rest + (chunk as string)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          if (line !== '') events.push(JSON.parse(line) as WatchEvent)
          if (enough(events)) return false
        }
      }
      return true
    })().catch(() => false)
    await during()
    const ended = await read
    clearTimeout(timer)
    response.destroy()
    return { code, events, ended }
  }

  #open(method: string, path: string, { body, type, accept, headers }: Options): Promise<IncomingMessage> {
    const { url, token, ca } = this.target
    const { hostname, port } = new URL(url)
    const payload =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const open = ca ? secureRequest : plainRequest
    return new Promise((resolve, reject) => {
      const call = open(
        {
          hostname,
          port,
          method,
          path,
          ...(ca ? { ca } : {}),
          headers: {
            ...(token ? { authorization: `Bearer ${token}` } : {}),
            'user-agent': 'wire-contract/1',
            ...(accept ? { accept } : {}),
            ...(payload === undefined
              ? {}
              : { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(payload) }),
            ...headers,
          },
        },
        resolve,
      )
      call.on('error', reject)
      call.end(payload)
    })
  }
}
