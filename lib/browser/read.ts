import type { ErrorAnswer, ErrorCode } from '@/lib/contract/errors'
import type { Route } from '@/lib/contract/routes'

/** An answer of the server that is not what was asked for, in its own words. */
export class ServerError extends Error {
  readonly status: number
  /** `unreadable`: the answer was no error of Ordinal's. */
  readonly code: ErrorCode | 'unreadable'
  readonly details: unknown

  constructor(status: number, code: ErrorCode | 'unreadable', message: string, details: unknown = null) {
    super(message)
    this.name = 'ServerError'
    this.status = status
    this.code = code
    this.details = details
  }
}

async function errorOf(response: Response): Promise<ServerError> {
  const text = await response.text()
  try {
    const { error } = JSON.parse(text) as ErrorAnswer
    return new ServerError(response.status, error.code, error.message, error.details)
  } catch {
    return new ServerError(response.status, 'unreadable', `${response.status} ${response.statusText}`)
  }
}

/** GETs JSON from this server. Throws `ServerError` with the server's message; a lost connection is a TypeError. */
export async function readJson<T>(path: Route<T>, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal, headers: { accept: 'application/json' } })
  if (!response.ok) throw await errorOf(response)
  return (await response.json()) as T
}

/** GETs text from this server; errors as `readJson`. */
export async function readText(path: Route<string>, signal?: AbortSignal): Promise<string> {
  const response = await fetch(path, { signal })
  if (!response.ok) throw await errorOf(response)
  return response.text()
}

/** POSTs JSON to this server; errors as `readJson`. */
export async function postJson<T>(path: Route<T>, body: unknown, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw await errorOf(response)
  return (await response.json()) as T
}
