import 'server-only'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { Rate } from '@/lib/contract/actions/action'
import { perProcess } from '@/lib/per-process'
import { HttpError } from './responses'

type Limits = { client: Readonly<Record<Rate, RateLimiterMemory>>; allChanges: RateLimiterMemory }
const held = perProcess<{ limits: Limits | null }>('rates', () => ({ limits: null }))

/** Reads of one client in a second; pages make far fewer. */
export const readsPerSecond = 100

/** The header in which the door tells the routes who asks; what a client sends under this name is dropped. */
export const clientHeader = 'x-ordinal-client'

/**
 * From now on requests are counted: for each client `changes` a minute, of which a third may be destructive, and three
 * times as many changes for all clients together; reads by the second. A client is an address. Before this is called
 * nothing is counted.
 */
export function limitRates(changes: number) {
  const minute = (points: number) => new RateLimiterMemory({ points, duration: 60 })
  held.limits = {
    client: {
      read: new RateLimiterMemory({ points: readsPerSecond, duration: 1 }),
      change: minute(changes),
      destructive: minute(Math.max(1, Math.floor(changes / 3))),
    },
    allChanges: minute(changes * 3),
  }
}

/** Nothing is counted any more, as before `limitRates` was called. */
export function forgetRates() {
  held.limits = null
}

/** Counts a request. Throws an `HttpError` with 429 and Retry-After when it is one too many. */
export async function countRequest(request: Request, rate: Rate) {
  const { limits } = held
  if (!limits) return
  const client = request.headers.get(clientHeader) ?? 'unknown'
  try {
    await limits.client[rate].consume(client)
    if (rate === 'destructive') await limits.client.change.consume(client)
    if (rate !== 'read') await limits.allChanges.consume('all')
  } catch (error) {
    if (!isSpent(error)) throw error
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
      : `Too many changes within a minute. Nothing was sent; try again in ${seconds} s.`
  return new HttpError('too-many', message, {
    details: { seconds },
    headers: { 'retry-after': String(seconds) },
  })
}
