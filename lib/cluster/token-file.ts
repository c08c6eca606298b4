import 'server-only'
import { readFileSync } from 'node:fs'
import { ClusterError } from './errors'

const maxAgeMs = 60_000

/**
 * A token in a file that others replace: read again every minute and when the server said 401. When it cannot be read
 * the token from before is kept, for it may well be valid still; at first `otherwise`, if there is one.
 */
export function tokenFile(file: string, otherwise?: string | null): { read(refresh: boolean): string; last(): string } {
  let token = ''
  let readAt = Number.NEGATIVE_INFINITY
  return {
    last: () => token,
    read(refresh) {
      const now = performance.now()
      if (!refresh && token !== '' && now - readAt < maxAgeMs) return token
      try {
        const found = readFileSync(file, 'utf8').trim()
        if (found === '') throw new Error('the file is empty')
        if (/[^\x21-\x7e]/.test(found)) throw new Error('the file does not hold a token')
        token = found
        readAt = now
      } catch (cause) {
        if (token !== '') return token
        if (otherwise) return otherwise
        const message = cause instanceof Error ? cause.message : String(cause)
        throw new ClusterError('bad-credentials', `The token cannot be read: ${message}`, { tried: file, cause })
      }
      return token
    },
  }
}

/** When a token says that it ends (the claim `exp` of a JWT): RFC 3339, or null for a token that does not tell. */
export function tokenExpiry(token: string): string | null {
  const payload = token.split('.')[1]
  if (payload === undefined) return null
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown } | null
    return typeof claims?.exp === 'number' ? new Date(claims.exp * 1000).toISOString() : null
  } catch {
    return null
  }
}
