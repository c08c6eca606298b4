import { createTranslator } from 'use-intl/core'
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

type Say = (params: Record<string, string | number>) => string
const compiled = new Map<string, Say>()

/** A sentence with its parameters put in; each is read once. */
export function format(sentence: string, params: Record<string, string | number>): string {
  let say = compiled.get(sentence)
  if (say === undefined) {
    say = compile(sentence)
    compiled.set(sentence, say)
  }
  return say(params)
}

/** Most have only names in braces; the others have ICU's plurals and choices. */
function compile(sentence: string): Say {
  if (/\{[a-zA-Z]+, /.test(sentence)) {
    const translate = createTranslator({ locale: 'en', messages: { sentence } })
    return (params) => translate('sentence', params)
  }
  const [first = '', ...rest] = sentence.split(/\{([a-zA-Z]+)\}/)
  return (params) => {
    let said = first
    // A name, then the text that follows it.
    for (let at = 0; at < rest.length; at += 2) {
      const name = rest[at] ?? ''
      said += `${params[name] ?? `{${name}}`}${rest[at + 1] ?? ''}`
    }
    return said.trim()
  }
}

export type ReasonDetails = {
  since?: string | null
  proof?: Proof[]
  /** It began at `since` or before: when is not known. */
  atLeast?: boolean
  until?: string | null
  /** When the clock alone changes the sentence, in milliseconds. */
  again?: number | null
}

/** A cause with its English sentence. */
export function cause(reason: ReasonCode, params: Cause['params'], because: ReasonDetails = {}): Reason {
  return {
    reason,
    params,
    message: format(reasons[reason], params),
    since: because.since ?? null,
    proof: because.proof ?? [],
    ...(because.atLeast === true ? { atLeast: true as const } : {}),
    until: because.until ?? null,
    again: because.again ?? null,
  }
}

/** A cause that may have a deadline, and may become another one when the clock goes on. */
export type Reason = Cause & { reason: ReasonCode; until: string | null; again: number | null }

/** What the set waits for, from the cause of one ordinal or of none. */
export function waiting(ordinal: number | null, found: Reason, blocks: string[], counts: Waiting['params']): Waiting {
  return {
    ordinal,
    reason: found.reason,
    params: { ...found.params, ...counts },
    message: found.message,
    since: found.since,
    ...(found.atLeast === true ? { atLeast: true as const } : {}),
    blocks,
    proof: found.proof,
    until: found.until,
  }
}
