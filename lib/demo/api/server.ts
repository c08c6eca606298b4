import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { authenticate, reviewAccess, reviewRules, reviewSelf, type User } from './access'
import { sendError, sendJson, sendText } from './answer'
import { discover, servedGroupVersions, VERSION } from './discovery'
import { isFields } from './fields'
import type { Kubelets } from './kubelets'
import { serveOpenApi } from './openapi'
import type { Operations } from './operations'
import { parseBody, parsePath, readBody, splitUrl } from './request'
import { serveResource } from './resource-handler'
import { badRequest, methodNotAllowed, pathNotFound } from './status'
import { authorizationOf, Upgrade } from './upgrade'

export type ApiServerOptions = {
  operations: Operations
  /** Absent in a cluster without kubelets: then there are no logs and no proxy. */
  kubelets?: Kubelets | null
  /** Who may call, by bearer token. Default: everybody, as administrator. */
  users?: User[]
  /** Host names that are answered besides those of loopback; the others get 403, as kubectl proxy does. */
  acceptHosts?: string[]
  /** Serves paths of its own below /ordinal.demo/; false when the path is none of them. */
  extra?: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>
  /** Told of errors that are nobody's request's fault. */
  onError?: (error: unknown) => void
}

const servedRoots = servedGroupVersions().map(({ group }) => (group ? `/apis/${group}/` : '/api/v1/'))
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** The API server's HTTP side. */
export class ApiServer {
  readonly #server: Server
  readonly #options: ApiServerOptions
  readonly #open = new Set<() => void>()
  readonly #hosts: Set<string>

  constructor(options: ApiServerOptions) {
    this.#options = options
    this.#hosts = new Set([...LOOPBACK, ...(options.acceptHosts ?? [])])
    this.#server = createServer({ maxHeaderSize: 32 * 1024, requestTimeout: 60_000 }, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => sendError(response, error))
    })
    this.#server.keepAliveTimeout = 90_000
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
      else socket.destroy()
    })
  }

  /** Listens and returns the URL. Port 0 takes any that is free. */
  async listen(port: number, host = '127.0.0.1'): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    this.#server.on('error', (error) => this.#options.onError?.(error))
    const address = this.#server.address() as AddressInfo
    const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return `http://${shown}:${address.port}`
  }

  /** Ends all watches and logs, then the server. */
  async close(): Promise<void> {
    this.endStreams()
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  /** Ends every watch and log that is open, as a restart would; clients come back. */
  endStreams(): void {
    for (const close of [...this.#open]) close()
    this.#open.clear()
  }

  /** Who asks for another protocol is answered in HTTP until what serves the path takes the connection over. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket as IncomingMessage['socket'])
    response.on('finish', () => socket.end())
    if (!this.#isOurOrigin(request.headers.origin)) {
      sendText(response, 403, 'Forbidden\n')
      return
    }
    this.#serve(request, response, new Upgrade(request, response, socket, head)).catch((error: unknown) =>
      sendError(response, error),
    )
  }

  /** A page from elsewhere could open a web socket here, which browsers allow: nobody is asked for a password. */
  #isOurOrigin(origin: string | undefined): boolean {
    if (origin === undefined || !/^https?:/i.test(origin) || (this.#options.users ?? []).length > 0) return true
    return URL.canParse(origin) && this.#hosts.has(new URL(origin).hostname)
  }

  async #serve(request: IncomingMessage, response: ServerResponse, upgrade: Upgrade | null = null): Promise<void> {
    const host = (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '')
    if (!this.#hosts.has(host)) return sendText(response, 403, 'Forbidden\n')
    const { path, query } = splitUrl(request.url ?? '/')
    const { operations, kubelets = null, users = [], extra } = this.#options
    if (path.startsWith('/ordinal.demo/') && extra && (await extra(request, response, path))) return
    if (['/healthz', '/livez', '/readyz'].some((one) => path === one || path.startsWith(`${one}/`)))
      return sendText(response, 200, 'ok')
    if (path === '/version' || path === '/version/') return sendJson(response, 200, JSON.stringify(VERSION, null, 2))
    const user = authenticate(users, authorizationOf(request))
    if (await serveOpenApi(request, response, path, query)) return
    const found = discover(path, request.headers.accept ?? '')
    if (found) {
      if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed()
      const headers: Record<string, string> = { 'content-type': found.contentType, vary: 'Accept' }
      if (found.etag) headers['etag'] = found.etag
      if (found.etag && request.headers['if-none-match'] === found.etag) {
        response.writeHead(304, headers).end()
        return
      }
      return sendJson(response, 200, found.body, headers)
    }
    const review = await this.#review(request, path, user)
    if (review) return sendJson(response, 201, `${JSON.stringify(review)}\n`)
    const target = parsePath(path)
    if (!target) {
      // Below a group that is served everything is answered by the API; nothing else is.
      if (servedRoots.some((root) => path.startsWith(root))) throw pathNotFound()
      return sendText(response, 404, '404 page not found\n')
    }
    const track = this.#track(upgrade ? request.socket : response)
    await serveResource({ request, response, upgrade, target, query, user, operations, kubelets, track })
  }

  /** Objects that are only asked, never stored. */
  async #review(request: IncomingMessage, path: string, user: User): Promise<object | null> {
    const answers: Record<string, (body: Record<string, unknown>) => object> = {
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': (body) => reviewAccess(user, body),
      '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': (body) => reviewRules(user, body),
      '/apis/authentication.k8s.io/v1/selfsubjectreviews': () => reviewSelf(user, this.#options.operations.now()),
    }
    const reply = answers[path]
    if (!reply) return null
    if (request.method !== 'POST') throw methodNotAllowed()
    const body = await parseBody(await readBody(request), request.headers['content-type'])
    if (!isFields(body)) throw badRequest('the body is no object')
    return reply(body)
  }

  /** @param stream closes with what is tracked */
  #track(stream: NodeJS.EventEmitter): (close: () => void) => void {
    return (close) => {
      this.#open.add(close)
      stream.on('close', () => this.#open.delete(close))
    }
  }
}
