import 'server-only'
import { z } from 'zod'
import type { RequestErrorCode } from '@/lib/contract/errors'
import { arrivalOf } from './arrival'
import { readBody } from './body'
import { foreignHost, isAllowedHost } from './hosts'
import { countRequest } from './rates'
import { errorReply, HttpError, replyTo } from './responses'

/** A JSON body may have this many bytes. */
export const bodyLimit = 64 * 1024

const mark = Symbol.for('ordinal.guarded')
const nothing = z.strictObject({})

type Rules<P, Q, B> = {
  /** The parameters in the path. */
  params?: z.ZodType<P>
  /** The query; unknown and repeated parameters are refused. */
  query?: z.ZodType<Q>
  /** Its presence makes the route a write: Origin and JSON content type are then required. */
  body?: z.ZodType<B>
}
type Checked<P, Q, B> = { params: P; query: Q; body: B; request: Request; signal: AbortSignal }
type Context = { params: Promise<Record<string, string | string[] | undefined>> }

/**
 * The one way in for every API route: Host, who sent the request (`Sec-Fetch-Site`, and `Origin` for a write), content
 * type, size, the rate of reads, and the schemas of path, query and body are checked before the handler runs. Whatever the handler throws
 * becomes an error reply; see `replyTo`.
 */
export function guard<P = Record<string, never>, Q = Record<string, never>, B = undefined>(
  rules: Rules<P, Q, B>,
  handler: (checked: Checked<P, Q, B>) => Promise<Response> | Response,
) {
  const guarded = async (request: Request, context: Context): Promise<Response> => {
    try {
      refuseStrangers(request, rules.body !== undefined)
      if (rules.body === undefined) await countRequest(request, 'read')
      const params = check((rules.params ?? nothing) as z.ZodType<P>, (await context.params) ?? {}, 'invalid-name')
      const query = check((rules.query ?? nothing) as z.ZodType<Q>, queryOf(request), 'invalid-query')
      const body = (rules.body ? check(rules.body, await readBody(request, bodyLimit), 'invalid-body') : undefined) as B
      return await handler({ params, query, body, request, signal: request.signal })
    } catch (error) {
      return replyTo(error)
    }
  }
  return Object.assign(guarded, { [mark]: rules })
}

/** What a route's export takes, as `guard` was told; null for a method that is refused. */
export function rulesOf(handler: unknown): Rules<unknown, unknown, unknown> | null {
  if (typeof handler !== 'function' || !(mark in handler) || handler[mark] === null) return null
  return handler[mark] as Rules<unknown, unknown, unknown>
}

/** Whether a route's export was made by `guard`; a test asks this of every one. */
export function isGuarded(handler: unknown) {
  return typeof handler === 'function' && mark in handler
}

function refuseStrangers(request: Request, write: boolean) {
  const host = request.headers.get('host')
  if (!isAllowedHost(host)) throw new HttpError('invalid-host', foreignHost)
  const arrival = arrivalOf((name) => request.headers.get(name))
  // A browser that does not say who asks still sends the Origin of a write, which is looked at below.
  if (write ? request.headers.has('sec-fetch-site') && arrival !== 'own' : arrival === 'another-site') {
    throw new HttpError('cross-site', 'Requests from other sites are refused.')
  }
  if (!write) return
  const origin = request.headers.get('origin')
  if (origin === null || origin !== `http://${host?.toLowerCase()}`) {
    throw new HttpError('foreign-origin', 'A write needs the Origin of a page of Ordinal.')
  }
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json(\s*;\s*charset\s*=\s*"?utf-8"?)?$/i.test(type.trim())) {
    throw new HttpError('not-json', 'A write needs a body of type application/json.')
  }
}

function queryOf(request: Request) {
  const found = new Map<string, string>()
  for (const [name, value] of new URL(request.url).searchParams) {
    if (found.has(name)) throw new HttpError('invalid-query', `The parameter ${JSON.stringify(name)} is repeated.`)
    found.set(name, value)
  }
  return Object.fromEntries(found)
}

/** The value as the schema makes it. Throws a 400 that names the first thing that is wrong, and lists the others. */
export function check<T>(schema: z.ZodType<T>, value: unknown, code: RequestErrorCode): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const details = result.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message }))
  const first = details[0]
  const where = first?.path ? `${first.path}: ` : ''
  throw new HttpError(code, `${where}${first?.message ?? 'not valid'}`, { details })
}

/** For methods that a route does not have: the framework answers 405 without a body, this one says why. */
export const methodNotAllowed = (allow: string) =>
  Object.assign(
    async () => errorReply('method-not-allowed', `Only ${allow} is allowed here.`, { headers: { allow } }),
    { [mark]: null },
  )
