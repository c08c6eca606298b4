import 'server-only'
import type { ConnectionProblem } from '@/lib/contract/stream'

/** What `/version` said, or why it said nothing. */
export type Health = {
  state: 'connecting' | 'live' | 'stale' | 'error'
  since: string
  /** Answers missed in a row. */
  missed: number
  problem: ConnectionProblem | null
  gitVersion: string | null
}

type Options = {
  /** Asks the server for its version; rejects with a `ClusterError`. */
  ask: (signal: AbortSignal) => Promise<{ gitVersion: string }>
  onChange: (health: Health) => void
  /** The server answers again after it had not, since `since` of `performance.now()`. */
  onReturn: (since: number) => void
  /** The API server's clock, in milliseconds since the epoch. */
  now?: () => number
  everyMs?: number
  timeoutMs?: number
}

/** Refusals that say for certain that waiting does not help: told at once, not after a second try. */
const certain = new Set([
  'bad-credentials',
  'client-certificate',
  'exec-plugin',
  'expired-token',
  'not-kubernetes',
  'unauthorized',
  'untrusted-certificate',
])

/** What a busy server may do once: before anything else is known of it, the first of these says nothing yet. */
const perhapsBusy = new Set(['timeout', 'too-many-requests', 'lost'])

/**
 * Refusals by which a living API server says no more than that its version is not for us. "Too many requests" is none:
 * a server that turns us away now turns away the watches as well, so that what is shown may be old.
 */
const alive = new Set(['forbidden', 'not-found', 'bad-request', 'invalid', 'conflict', 'unsupported'])

/**
 * Asks the API server for its version every five seconds. A server that has not answered yet may be busy: its first silence
 * is not told, its second is. Two answers missed in a row mean that what is shown is no
 * longer live; with a time-out of 3.5 seconds that is known at most 13.5 seconds after the last good answer.
 */
export function watchHealth(options: Options) {
  const { everyMs = 5000, timeoutMs = 3500, now = Date.now } = options
  let health: Health = {
    state: 'connecting',
    since: new Date(now()).toISOString(),
    missed: 0,
    problem: null,
    gitVersion: null,
  }
  let everLive = false
  let firstMiss: number | null = null
  let stopped = false
  let timer: NodeJS.Timeout | null = null
  const stop = new AbortController()

  const change = (next: Omit<Health, 'since'>) => {
    const since = next.state === health.state ? health.since : new Date(now()).toISOString()
    const before = health
    health = { ...next, since }
    if (JSON.stringify(before) !== JSON.stringify(health)) options.onChange(health)
  }

  async function ask() {
    const begun = performance.now()
    const slow = new AbortController()
    const limit = setTimeout(() => slow.abort(), timeoutMs)
    try {
      const gitVersion = await options.ask(AbortSignal.any([stop.signal, slow.signal])).then(
        (version) => version.gitVersion,
        (error: unknown) => {
          // Any answer of Kubernetes proves that it lives. What it said before is still its version.
          if (!slow.signal.aborted && alive.has(problemOf(error).code)) return health.gitVersion
          throw error
        },
      )
      if (stopped) return
      everLive = true
      change({ state: 'live', missed: 0, problem: null, gitVersion })
      if (firstMiss !== null) {
        const since = firstMiss
        firstMiss = null
        options.onReturn(since)
      }
    } catch (error) {
      if (stopped) return
      firstMiss ??= begun
      const missed = health.missed + 1
      const problem = slow.signal.aborted ? timedOut(problemOf(error), timeoutMs) : problemOf(error)
      const late = missed >= 2 || certain.has(problem.code)
      const first = missed < 2 && perhapsBusy.has(problem.code) ? 'connecting' : 'error'
      const state = !everLive ? first : late ? (certain.has(problem.code) ? 'error' : 'stale') : health.state
      change({ state, missed, problem, gitVersion: health.gitVersion })
    } finally {
      clearTimeout(limit)
      if (!stopped) timer = setTimeout(() => void ask(), Math.max(0, everyMs - (performance.now() - begun)))
    }
  }
  void ask()

  return {
    get health() {
      return health
    },
    stop() {
      stopped = true
      stop.abort()
      if (timer) clearTimeout(timer)
    },
  }
}

function problemOf(error: unknown): ConnectionProblem {
  const message = error instanceof Error ? error.message : String(error)
  const known = error instanceof Error ? (error as Error & { code?: unknown; tried?: unknown }) : {}
  const code = 'code' in known && typeof known.code === 'string' ? known.code : 'unavailable'
  const tried = 'tried' in known && typeof known.tried === 'string' ? known.tried : ''
  return { code, message, tried }
}

/** A credential plugin that is slow keeps the server from being asked at all. */
function timedOut(problem: ConnectionProblem, ms: number): ConnectionProblem {
  if (problem.code === 'slow-exec-plugin') return problem
  return { ...problem, code: 'timeout', message: `No answer within ${ms / 1000} seconds.` }
}
