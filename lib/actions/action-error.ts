import 'server-only'
import { type ActionErrorCode, statusOf } from '@/lib/contract/errors'

/** Why an action was not done, or is not known to be done. `code` is what pages translate; `message` is English. */
export class ActionError extends Error {
  override readonly name = 'ActionError'
  readonly status: number
  readonly code: ActionErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ActionErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.status = statusOf[code]
    this.code = code
    this.details = details
  }
}

/** By its name, because routes and tests may hold another copy of the class. */
export function isActionError(error: unknown): error is ActionError {
  return error instanceof Error && error.name === 'ActionError'
}
