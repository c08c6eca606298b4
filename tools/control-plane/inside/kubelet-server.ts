import { createServer, type Server } from 'node:https'
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { NodePlan } from './protocol'
import type { Pods } from './pods'
import type { LogLine } from './pod-logs'

/**
 * The kubelet's own port on one node: container logs from here, everything else (port-forward) from kwok's server.
 * It goes silent with the kubelet: the port is closed and open streams end.
 */
export class KubeletServer {
  private server: Server | null = null
  private readonly sockets = new Set<Socket>()

  private readonly node: NodePlan
  private readonly pods: Pods
  private readonly certificate: { key: string; cert: string }

  constructor(node: NodePlan, pods: Pods, certificate: { key: string; cert: string }) {
    this.node = node
    this.pods = pods
    this.certificate = certificate
  }

  async start(): Promise<void> {
    if (this.server) return
    const server = createServer(this.certificate, (request, response) => this.answer(request, response))
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head))
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    this.server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(10250, this.node.address, resolve)
    })
  }

  async stop(): Promise<void> {
    const server = this.server
    this.server = null
    for (const socket of this.sockets) socket.destroy()
    if (server) await new Promise((resolve) => server.close(resolve))
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'https://kubelet')
    const [kind, namespace = '', name = '', container = ''] = url.pathname.split('/').slice(1).map(decodeURIComponent)
    if (kind === 'containerLogs') this.answerLogs(response, url.searchParams, namespace, name, container)
    else if (kind === 'healthz') response.end('ok')
    else this.forward(request, response)
  }

  private answerLogs(
    response: ServerResponse,
    query: URLSearchParams,
    namespace: string,
    name: string,
    container: string,
  ) {
    const pod = this.pods.get(namespace, name)
    if (!pod) return refuse(response, 404, `pod "${name}" not found`)
    const previous = query.get('previous') === 'true'
    const run = this.pods.logs.read(pod, container, previous)
    if (!run) {
      const what = previous ? 'previous terminated container' : 'container'
      const why = previous ? 'not found' : 'is waiting to start'
      return refuse(response, 400, `${what} "${container}" in pod "${name}" ${why}`)
    }
    const print = (line: LogLine) =>
      query.get('timestamps') === 'true' ? `${line.at.toISOString()} ${line.text}\n` : `${line.text}\n`
    const text = selectLines(run.lines, query).map(print).join('')
    const limit = Number(query.get('limitBytes') ?? Infinity)
    response.writeHead(200, { 'content-type': 'text/plain' })
    response.write(Buffer.from(text).subarray(0, limit))
    if (query.get('follow') !== 'true' || run.ended) return void response.end()
    response.flushHeaders()
    const listener = (line: LogLine) => void response.write(print(line))
    const onEnd = () => void response.end()
    run.listeners.add(listener)
    run.onEnd.add(onEnd)
    response.on('close', () => {
      run.listeners.delete(listener)
      run.onEnd.delete(onEnd)
    })
  }

  private forward(request: IncomingMessage, response: ServerResponse): void {
    const onward = httpRequest(this.target(request), (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', (error) => refuse(response, 502, error.message))
    request.pipe(onward)
  }

  /** Port-forwards upgrade the connection (SPDY): both ends are joined once kwok has agreed. */
  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const onward = httpRequest(this.target(request))
    onward.on('upgrade', (answer, far, farHead) => {
      const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`]
      for (let i = 0; i < answer.rawHeaders.length; i += 2)
        lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`)
      socket.write(`${lines.join('\r\n')}\r\n\r\n`)
      socket.write(farHead)
      far.write(head)
      socket.pipe(far).pipe(socket)
      socket.on('error', () => far.destroy())
      far.on('error', () => socket.destroy())
    })
    onward.on('response', (answer) => {
      socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nconnection: close\r\n\r\n`)
      answer.pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    onward.end()
  }

  private target(request: IncomingMessage) {
    const { url: path, method, headers } = request
    return { host: '127.0.0.1', port: this.node.kwokPort, path, method, headers }
  }
}

function selectLines(lines: LogLine[], query: URLSearchParams): LogLine[] {
  const seconds = query.get('sinceSeconds')
  const time = query.get('sinceTime')
  const from = seconds ? Date.now() - Number(seconds) * 1000 : time ? Date.parse(time) : 0
  const selected = lines.filter((line) => line.at.getTime() >= from)
  const tail = query.get('tailLines')
  return tail === null ? selected : Number(tail) === 0 ? [] : selected.slice(-Number(tail))
}

function refuse(response: ServerResponse, code: number, text: string): void {
  if (!response.headersSent) response.writeHead(code, { 'content-type': 'text/plain' })
  response.end(text)
}
