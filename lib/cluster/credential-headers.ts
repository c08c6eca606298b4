import 'server-only'
import { ClusterError } from './errors'

type Headers = Record<string, string | string[]>

type Impersonation = {
  as?: string | null | undefined
  'as-uid'?: string | null | undefined
  'as-groups'?: readonly string[] | null | undefined
  'as-user-extra'?: Readonly<Record<string, readonly string[] | null>> | null | undefined
}

/** `Authorization` of a token. White space around it, which a copied token often has, is no part of it. */
export function bearer(token: string, whose: string): Headers {
  return { authorization: `Bearer ${headerValue(token.trim(), `token of ${whose}`)}` }
}

export function basic(username: string, password: string): Headers {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}` }
}

/** The headers of client-go transport/round_trippers.go `impersonatingRoundTripper`. */
export function impersonation(user: Impersonation, whose: string): Headers {
  const headers: Headers = {}
  if (user.as) headers['impersonate-user'] = headerValue(user.as, `as of ${whose}`)
  if (user['as-uid']) headers['impersonate-uid'] = headerValue(user['as-uid'], `as-uid of ${whose}`)
  const groups = user['as-groups'] ?? []
  if (groups.length > 0)
    headers['impersonate-group'] = groups.map((group) => headerValue(group, `as-groups of ${whose}`))
  for (const [key, values] of Object.entries(user['as-user-extra'] ?? {})) {
    const name = `impersonate-extra-${escapeName(key)}`
    headers[name] = (values ?? []).map((value) => headerValue(value, `as-user-extra of ${whose}`))
  }
  return headers
}

/**
 * A text as the bytes of a header. Go sends the UTF-8 of a name in any script, and the API server reads it so; Node takes
 * one character for one byte. Control characters would end the header: nothing is sent.
 */
function headerValue(text: string, what: string): string {
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) {
    throw new ClusterError('bad-credentials', `The ${what} holds a line end or a control character.`, { tried: what })
  }
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Escapes what may not stand in the name of a header, and the `%` itself (`headerKeyEscape` of client-go). */
function escapeName(key: string): string {
  return [...Buffer.from(key, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      if (/[A-Za-z0-9!#$&'*+.^_`|~-]/.test(character)) return character
      return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}
