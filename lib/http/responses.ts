import 'server-only'
import { log } from '@/lib/log'
import { isClusterError } from '@/lib/cluster/errors'
import {
  type ActionErrorCode,
  type ErrorAnswer,
  type ErrorCode,
  type RequestErrorCode,
  statusOf,
} from '@/lib/contract/errors'

/** An answer other than success, thrown from anywhere inside a guarded handler. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly code: RequestErrorCode | 'forbidden' | 'not-found' | 'read-only'
  readonly details: unknown
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: RequestErrorCode | 'forbidden' | 'not-found' | 'read-only',
    message: string,
    options: { details?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.status = statusOf[code]
    this.code = code
    this.details = options.details ?? null
    this.headers = options.headers ?? {}
  }
}

declare const content: unique symbol
/** A response whose body is JSON of this type; `guard` holds it against what the route has promised. */
export type JsonResponse<T> = Response & { readonly [content]: T }

/** JSON that no cache keeps. */
export function json<T>(
  value: T,
  init: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): JsonResponse<T> {
  const response = new Response(JSON.stringify(value), {
    status: init.status ?? 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...init.headers,
    },
  })
  return response as JsonResponse<T>
}

/** `{ "error": { code, message, details } }` with its status: the form of every error of the API. */
export function errorReply(
  code: ErrorCode,
  message: string,
  options: { details?: unknown; headers?: Readonly<Record<string, string>> } = {},
): JsonResponse<ErrorAnswer> {
  const status = statusOf[code]
  const reply = { error: { code, message: printable(message), details: options.details ?? null } }
  return json(reply, options.headers ? { status, headers: options.headers } : { status })
}

/**
 * The reply for whatever a handler threw. Errors of `lib/cluster` and `lib/actions` keep their code and are known by
 * their name, since the door and the routes are bundled apart and each has its own copy of the class; anything else
 * is a 500 that says nothing of the inside.
 */
export function replyTo(error: unknown): JsonResponse<ErrorAnswer> {
  if (error instanceof HttpError) {
    return errorReply(error.code, error.message, { details: error.details, headers: error.headers })
  }
  if (isActionError(error)) return errorReply(error.code, error.message, { details: error.details })
  if (isClusterError(error)) {
    const { code, tried, retryAfterMs } = error
    const headers: Record<string, string> =
      retryAfterMs === null ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }
    return errorReply(code, error.message, { details: { tried }, headers })
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  log('error', message, { stack })
  return errorReply('internal', 'Something went wrong inside Ordinal. Its log says what.')
}

/** By its name: this room does not know the actions, and each bundle has its own copy of the class. */
function isActionError(error: unknown): error is Error & { code: ActionErrorCode; details: unknown } {
  return error instanceof Error && error.name === 'ActionError'
}

/** Texts from outside are cut and lose their control characters; what is left is shown as text. */
function printable(message: string): string {
  const clean = message.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ')
  return clean.length > 2000 ? `${clean.slice(0, 2000)}…` : clean
}
