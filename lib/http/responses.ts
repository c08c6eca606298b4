import 'server-only'

/** An answer other than success, thrown from anywhere inside a guarded handler. */
export class HttpError extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: string
  readonly details: unknown
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    message: string,
    options: { details?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = options.details ?? null
    this.headers = options.headers ?? {}
  }
}

/** JSON that no cache keeps. */
export function json(value: unknown, init: { status?: number; headers?: Readonly<Record<string, string>> } = {}) {
  return new Response(JSON.stringify(value), {
    status: init.status ?? 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...init.headers,
    },
  })
}

/** `{ "error": { code, message, details } }` with its status: the form of every error of the API. */
export function errorReply(
  status: number,
  code: string,
  message: string,
  options: { details?: unknown; headers?: Readonly<Record<string, string>> } = {},
) {
  const reply = { error: { code, message: printable(message), details: options.details ?? null } }
  return json(reply, options.headers ? { status, headers: options.headers } : { status })
}

/** What an error from the cluster means to the one who asked us. */
const statusOfCode: Readonly<Record<string, number>> = {
  'bad-name': 400,
  'no-such-context': 404,
  'not-found': 404,
  forbidden: 403,
  conflict: 409,
  invalid: 422,
  'too-many-requests': 429,
  timeout: 504,
  unavailable: 503,
  gone: 503,
}

/**
 * The reply for whatever a handler threw. Errors of `lib/cluster` and `lib/actions` keep their code and are known by
 * their name, since the door and the routes are bundled apart and each has its own copy of the class; anything else
 * is a 500 that says nothing of the inside.
 */
export function replyTo(error: unknown) {
  if (error instanceof HttpError) {
    return errorReply(error.status, error.code, error.message, { details: error.details, headers: error.headers })
  }
  if (error instanceof Error && error.name === 'ActionError') {
    const { status, code, details } = error as Error & { status: number; code: string; details: unknown }
    return errorReply(status, code, error.message, { details })
  }
  if (error instanceof Error && error.name === 'ClusterError') {
    const { code, tried, retryAfterMs } = fieldsOf(error)
    const headers: Record<string, string> =
      retryAfterMs === null ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }
    return errorReply(statusOfCode[code] ?? 502, code, error.message, { details: { tried }, headers })
  }
  const line = {
    time: new Date().toISOString(),
    level: 'error',
    message: error instanceof Error ? error.message : String(error),
    stack: error instanceof Error ? error.stack : undefined,
  }
  process.stderr.write(`${JSON.stringify(line)}\n`)
  return errorReply(500, 'internal', 'Something went wrong inside Ordinal. Its log says what.')
}

function fieldsOf(error: object) {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unavailable'
  const tried = 'tried' in error && typeof error.tried === 'string' ? error.tried : null
  const retryAfterMs = 'retryAfterMs' in error && typeof error.retryAfterMs === 'number' ? error.retryAfterMs : null
  return { code, tried, retryAfterMs }
}

/** Texts from outside are cut and lose their control characters; what is left is shown as text. */
function printable(message: string) {
  const clean = message.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ')
  return clean.length > 2000 ? `${clean.slice(0, 2000)}…` : clean
}
