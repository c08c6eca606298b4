import words from '@/lib/i18n/messages/en/waiting.json'
import type { Cause, Proof, Waiting } from '@/lib/statefulset/model/view'

/**
 * The reasons for which a set waits and an ordinal is not as it should be. The catalogue `waiting` is their list: each
 * of its sentences is one reason, by its code, and its groups are the words of pages. Pages say a reason in the
 * reader's language; the English sentence goes along for programs and logs.
 */
export type ReasonCode = {
  [Code in keyof typeof words]: (typeof words)[Code] extends string ? Code : never
}[keyof typeof words]

/** The English sentence of each reason. */
export const reasons: Readonly<Record<ReasonCode, string>> = words

/** A sentence with its parameters put in. */
export function format(sentence: string, params: Record<string, string | number>): string {
  return sentence.replaceAll(/\{([a-zA-Z]+)\}/g, (whole, name: string) => String(params[name] ?? whole)).trim()
}

export type ReasonDetails = { since?: string | null; proof?: Proof[]; until?: string | null }

/** A cause with its English sentence. */
export function cause(reason: ReasonCode, params: Cause['params'], because: ReasonDetails = {}): Reason {
  return {
    reason,
    params,
    message: format(reasons[reason], params),
    since: because.since ?? null,
    proof: because.proof ?? [],
    until: because.until ?? null,
  }
}

/** A cause that may have a deadline. */
export type Reason = Cause & { reason: ReasonCode; until: string | null }

/** What the set waits for, from the cause of one ordinal or of none. */
export function waiting(ordinal: number | null, found: Reason, blocks: string[], counts: Waiting['params']): Waiting {
  return {
    ordinal,
    reason: found.reason,
    params: { ...found.params, ...counts },
    message: found.message,
    since: found.since,
    blocks,
    proof: found.proof,
    until: found.until,
  }
}
