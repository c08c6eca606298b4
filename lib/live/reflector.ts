import 'server-only'
import type { Page } from '@/lib/cluster/list'
import type { WatchEvent } from '@/lib/cluster/watch'
import type { Resource, ResourceState, ObjectsByResource } from '@/lib/statefulset/model/objects'
import { backOff, jitter } from './back-off'

/** The two reads that following needs, of one kind, in one namespace or everywhere. Errors are `ClusterError`s. */
export type Source<K extends Resource> = {
  list(options: { signal: AbortSignal }): AsyncIterable<Page<K>>
  watch(options: {
    resourceVersion: string
    timeoutSeconds: number
    signal: AbortSignal
    onActivity: () => void
    onSkipped: () => void
  }): AsyncIterable<WatchEvent<K>>
}

/** Where what was read goes. `replace` is a whole list: what is not in it is gone. */
export type Sink<K extends Resource> = {
  replace(items: readonly ObjectsByResource[K][]): void
  put(object: ObjectsByResource[K]): void
  remove(object: ObjectsByResource[K]): void
  /** Called on every change of state; `skipped` counts objects left out since the last list. */
  report(state: ResourceState, skipped: number): void
}

export type ReflectorOptions<K extends Resource> = {
  source: Source<K>
  sink: Sink<K>
  /** The rule that is missing when a list or watch is forbidden: `list pods (cluster)`. */
  rule: (verb: 'list' | 'watch') => string
  /** A watch that says nothing for this long is opened again: bookmarks come about every minute. */
  silenceMs?: number
  random?: () => number
}

export type Reflector = {
  /**
   * The server answers again after it was silent since `since` (of `performance.now()`): ends a wait at once, and opens
   * a watch again where it stopped unless it spoke meanwhile, since its connection may be half-open.
   */
  retryNow(since: number): void
  stop(): void
}

/** A watch that ends sooner than this without saying anything counts as failed. */
const shortWatchMs = 1000
/** One that lasted this long shows that the server is well. */
const steadyWatchMs = 15_000
/**
 * A kind that could be read before may be denied this often before it is believed: an API server that has just
 * started answers 403 until its authorizer has read the roles, and 404 until its groups are served.
 */
const doubtedDenials = 4

/**
 * Lists, then watches, for ever. Resumes from the last version seen (bookmarks included); lists again after 410 in
 * either shape, keeping what is known until the new list is whole, so that nothing flickers and deletions are not
 * lost; waits with jitter after every failure and at least as long as the server asks; opens a silent watch again.
 * Only `stop` ends it.
 */
export function startReflector<K extends Resource>(options: ReflectorOptions<K>): Reflector {
  const { source, sink, rule, silenceMs = 100_000, random = Math.random } = options
  const waits = backOff(random)
  const stopped = new AbortController()
  let version: string | null = null
  /** The sink holds what a list gave. */
  let holding = false
  let denials = 0
  let skipped = 0
  let state: ResourceState = { state: 'catching-up' }
  let wakeUp: (() => void) | null = null
  let attempt: AbortController | null = null
  let lastActivity = Number.NEGATIVE_INFINITY

  const report = (next: ResourceState) => {
    state = next
    sink.report(next, skipped)
  }
  const failed = (reason: string) => {
    if (state.state === 'stale') report({ ...state, reason })
    else report({ state: 'stale', since: new Date().toISOString(), reason })
  }

  async function list(signal: AbortSignal) {
    const items: ObjectsByResource[K][] = []
    let left = 0
    let last: string | null = null
    for await (const page of source.list({ signal })) {
      lastActivity = performance.now()
      for (const item of page.items) items.push(item)
      left += page.skipped.length
      last = page.resourceVersion
    }
    signal.throwIfAborted()
    if (last === null) throw new Error('The list had no page.')
    skipped = left
    sink.replace(items)
    version = last
    holding = true
    // A list without the right to watch is not yet a kind that is followed.
    if (denials === 0) report({ state: 'live' })
  }

  async function watch(signal: AbortSignal, onActivity: () => void) {
    const opened = performance.now()
    let events = 0
    const timeoutSeconds = Math.round(jitter(300, 600, random))
    const from = version ?? ''
    const onSkipped = () => {
      skipped++
      report(state)
    }
    for await (const event of source.watch({ resourceVersion: from, timeoutSeconds, signal, onActivity, onSkipped })) {
      if (signal.aborted) return
      onActivity()
      events++
      if (event.type === 'DELETED') sink.remove(event.object)
      else if (event.type === 'ADDED' || event.type === 'MODIFIED') sink.put(event.object)
      if (event.resourceVersion !== '') version = event.resourceVersion
      waits.reset()
    }
    const lasted = performance.now() - opened
    if (lasted > steadyWatchMs) waits.reset()
    if (events === 0 && lasted < shortWatchMs && !signal.aborted) {
      throw new Error('The watch ended at once without an event.')
    }
  }

  /** One list if needed and one watch until it ends. Returns how long to wait before the next, in milliseconds. */
  async function once(): Promise<number> {
    const current = new AbortController()
    attempt = current
    const signal = AbortSignal.any([stopped.signal, current.signal])
    let verb: 'list' | 'watch' = 'list'
    let quiet: NodeJS.Timeout | null = null
    const onActivity = () => {
      quiet?.refresh()
      lastActivity = performance.now()
      denials = 0
      if (state.state !== 'live') report({ state: 'live' })
    }
    try {
      if (version === null) await list(signal)
      verb = 'watch'
      quiet = setTimeout(() => current.abort(), silenceMs)
      await watch(signal, onActivity)
      return 0
    } catch (error) {
      if (stopped.signal.aborted || current.signal.aborted) return 0
      return after(error, verb)
    } finally {
      if (quiet) clearTimeout(quiet)
      current.abort()
      attempt = null
    }
  }

  function after(error: unknown, verb: 'list' | 'watch') {
    const { code, message, retryAfterMs } = problemOf(error)
    if (code === 'gone' || code === 'version-too-large' || code === 'malformed') {
      version = null
      const first = waits.failures === 0
      const wait = waits.next(retryAfterMs)
      failed(message)
      return first && retryAfterMs === null ? 0 : wait
    }
    if (code === 'forbidden' || code === 'not-found') {
      denials++
      if (!holding || denials > doubtedDenials) {
        version = null
        if (holding) sink.replace([])
        holding = false
        report(code === 'forbidden' ? { state: 'forbidden', rule: rule(verb) } : { state: 'absent' })
        return jitter(0.5, 1, random) * Math.min(120_000, 1000 * 2 ** denials)
      }
    }
    failed(message)
    return waits.next(retryAfterMs)
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        wakeUp = null
        resolve()
      }
      const timer = setTimeout(finish, ms)
      wakeUp = finish
    })

  async function run() {
    while (!stopped.signal.aborted) {
      const wait = await once()
      // Even at once means after the current turn: a server that ends every watch must not hold the event loop.
      if (!stopped.signal.aborted) await pause(wait)
    }
  }

  report(state)
  void run()
  return {
    retryNow(since) {
      waits.reset()
      denials = 0
      if (lastActivity < since) attempt?.abort()
      wakeUp?.()
    },
    stop() {
      stopped.abort()
      wakeUp?.()
    },
  }
}

function problemOf(error: unknown) {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof Error)) return { code: 'unknown', message, retryAfterMs: null }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
  const retryAfterMs = 'retryAfterMs' in error && typeof error.retryAfterMs === 'number' ? error.retryAfterMs : null
  return { code, message, retryAfterMs }
}
