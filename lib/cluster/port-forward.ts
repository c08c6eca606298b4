import 'server-only'
import { type Duplex, duplexPair, Writable } from 'node:stream'
import type { Connection } from './connection'
import { ClusterError } from './errors'
import { openWebSocket } from './web-socket'

/** The client library, which takes a second or more to load and is loaded only then. */
export const clientLibrary = () => import('@kubernetes/client-node')

export type ForwardTarget = { namespace: string; pod: string; port: number }

/**
 * A connection to a port of a pod, through the API server: the channels of the client library over a web socket of ours
 * (docs/decisions/0007). Ends with the pod's own connection. Throws `ClusterError` when it is refused.
 */
export async function openPortForward(
  connection: Connection,
  { namespace, pod, port }: ForwardTarget,
  timeoutMs: number,
): Promise<Duplex> {
  const { KubeConfig, PortForward } = await clientLibrary()
  const [ours, theirs] = duplexPair()
  const path = ['api', 'v1', 'namespaces', namespace, 'pods', pod, 'portforward']
  const tried = `port-forward to ${namespace}/${pod}:${port}`
  const broken = (message: string) =>
    new ClusterError('unavailable', `The port-forward broke: ${message}`, { tried, sent: 'answered' })
  const errors = new Writable({
    write(chunk: Buffer, _, done) {
      const text = chunk.toString('utf8').trim()
      if (text !== '') ours.destroy(broken(text.slice(0, 300)))
      done()
    },
  })
  const handler = {
    connect: async (
      _: string,
      _text: ((text: string) => boolean) | null,
      binary: ((stream: number, data: Buffer) => boolean) | null,
    ) => {
      const socket = await openWebSocket(connection, { path, query: { ports: port }, timeoutMs })
      socket.binaryType = 'nodebuffer'
      socket.on('message', (data: Buffer) => {
        if (data.length === 0 || theirs.destroyed) return
        binary?.(data[0] ?? 0, data.subarray(1))
      })
      socket.on('close', () => theirs.end())
      ours.on('close', () => socket.close())
      socket.resume()
      return socket
    },
  }
  theirs.on('error', () => undefined)
  await new PortForward(new KubeConfig(), false, handler).portForward(namespace, pod, [port], theirs, errors, theirs)
  return ours
}
