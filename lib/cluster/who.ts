import 'server-only'
import type { Connection } from './connection'
import { isClusterError } from './errors'
import { request } from './request'

const rememberedForMs = 300_000
/** A question that failed is asked again after so long, and after twice as long with each further failure. */
const firstPauseMs = 5_000
const longestPauseMs = 60_000

type Known = { name: Promise<string | null>; until: number; pauseMs: number }

/** As long as a connection lives; one with other credentials is another. */
const cache = new WeakMap<Connection, Known>()

/**
 * Who the API server takes us for (SelfSubjectReview, Kubernetes 1.28 and later), null when it does not tell. An answer
 * is remembered for five minutes, also that the server has no such question; a failure for seconds only, or every write
 * of the next minutes would stand in the journal under another name.
 */
export function whoAmI(connection: Connection): Promise<string | null> {
  const known = cache.get(connection)
  if (known && performance.now() < known.until) return known.name
  const entry: Known = { name: Promise.resolve(null), until: Number.POSITIVE_INFINITY, pauseMs: known?.pauseMs ?? 0 }
  entry.name = ask(connection).then(
    (name) => {
      entry.pauseMs = 0
      entry.until = performance.now() + rememberedForMs
      return name
    },
    (error: unknown) => {
      if (!isClusterError(error)) throw error
      const isAnswer = error.code === 'not-found'
      entry.pauseMs = isAnswer ? 0 : Math.min(longestPauseMs, entry.pauseMs === 0 ? firstPauseMs : entry.pauseMs * 2)
      entry.until = performance.now() + (isAnswer ? rememberedForMs : entry.pauseMs)
      return null
    },
  )
  cache.set(connection, entry)
  return entry.name
}

async function ask(connection: Connection): Promise<string | null> {
  const kind = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const { json } = await request(connection, {
    method: 'POST',
    path: ['apis', 'authentication.k8s.io', 'v1', 'selfsubjectreviews'],
    body: kind,
    timeoutMs: 3_000,
  })
  const { username } = (json as { status?: { userInfo?: { username?: unknown } } } | null)?.status?.userInfo ?? {}
  return typeof username === 'string' ? username.slice(0, 200) : null
}
