import 'server-only'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Who asks, as the rates count: a browser by the name that the door gave it, anything else by its address. Behind
 * `kubectl port-forward` everybody has one address, and one person's haste must not stop another. The name proves
 * nothing and opens nothing; whoever makes up names still meets the limit of all together.
 */

const cookie = 'ordinal-browser'
const given = /^[A-Za-z0-9_-]{22}$/

/** The browser's name where it sends one, else its address. */
export function personOf(request: IncomingMessage): string {
  const name = nameIn(request)
  return name === null ? (request.socket.remoteAddress ?? 'unknown') : `browser ${name}`
}

/** Names the browser that asks for a page, unless it has a name. For as long as it is open; scripts cannot read it. */
export function nameBrowser(request: IncomingMessage, response: ServerResponse): void {
  if (nameIn(request) !== null) return
  const name = randomBytes(16).toString('base64url')
  response.setHeader('set-cookie', `${cookie}=${name}; Path=/; HttpOnly; SameSite=Strict`)
}

function nameIn({ headers }: IncomingMessage): string | null {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value = ''] = part.trim().split('=', 2)
    if (name === cookie && given.test(value)) return value
  }
  return null
}
