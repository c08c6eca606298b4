import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { KubeObject } from '@/lib/demo/store'
import type { Call } from './call'
import { textAt } from './fields'
import { Unreachable } from './kubelets'
import { SpdyConnection, type SpdyStream } from './spdy/connection'
import { chooseProtocol, openSpdy } from './spdy/upgrade'
import { badRequest, StatusError } from './status'
import type { Upgrade } from './upgrade'

/** Port-forward: k8s pkg/kubelet portforward/httpstream.go and websocket.go, client-go tools/portforward. */
const PROTOCOL = 'portforward.k8s.io'
/** kubectl carries SPDY inside a web socket. */
const TUNNEL = `SPDY/3.1+${PROTOCOL}`
const CHANNELS = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io']

export async function servePortForward(call: Call): Promise<void> {
  const { target, operations, upgrade, kubelets, query } = call
  const pod = operations.read('pods', target.namespace, target.name)
  if (textAt(pod.spec, 'nodeName') === '') throw badRequest(`pod ${target.name} does not have a host assigned`)
  if (!kubelets) throw new StatusError(500, 'InternalError', 'the cluster runs without kubelets')
  const open: Open = (port, failed) => {
    try {
      return kubelets.connect(target.namespace, target.name, port)
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      failed(errorText(pod, port, error))
      return null
    }
  }
  if (!upgrade) throw badRequest('Upgrade request required')
  if (!upgrade.isWebSocket) {
    const protocol = chooseProtocol(call.request, [PROTOCOL])
    const forwarder = new Forwarder(open)
    openSpdy(call, upgrade, protocol, (stream) => forwarder.take(stream))
    return
  }
  const { protocols } = upgrade
  if (protocols.includes(TUNNEL)) return tunnel(call, upgrade, open)
  const protocol = protocols.length === 0 ? '' : protocols.find((one) => CHANNELS.includes(one))
  if (protocol === undefined)
    throw new StatusError(403, 'Forbidden', `requested protocol(s) are not supported: [${protocols.join(' ')}]`)
  const ports = query
    .getAll('ports')
    .flatMap((text) => text.split(','))
    .map(Number)
  if (ports.length === 0) throw badRequest('query parameter "port" is required')
  if (ports.some((port) => !isPort(port))) throw badRequest('a port is not a number between 1 and 65535')
  const socket = await upgrade.webSocket(protocol)
  call.track(() => socket.close(1001))
  forwardChannels(socket, protocol.includes('base64'), ports, open)
}

/** The pod's end of a connection; null after `failed` has been told why there is none. */
type Open = (port: number, failed: (why: string) => void) => Duplex | null

const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65535

const errorText = (pod: KubeObject, port: number, error: Error) =>
  `error forwarding port ${port} to pod ${pod.metadata.name}, uid ${String(pod.metadata.uid)}: ${error.message}`

async function tunnel(call: Call, upgrade: Upgrade, open: Open): Promise<void> {
  const { createWebSocketStream } = await import('ws')
  const socket = await upgrade.webSocket(TUNNEL)
  const forwarder = new Forwarder(open)
  const connection = new SpdyConnection(createWebSocketStream(socket), (stream) => forwarder.take(stream))
  call.track(() => connection.close())
}

/** Each connection through the forward is a pair of streams with one request id: its errors, and its data. */
class Forwarder {
  readonly #open: Open
  readonly #waiting = new Map<string, SpdyStream>()

  constructor(open: Open) {
    this.#open = open
  }

  take(stream: SpdyStream): void {
    const id = stream.headers.get('requestid') ?? ''
    const other = this.#waiting.get(id)
    if (!other) {
      this.#waiting.set(id, stream)
      stream.on('close', () => this.#waiting.delete(id))
      return
    }
    this.#waiting.delete(id)
    const isError = (one: SpdyStream) => one.headers.get('streamtype') === 'error'
    const [errors, data] = isError(other) ? [other, stream] : [stream, other]
    errors.resume()
    const port = Number(data.headers.get('port'))
    const failed = (why: string) => {
      errors.end(why)
      data.end()
    }
    if (!isPort(port)) return failed(`port ${String(data.headers.get('port'))} is not one`)
    const end = this.#open(port, failed)
    if (!end) return
    join(data, end)
    end.on('close', () => errors.end())
  }
}

/** What comes in at one goes out at the other, each half until its end. */
function join(one: Duplex, other: Duplex): void {
  one.pipe(other)
  other.pipe(one)
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
}

/** Two channels for each port, data and errors; both begin with the port, in two bytes. */
function forwardChannels(socket: WebSocket, base64: boolean, ports: number[], open: Open): void {
  const send = (channel: number, data: Buffer) => {
    if (socket.readyState !== socket.OPEN) return
    if (base64) socket.send(`${String.fromCharCode(48 + channel)}${data.toString('base64')}`)
    else socket.send(Buffer.concat([Buffer.from([channel]), data]), { binary: true })
  }
  const ends = ports.map((port, index) => {
    const number = Buffer.alloc(2)
    number.writeUInt16LE(port)
    send(index * 2, number)
    send(index * 2 + 1, number)
    const end = open(port, (why) => send(index * 2 + 1, Buffer.from(why)))
    end?.on('data', (data: Buffer) => send(index * 2, data))
    end?.on('error', () => {})
    return end
  })
  socket.on('message', (message: Buffer) => {
    const channel = (message[0] ?? 0) - (base64 ? 48 : 0)
    const data = base64 ? Buffer.from(message.toString('latin1', 1), 'base64') : message.subarray(1)
    const end = channel % 2 === 0 ? ends[channel / 2] : undefined
    if (end?.writable) end.write(data)
  })
  const close = () => {
    for (const end of ends) end?.destroy()
  }
  socket.on('close', close)
  socket.on('error', close)
}
