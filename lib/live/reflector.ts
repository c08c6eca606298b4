import 'server-only'
import type { Page } from '@/lib/cluster/list'
import type { Unreadable } from '@/lib/cluster/parse'
import type { WatchEvent } from '@/lib/cluster/watch'
import type { Metadata, ObjectsByResource, Resource, ResourceState } from '@/lib/statefulset/model/objects'
import { backOff, jitter } from './back-off'

/** The two reads that following needs, of one kind, in one namespace or everywhere. Errors are `ClusterError`s. */
export type Source<K extends Resource> = {
  /** The whole collection; `onActivity` at each page. */
  list(options: { signal: AbortSignal; onActivity: () => void }): Promise<Page<K>>
  /** `onActivity` also when the server has agreed to the watch. */
  watch(options: {
    resourceVersion: string
    timeoutSeconds: number
    signal: AbortSignal
    onActivity: () => void
    onSkipped: () => void
  }): AsyncIterable<WatchEvent<K>>
}

/** Where what was read goes. */
export type Sink<K extends Resource> = {
  /** A whole list: what is not in it is gone. `followed`: a watch goes on from it. */
  replace(list: Page<K>, followed: boolean): void
  put(object: ObjectsByResource[K]): void
  putUnreadable(object: Unreadable): void
  remove(object: { metadata: Metadata }): void
  /** What was put may no longer be seen; that says nothing of whether it is there. */
  forget(): void
  /** Called on every change of state; `skipped` counts objects without a name since the last list. */
  report(state: ResourceState, skipped: number): void
}

export type ReflectorOptions<K extends Resource> = {
  source: Source<K>
  sink: Sink<K>
  /** The rule that is missing when a list or watch is forbidden: `list pods (cluster)`. */
  rule: (verb: 'list' | 'watch') => string
  /** A watch that says nothing for this long is opened again: bookmarks come about every minute. */
  silenceMs?: number
  /** How often it is listed where watching is forbidden. */
  pollMs?: number
  /** The API server's clock, in milliseconds since the epoch. */
  now?: () => number
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
/** After so many refused watches from one version without an event it is listed again, as client-go does at once. */
const barrenWatches = 3
/** Answers of the server that are neither about rights nor about its load. */
const refusals = new Set(['unavailable', 'bad-request', 'invalid', 'conflict', 'unsupported', 'too-large'])

/**
 * Lists, then watches, for ever. A list is handed on when the watch that follows it has been agreed to, for without it
 * the kind is not followed. Resumes from the last version seen (bookmarks included); lists again after 410 in either
 * shape, keeping what is known until the new list is whole, so that nothing flickers and deletions are not lost; waits
 * with jitter after every failure and at least as long as the server asks; opens a silent watch again; where only
 * watching is forbidden it lists now and then. Only `stop` ends it.
 */
export function startReflector<K extends Resource>(options: ReflectorOptions<K>): Reflector {
  const { source, sink, rule, silenceMs = 100_000, pollMs = 30_000, now = Date.now, random = Math.random } = options
  const waits = backOff(random)
  const stopped = new AbortController()
  let version: string | null = null
  /** A list whose watch has not been agreed to yet. */
  let pending: Page<K> | null = null
  /** The sink holds what a list gave. */
  let holding = false
  let denials = 0
  let barren = 0
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
    else report({ state: 'stale', since: new Date(now()).toISOString(), reason })
  }
  const handOn = (followed: boolean) => {
    if (pending === null) return
    skipped = pending.skipped.length
    sink.replace(pending, followed)
    pending = null
    holding = true
  }

  async function list(signal: AbortSignal) {
    const found = await source.list({ signal, onActivity: () => (lastActivity = performance.now()) })
    signal.throwIfAborted()
    pending = found
    version = found.resourceVersion
    barren = 0
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
      barren = 0
      if (event.type === 'DELETED') sink.remove(event.object)
      else if (event.type === 'ADDED' || event.type === 'MODIFIED') sink.put(event.object)
      else if (event.type === 'UNREADABLE') sink.putUnreadable(event.object)
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
      if (signal.aborted) return
      quiet?.refresh()
      lastActivity = performance.now()
      denials = 0
      handOn(true)
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
    if (code === 'forbidden' || code === 'not-found') {
      denials++
      if (!holding || denials > doubtedDenials) return verb === 'watch' ? listOnly() : denied(code)
    }
    // Whatever the watch met, the list is as true as one can be that nobody follows.
    if (verb === 'watch') handOn(false)
    if (code === 'gone' || code === 'version-too-large' || code === 'malformed') {
      version = null
      const first = waits.failures === 0
      const wait = waits.next(retryAfterMs)
      failed(message)
      return first && retryAfterMs === null ? 0 : wait
    }
    if (verb === 'watch' && refusals.has(code) && ++barren >= barrenWatches) version = null
    failed(message)
    return waits.next(retryAfterMs)
  }

  function denied(code: string) {
    version = null
    pending = null
    if (holding) sink.forget()
    holding = false
    report(code === 'forbidden' ? { state: 'forbidden', rule: rule('list') } : { state: 'absent' })
    return jitter(0.5, 1, random) * Math.min(120_000, 1000 * 2 ** denials)
  }

  /** The kind may be listed and not watched: what the list said stands until the next one, and is not live. */
  function listOnly() {
    version = null
    handOn(false)
    const missing = rule('watch')
    const reason = `It can be listed only, every ${Math.round(pollMs / 1000)} seconds: the rule ${missing} is missing.`
    report({ state: 'stale', since: new Date(now()).toISOString(), reason, rule: missing })
    return jitter(0.75, 1.25, random) * pollMs
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
