import type { Call } from '@/lib/demo/api/call'
import { Outlet, resize, startOrRefuse, statusOf, type ExecCommand } from '@/lib/demo/api/exec-command'
import { StatusError } from '@/lib/demo/api/status'
import type { Upgrade } from '@/lib/demo/api/upgrade'
import type { SpdyStream } from './connection'
import { chooseProtocol, openSpdy } from './upgrade'

const PROTOCOLS = ['v4.channel.k8s.io']
/** By the numbers that web sockets give them. */
const NAMES = ['stdin', 'stdout', 'stderr', 'error']
const PATIENCE_MILLIS = 30_000

/** Exec as clients did it before web sockets, and still do when those are refused: one SPDY stream for each channel. */
export async function serveSpdyExec(call: Call, upgrade: Upgrade, asked: ExecCommand): Promise<void> {
  const protocol = chooseProtocol(call.request, PROTOCOLS)
  const wanted = [
    'error',
    ...(asked.stdin ? ['stdin'] : []),
    ...(asked.stdout ? ['stdout'] : []),
    ...(asked.stderr ? ['stderr'] : []),
    ...(asked.tty ? ['resize'] : []),
  ]
  const stop = new AbortController()
  const streams = new Map<string, SpdyStream>()
  let standing = false
  const outlet = new Outlet()
  const session = startOrRefuse(asked, outlet.send, stop.signal)
  const connection = openSpdy(call, upgrade, protocol, (stream) => {
    streams.set(stream.headers.get('streamtype') ?? '', stream)
    if (standing || !wanted.every((name) => streams.has(name))) return
    standing = true
    clearTimeout(patience)
    void run()
  })
  const patience = setTimeout(() => connection.close(), PATIENCE_MILLIS)
  call.request.socket.on('close', () => stop.abort())

  async function run(): Promise<void> {
    outlet.open((channel, data) => streams.get(NAMES[channel] ?? '')?.write(data))
    if (!(session instanceof StatusError)) {
      streams
        .get('stdin')
        ?.on('data', (data: Buffer) => session.write(data))
        .on('end', () => session.endInput())
      streams.get('resize')?.on('data', (data: Buffer) => resize(session, data))
    }
    const status = session instanceof StatusError ? session.status : await statusOf(session)
    streams.get('error')?.write(JSON.stringify(status))
    for (const name of ['stdout', 'stderr', 'error']) streams.get(name)?.end()
    // The client closes when it has read everything.
    setTimeout(() => connection.close(), 1000).unref()
  }
}
