import 'server-only'

/**
 * Why an action was not done, or is not known to be done. `code` is what pages translate; `message` is English.
 *
 * 403 `read-only`, `forbidden` · 404 `not-found` · 409 `recreated`, `changed`, `finalizers-changed`, `evidence-changed`,
 * `key-reused` · 422 `not-offered`, `already-terminating`, `not-terminating`, `not-confirmed`, `refused` ·
 * 503 `stale`, `no-journal` · 504 `outcome-unknown`
 */
export class ActionError extends Error {
  override readonly name = 'ActionError'
  readonly status: number
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

/** By its name, because routes and tests may hold another copy of the class. */
export function isActionError(error: unknown): error is ActionError {
  return error instanceof Error && error.name === 'ActionError'
}
