import 'server-only'
import type { IncomingHttpHeaders } from 'node:http'
import type { Connection } from './connection'
import { ClusterError, isClusterError, type ClusterErrorCode, type KubernetesStatus, plain } from './errors'

type State = { connected: boolean; timedOut: boolean; aborted: boolean; certificateEnd?: string | null }

/** A failed connection as a `ClusterError`: Node's error codes and OpenSSL's, in the words of this room. */
export function failure(cause: unknown, tried: string, state: State): ClusterError {
  if (isClusterError(cause)) return cause
  const sent = state.connected ? 'maybe' : 'no'
  const make = (code: ClusterErrorCode, message: string) => new ClusterError(code, message, { tried, sent, cause })
  if (state.aborted) return make('aborted', 'The request was given up by its caller.')
  if (state.timedOut) {
    return make(
      'timeout',
      state.connected ? 'The server did not answer in time.' : 'The server could not be reached in time.',
    )
  }
  const code = codeOf(cause)
  const text = cause instanceof Error ? cause.message : String(cause)
  if (code === 'ECONNREFUSED') return make('refused', `Nothing listens there (${code}).`)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return make('unknown-host', `The host name has no address (${code}).`)
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL') {
    return make('unreachable', `The network has no way to the server (${code}).`)
  }
  if (code === 'ETIMEDOUT') return make('timeout', 'The server could not be reached in time (ETIMEDOUT).')
  if (untrusted.has(code))
    return make('untrusted-certificate', `The server's certificate is not trusted: ${text} (${code}).`)
  if (clientCertificate.test(code) || clientCertificate.test(text)) {
    const ended = hasEnded(state.certificateEnd) ? ` It ended on ${state.certificateEnd}.` : ''
    return make('client-certificate', `The server refused the client certificate: ${text}.${ended}`)
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' || code === 'EPROTO') {
    return make('not-kubernetes', `The server does not speak TLS on that port (${code}).`)
  }
  if (code.startsWith('HPE_')) return make('not-kubernetes', `The server does not speak HTTP there (${code}).`)
  return make(
    'lost',
    state.connected ? `The connection broke before the answer (${code || text}).` : `No connection: ${code || text}.`,
  )
}

/**
 * An HTTP status of 300 and above as a `ClusterError`. `text` is the body, of which a `Status` is understood.
 *
 * A status code is believed with its body: on the way to the API server there are proxies, gateways and log-in pages, and
 * their 403 or 410 says nothing about Kubernetes. Without a `Status` count only the codes that the API server, or Go's
 * HTTP server under it, sends as plain text, a 401 that asks for credentials, and what every gateway may say rightly:
 * too many requests, and server errors.
 */
export function answerError(
  connection: Pick<Connection, 'expiresAt' | 'certificateEnd'>,
  tried: string,
  status: number,
  headers: IncomingHttpHeaders,
  text: string,
): ClusterError {
  const kubernetes = statusOf(text)
  const believed = kubernetes !== null || isBelievedWithoutStatus(status, headers)
  const code = believed ? codeForStatus(connection, status, kubernetes) : 'not-kubernetes'
  const said = kubernetes?.message ?? (looksLikeText(headers) ? plain(text).slice(0, 200) : '')
  const end = code === 'client-certificate' ? ` The client certificate ended on ${connection.certificateEnd()}.` : ''
  const type = headers['content-type']?.split(';')[0] ?? 'no content type'
  const whose = believed ? '' : ` It is no answer of Kubernetes (${type}); something on the way gave it.`
  const words = said ? `The server answered ${status}: ${said}` : `The server answered ${status}.`
  return new ClusterError(code, `${words}${end || whose}`, {
    tried,
    status,
    sent: 'answered',
    retryAfterMs: retryAfter(headers, text),
    ...(kubernetes ? { kubernetes } : {}),
  })
}

/** How long to wait, in milliseconds: the header (seconds or a date), else `details.retryAfterSeconds` of the Status. */
export function retryAfter(headers: IncomingHttpHeaders, text: string): number | undefined {
  const value = headers['retry-after']
  if (value !== undefined) {
    const seconds = Number(value)
    const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now()
    if (Number.isFinite(ms)) return Math.min(Math.max(0, ms), 600_000)
  }
  const match = /"retryAfterSeconds":\s*(\d{1,6})/.exec(text)
  return match ? Math.min(Number(match[1]) * 1000, 600_000) : undefined
}

function isBelievedWithoutStatus(status: number, headers: IncomingHttpHeaders): boolean {
  if (status === 401) return 'www-authenticate' in headers || /\bjson\b/.test(headers['content-type'] ?? '')
  if (status === 429 || status >= 500) return true
  return looksLikeText(headers) && [400, 404, 405, 406, 413, 415].includes(status)
}

function codeForStatus(
  connection: Pick<Connection, 'expiresAt' | 'certificateEnd'>,
  status: number,
  kubernetes: KubernetesStatus | null,
): ClusterErrorCode {
  if (status === 401) {
    if (hasEnded(connection.certificateEnd())) return 'client-certificate'
    const expired = hasEnded(connection.expiresAt()) || /expired/i.test(kubernetes?.message ?? '')
    return expired ? 'expired-token' : 'unauthorized'
  }
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not-found'
  if (status === 409) return 'conflict'
  if (status === 410) return 'gone'
  if (status === 413) return 'too-large'
  if (status === 422) return 'invalid'
  if (status === 429) return 'too-many-requests'
  if (status === 400) return 'bad-request'
  if (status === 405 || status === 406 || status === 415) return 'unsupported'
  if (kubernetes?.causes.some((cause) => cause.reason === 'ResourceVersionTooLarge')) return 'version-too-large'
  return status >= 500 ? 'unavailable' : 'bad-request'
}

function hasEnded(time: string | null | undefined): boolean {
  return typeof time === 'string' && Date.parse(time) <= Date.now()
}

/** The fields of a `Status` body that are kept; null for any other body. */
export function statusOf(text: string): KubernetesStatus | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  return statusOfObject(json)
}

/** As `statusOf`, for an object that is already parsed (the ERROR event of a watch). */
export function statusOfObject(json: unknown): KubernetesStatus | null {
  if (!isRecord(json) || json.kind !== 'Status') return null
  const details = isRecord(json.details) ? json.details : {}
  const causes = Array.isArray(details.causes) ? details.causes.filter(isRecord) : []
  return {
    reason: typeof json.reason === 'string' ? plain(json.reason) : null,
    message: typeof json.message === 'string' ? plain(json.message) : null,
    causes: causes.slice(0, 16).map((cause) => ({
      reason: plain(String(cause.reason ?? '')),
      message: plain(String(cause.message ?? '')),
      field: plain(String(cause.field ?? '')),
    })),
  }
}

const untrusted = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_VERIFY_FIRST_CERTIFICATE',
])

const clientCertificate =
  /(?:TLSV?1?3?|SSLV3)_ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|UNSUPPORTED_CERT)|alert (?:bad certificate|certificate (?:expired|required|revoked|unknown))/i

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError) return codeOf(cause.errors[0])
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return ''
}

function looksLikeText(headers: IncomingHttpHeaders): boolean {
  return /^text\/plain/.test(headers['content-type'] ?? '')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
