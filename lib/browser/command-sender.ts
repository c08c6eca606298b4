import type { Route } from '@/lib/contract/routes'
import { postJson, ServerError } from './read'

/**
 * Why nothing was done, or why it is not known whether it was. `code` is the server's (lib/contract/errors.ts), or
 * `no-answer` when the server's own answer never reached this page.
 */
export type Failure = {
  code: ServerError['code'] | 'no-answer'
  status: number
  message: string
  details: Readonly<Record<string, unknown>>
  /** True when it may have been done all the same. */
  mayBeDone: boolean
}

/** A failed reading or command in one shape. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ServerError) {
    const details = typeof error.details === 'object' && error.details !== null ? { ...error.details } : {}
    const mayBeDone = error.code === 'outcome-unknown' || error.code === 'unreadable'
    return { code: error.code, status: error.status, message: error.message, details, mayBeDone }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'no-answer', status: 0, message, details: {}, mayBeDone: true }
}

/** 128 random bits; `crypto.randomUUID` is not there on a page that came over plain HTTP. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export type Ending<Answer> = { answer: Answer } | { failure: Failure }

/**
 * Sends the command of one dialog. The idempotency key is made with it and changes only when it is known what became of
 * the last command; so a second press, and asking for a lost answer again, reach the server as the same command.
 */
export class CommandSender<Answer> {
  private key = newKey()
  private busy = false

  /** Null when the last command is still under way: then nothing was sent. */
  async send(path: Route<Answer>, body: object): Promise<Ending<Answer> | null> {
    if (this.busy) return null
    this.busy = true
    try {
      const answer = await postJson<Answer>(path, { ...body, idempotencyKey: this.key })
      this.renew()
      return { answer }
    } catch (error) {
      const failure = failureOf(error)
      if (!failure.mayBeDone) this.renew()
      return { failure }
    } finally {
      this.busy = false
    }
  }

  /** What comes next is another command. */
  renew() {
    this.key = newKey()
  }
}
