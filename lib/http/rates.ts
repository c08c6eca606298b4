import 'server-only'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { Rate } from '@/lib/contract/actions/action'
import { perProcess } from '@/lib/per-process'
import { HttpError } from './responses'

type Limits = { person: Readonly<Record<Rate, RateLimiterMemory>>; allChanges: RateLimiterMemory }
const held = perProcess<{ limits: Limits | null }>('rates', () => ({ limits: null }))

/** Reads of one person in a second; pages make far fewer. */
export const readsPerSecond = 100

/** The header in which the door tells the routes who asks; what a client sends under this name is dropped. */
export const personHeader = 'x-ordinal-person'

/**
 * From now on requests are counted: for each person (see `person.ts`) `changes` a minute, and three times as many for
 * all together; reads by the second. All changes of a minute may be destructive, since a node that is lost takes some
 * thirty pods with it; three such minutes in an hour stop a script that runs away. Before this is called nothing is
 * counted.
 */
export function limitRates(changes: number) {
  const minute = (points: number) => new RateLimiterMemory({ points, duration: 60 })
  held.limits = {
    person: {
      read: new RateLimiterMemory({ points: readsPerSecond, duration: 1 }),
      change: minute(changes),
      destructive: new RateLimiterMemory({ points: changes * 3, duration: 3600 }),
    },
    allChanges: minute(changes * 3),
  }
}

/** Nothing is counted any more, as before `limitRates` was called. */
export function forgetRates() {
  held.limits = null
}

/**
 * Counts what somebody is about to have done. Throws an `HttpError` with 429 and Retry-After when it is one too many;
 * what was refused is not counted.
 */
export async function countRequest(request: Request, rate: Rate) {
  const { limits } = held
  if (!limits) return
  const person = request.headers.get(personHeader) ?? 'unknown'
  const counted: [RateLimiterMemory, string][] = [[limits.person[rate], person]]
  if (rate === 'destructive') counted.push([limits.person.change, person])
  if (rate !== 'read') counted.push([limits.allChanges, 'all'])
  for (const [index, [limiter, key]] of counted.entries())
    try {
      await limiter.consume(key)
    } catch (error) {
      if (!isSpent(error)) throw error
      for (const [before, its] of counted.slice(0, index)) await before.reward(its)
      throw tooMany(rate, Math.max(1, Math.ceil(error.msBeforeNext / 1000)))
    }
}

/** By its form: the limiter was made in the door's bundle, which has its own copy of the class. */
function isSpent(error: unknown): error is RateLimiterRes {
  return typeof error === 'object' && error !== null && 'msBeforeNext' in error
}

function tooMany(rate: Rate, seconds: number) {
  const message =
    rate === 'read'
      ? `More than ${readsPerSecond} requests in a second.`
      : `Too many changes in a short time (ORDINAL_CHANGES_PER_MINUTE). Nothing was sent; try again in ${seconds} s.`
  return new HttpError('too-many', message, {
    details: { seconds },
    headers: { 'retry-after': String(seconds) },
  })
}
