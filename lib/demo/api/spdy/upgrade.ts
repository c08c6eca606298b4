import type { IncomingMessage } from 'node:http'
import type { Call } from '@/lib/demo/api/call'
import { badRequest, StatusError } from '@/lib/demo/api/status'
import type { Upgrade } from '@/lib/demo/api/upgrade'
import { SpdyConnection, type SpdyStream } from './connection'

const SPDY = 'SPDY/3.1'

const offered = (request: IncomingMessage): string[] =>
  (request.headersDistinct['x-stream-protocol-version'] ?? []).flatMap((one) => one.split(',')).map((one) => one.trim())

/**
 * The first of the client's protocols that is known, where it asks for SPDY by its name; throws otherwise
 * (k8s streaming pkg/httpstream/spdy/upgrade.go, pkg/httpstream/httpstream.go Handshake).
 */
export function chooseProtocol(request: IncomingMessage, known: string[]): string {
  if (request.headers.upgrade?.toLowerCase() !== SPDY.toLowerCase())
    throw badRequest('unable to upgrade: missing upgrade headers in request')
  const asked = offered(request)
  const protocol = asked.find((one) => known.includes(one))
  if (protocol !== undefined) return protocol
  const why = `client supports [${asked.join(' ')}], server accepts [${known.join(' ')}]`
  throw new StatusError(403, 'Forbidden', `unable to upgrade: unable to negotiate protocol: ${why}`)
}

export function openSpdy(
  { track }: Call,
  upgrade: Upgrade,
  protocol: string,
  onStream: (stream: SpdyStream) => void,
): SpdyConnection {
  const socket = upgrade.take({ Connection: 'Upgrade', Upgrade: SPDY, 'X-Stream-Protocol-Version': protocol })
  const connection = new SpdyConnection(socket, onStream)
  track(() => connection.close())
  return connection
}
