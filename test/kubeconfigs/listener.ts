import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Certificate } from '@/test/fixtures/certificate'

/** One request as it arrived. */
export type Arrived = {
  tls: boolean
  path: string
  authorization: string | null
  /** `Impersonate-*`, by name. */
  impersonation: Record<string, string>
  /** The name of the client certificate. */
  certificate: string | null
  /** The host name that the client asked for in the TLS handshake. */
  servername: string | null
  /** Whether it came through the proxy. */
  proxied: boolean
}

/**
 * An API server that tells one thing, its version, to everybody: with TLS or without, on the same port, since a client
 * that does not know which it speaks is what is looked for. Beside it a proxy for CONNECT.
 */
export class Listener {
  readonly arrived: Arrived[] = []
  /** Every byte that came without TLS. */
  plainBytes = ''
  port = 0
  proxyPort = 0
  #servers: net.Server[] = []
  #sockets = new Set<net.Socket>()
  #tunnels = new Set<number | undefined>()

  async start(leaf: Certificate): Promise<this> {
    const answer: http.RequestListener = (request, response) => {
      this.arrived.push(this.#read(request))
      response.setHeader('content-type', 'application/json')
      response.end('{"major":"1","minor":"37","gitVersion":"v1.37.1"}')
    }
    const secure = https.createServer(
      { cert: leaf.cert, key: leaf.key, requestCert: true, rejectUnauthorized: false },
      answer,
    )
    const plain = http.createServer(answer)
    const both = (socket: net.Socket) => {
      this.#keep(socket)
      socket.once('data', (first: Buffer) => {
        socket.pause()
        const isTls = first[0] === 0x16
        if (!isTls) {
          this.plainBytes += first.toString('latin1')
          socket.on('data', (more: Buffer) => (this.plainBytes += more.toString('latin1')))
        }
        ;(isTls ? secure : plain).emit('connection', socket)
        socket.unshift(first)
        process.nextTick(() => socket.resume())
      })
    }
    this.port = await this.#listen(net.createServer(both), 0, '127.0.0.1')
    await this.#listen(net.createServer(both), this.port, '::1')
    const proxy = http.createServer().on('connect', (request, socket: net.Socket) => {
      const upstream = net.connect(Number(new URL(`http://${request.url}`).port), '127.0.0.1', () => {
        this.#tunnels.add(upstream.localPort)
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        upstream.pipe(socket).pipe(upstream)
      })
      this.#keep(socket)
      upstream.on('error', () => socket.destroy())
    })
    this.proxyPort = await this.#listen(proxy, 0, '127.0.0.1')
    return this
  }

  clear(): void {
    this.arrived.length = 0
    this.plainBytes = ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))))
  }

  #read(request: http.IncomingMessage): Arrived {
    const tls = 'encrypted' in request.socket ? (request.socket as TLSSocket) : null
    const peer = tls?.getPeerCertificate()
    const names = Object.keys(request.headers).filter((name) => name.startsWith('impersonate-'))
    return {
      tls: tls !== null,
      path: (request.url ?? '').split('?')[0] ?? '',
      authorization: request.headers.authorization ?? null,
      impersonation: Object.fromEntries(names.sort().map((name) => [name, String(request.headers[name])])),
      certificate: peer?.subject ? String(peer.subject.CN) : null,
      servername: typeof tls?.servername === 'string' ? tls.servername : null,
      proxied: this.#tunnels.has(request.socket.remotePort),
    }
  }

  #keep(socket: net.Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }

  async #listen(server: net.Server, port: number, host: string): Promise<number> {
    this.#servers.push(server)
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
    return (server.address() as net.AddressInfo).port
  }
}
