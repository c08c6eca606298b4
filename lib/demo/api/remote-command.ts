import type { WebSocket } from 'ws'
import type { Call } from './call'
import { chooseContainer } from './containers'
import { textAt } from './fields'
import { begin, Outlet, resize, startOrRefuse, statusOf, STDERR, STDIN, STDOUT, type ExecCommand } from './exec-command'
import type { ExecSession } from './kubelets'
import { serveSpdyExec } from './spdy/exec'
import { badRequest, StatusError, type Status } from './status'

/**
 * Exec over a web socket: k8s pkg/kubelet remotecommand, apimachinery pkg/util/remotecommand, streaming pkg/httpstream/wsstream.
 * Each message begins with the number of its channel.
 */
const ERROR = 3
const RESIZE = 4
/** Version 5: the channel whose number follows is at its end. */
const CLOSE = 255

const PROTOCOLS = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'channel.k8s.io',
  'base64.channel.k8s.io',
]

const isTrue = (text: string | null) => text === 'true' || text === '1'

export async function serveExec(call: Call): Promise<void> {
  const { upgrade } = call
  const asked = readCommand(call)
  if (!upgrade) throw badRequest('Upgrade request required')
  if (!upgrade.isWebSocket) return serveSpdyExec(call, upgrade, asked)
  const { protocols } = upgrade
  const protocol = protocols.length === 0 ? '' : protocols.find((one) => PROTOCOLS.includes(one))
  if (protocol === undefined)
    throw new StatusError(403, 'Forbidden', `requested protocol(s) are not supported: [${protocols.join(' ')}]`)
  const stop = new AbortController()
  // Whether it can begin is known before the socket opens: later there is only the error channel.
  const outlet = new Outlet()
  const session = startOrRefuse(asked, outlet.send, stop.signal)
  const socket = await upgrade.webSocket(protocol).catch((error: unknown) => {
    stop.abort()
    throw error
  })
  call.track(() => socket.close(1001))
  socket.on('close', () => stop.abort())
  socket.on('error', () => stop.abort())
  const send = sender(socket, protocol)
  // The first message says that the connection stands.
  send(asked.stdout ? STDOUT : asked.stderr ? STDERR : ERROR, Buffer.alloc(0))
  outlet.open(send)
  if (!(session instanceof StatusError)) listen(socket, protocol, session)
  const status = session instanceof StatusError ? session.status : await statusOf(session)
  send(ERROR, errorText(status, protocol))
  socket.close(1000)
}

function readCommand(call: Call): ExecCommand {
  const { target, query, operations, kubelets } = call
  const { namespace, name } = target
  const pod = operations.read('pods', namespace, name)
  const container = chooseContainer(query.get('container') ?? '', name, pod)
  if (textAt(pod.spec, 'nodeName') === '') throw badRequest(`pod ${name} does not have a host assigned`)
  if (!kubelets) throw new StatusError(500, 'InternalError', 'the cluster runs without kubelets')
  const flag = (of: string) => isTrue(query.get(of))
  const tty = flag('tty')
  const command = query.getAll('command')
  const asked = { stdin: flag('stdin'), stdout: flag('stdout'), stderr: flag('stderr') && !tty, tty }
  if (!asked.stdin && !asked.stdout && !asked.stderr)
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr')
  return { ...asked, begin: (io, signal) => begin(kubelets, { namespace, name, container, command }, io, signal) }
}

/** Before version 4 the error is a plain text, and success is silence. */
function errorText(status: Status, protocol: string): Buffer {
  if (protocol.startsWith('v')) return Buffer.from(JSON.stringify(status))
  return Buffer.from(status.status === 'Success' ? '' : (status.message ?? ''))
}

const isBase64 = (protocol: string) => protocol.includes('base64')

function sender(socket: WebSocket, protocol: string) {
  return (channel: number, data: Buffer) => {
    if (socket.readyState !== socket.OPEN) return
    if (isBase64(protocol)) socket.send(`${channel}${data.toString('base64')}`)
    else socket.send(Buffer.concat([Buffer.from([channel]), data]), { binary: true })
  }
}

function listen(socket: WebSocket, protocol: string, session: ExecSession): void {
  socket.on('message', (message: Buffer) => {
    const channel = isBase64(protocol) ? Number(message.toString('latin1', 0, 1)) : message[0]
    const data = isBase64(protocol) ? Buffer.from(message.toString('latin1', 1), 'base64') : message.subarray(1)
    if (channel === STDIN) session.write(data)
    else if (channel === RESIZE) resize(session, data)
    else if (channel === CLOSE && protocol.startsWith('v5') && data[0] === STDIN) session.endInput()
  })
}
