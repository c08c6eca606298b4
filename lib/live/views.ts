import 'server-only'
import { hash } from 'node:crypto'
import type { TopicFailure } from '@/lib/contract/stream'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import type { StatefulSetSummary, StatefulSetView } from '@/lib/statefulset/model/view'
import { failedSummary } from '@/lib/statefulset/view/summary'
import { ClockCalls } from './clock-calls'

/** What a set comes to now: its view, its line in the overview, and when the clock alone will change them. */
export type Computed = { view: StatefulSetView; summary: StatefulSetSummary; recheckAt: Date | null }
export type Compute = (objects: SetObjects, now: Date) => Computed

/** A set's view with its JSON, made once for all readers; equal versions are equal views. */
export type Painted = { view: StatefulSetView; text: string; version: string }

/** The view of a set cannot be made, for what was thrown: one set's objects are not as they should be. */
class ViewFailure extends Error {
  override readonly name = 'ViewFailure'

  constructor(cause: unknown) {
    super(textOf(cause), { cause })
  }
}

/** By its name, because the server and the routes are bundled apart: each has its own copy of the class. */
export function isViewFailure(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ViewFailure'
}

/** What readers are told of it. */
export function viewFailed({ message }: Error): TopicFailure {
  return { code: 'view-failed', message }
}

/** One set's line in the overview with its JSON, made once for all readers. */
export type Line = { summary: StatefulSetSummary; summaryText: string }

/** One set's news. `gone`: the set is no more. */
export type Change = { key: string; summary: boolean; view: boolean; gone: boolean }

/** `painted` is null while nobody looks at the set, and when its view could not be made. */
type Entry = Line & { painted: Painted | null }

type Options = {
  objectsOf: (key: string) => SetObjects | undefined
  compute: Compute
  /** Whether somebody looks at this set's view. */
  isWatched: (key: string) => boolean
  /** Called after each round, with the sets whose view or summary is another one. */
  onChange: (changes: readonly Change[]) => void
  /** Called for a set that could not be computed; the others go on. */
  onFailure: (key: string, error: unknown) => void
  /** Changes are gathered for this long, or as long as the dearest view of the last round took. */
  gatherMs?: number
  /** The clock of the API server, in milliseconds since the epoch. */
  now?: () => number
}

/** Other work gets a turn after this many milliseconds of computing. */
const sliceMs = 12
/** However dear a view is, it is not older than this. */
const longestGatherMs = 1000
/** A set whose view could not be made is tried again after this long, whatever happens to it. */
const retryFailedMs = 60_000

/**
 * The summaries of all sets, kept current: a touched set is computed again a little later, once for all that happened
 * meanwhile, and told of only when it came out different. A whole view is kept while somebody looks at it: computed once,
 * written as JSON once, and handed to every reader.
 */
export class Views {
  readonly #entries = new Map<string, Entry>()
  readonly #dirty = new Set<string>()
  /** Sets that could not be computed, with what was thrown. */
  readonly #failed = new Map<string, unknown>()
  readonly #options: Options
  readonly #clock: ClockCalls
  #timer: NodeJS.Timeout | null = null
  #running = false
  #held = true
  #stopped = false
  #version = 0
  /** What the dearest view of the last round cost, in milliseconds. */
  #lastCostMs = 0
  readonly #now: () => number

  constructor(options: Options) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#clock = new ClockCalls((key) => this.markDirty(key), this.#now)
  }

  /** Grows with every change of a summary. */
  get version() {
    return this.#version
  }

  /** Sets that could not be computed at their last change. */
  get failures() {
    return this.#failed.size
  }

  summaries(): StatefulSetSummary[] {
    return [...this.#entries.values()].map(({ summary }) => summary)
  }

  lines(): Line[] {
    return [...this.#entries.values()]
  }

  line(key: string): Line | undefined {
    return this.#entries.get(key)
  }

  /** The view as of now; undefined without such a set. Throws a `ViewFailure` when it cannot be made. */
  view(key: string): Painted | undefined {
    if (!this.#options.isWatched(key)) {
      const objects = this.#options.objectsOf(key)
      return objects && this.#paintOnce(objects)
    }
    // What waits to be computed is computed now, and everybody who looks is told: no reader joins between two views.
    if (this.#dirty.has(key) || !this.#entries.get(key)?.painted) this.#settle(key)
    const painted = this.#entries.get(key)?.painted
    if (painted) return painted
    if (this.#failed.has(key)) throw new ViewFailure(this.#failed.get(key))
    return undefined
  }

  #paintOnce(objects: SetObjects): Painted {
    try {
      return paint(this.#options.compute(objects, this.#moment()).view)
    } catch (error) {
      throw new ViewFailure(error)
    }
  }

  /** Nobody looks at this set any more. */
  endWatch(key: string) {
    const entry = this.#entries.get(key)
    if (entry) entry.painted = null
  }

  markDirty(key: string) {
    this.#dirty.add(key)
    this.#schedule()
  }

  /** Lets the first computation begin: before the lists are whole it would only be done over. */
  start() {
    this.#held = false
    this.#schedule()
  }

  /** Computes what is waiting now, without slices; for the first paint and for tests. */
  flush() {
    if (this.#held) return
    this.#round(Number.POSITIVE_INFINITY)
  }

  stop() {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#clock.stop()
  }

  #schedule() {
    if (this.#held || this.#stopped || this.#running || this.#timer || this.#dirty.size === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#running = true
      this.#slice()
    }, this.#gatherMs())
  }

  /** A dear view is made less often: in a storm it then takes at most half of the thread. */
  #gatherMs() {
    return Math.max(this.#options.gatherMs ?? 40, Math.min(this.#lastCostMs, longestGatherMs))
  }

  #moment() {
    return new Date(this.#now())
  }

  #settle(key: string) {
    this.#dirty.delete(key)
    const change = this.#computeOne(key)
    if (change) this.#tell([change])
  }

  #tell(changes: readonly Change[]) {
    if (changes.some(({ summary }) => summary)) this.#version++
    this.#options.onChange(changes)
  }

  #slice() {
    if (this.#stopped) return
    this.#round(performance.now() + sliceMs)
    if (this.#dirty.size > 0) {
      setImmediate(() => this.#slice())
    } else {
      this.#running = false
    }
  }

  #round(until: number) {
    const changes: Change[] = []
    this.#lastCostMs = 0
    for (const key of this.#dirty) {
      this.#dirty.delete(key)
      const change = this.#computeOne(key)
      if (change) changes.push(change)
      if (performance.now() >= until) break
    }
    if (changes.length > 0) this.#tell(changes)
  }

  #computeOne(key: string): Change | null {
    const before = this.#entries.get(key)
    const objects = this.#options.objectsOf(key)
    if (!objects) {
      this.#clock.set(key, null)
      this.#failed.delete(key)
      return this.#entries.delete(key) ? { key, summary: true, view: true, gone: true } : null
    }
    const begun = performance.now()
    try {
      const { view, summary, recheckAt } = this.#options.compute(objects, this.#moment())
      const painted = this.#options.isWatched(key) ? paint(view) : null
      this.#failed.delete(key)
      return this.#keep(key, before, { summary, summaryText: JSON.stringify(summary), painted }, recheckAt)
    } catch (error) {
      if (!this.#failed.has(key)) this.#options.onFailure(key, error)
      this.#failed.set(key, error)
      const summary = failedSummary(objects.set, textOf(error))
      const again = new Date(this.#now() + retryFailedMs)
      return this.#keep(key, before, { summary, summaryText: JSON.stringify(summary), painted: null }, again)
    } finally {
      this.#lastCostMs = Math.max(this.#lastCostMs, performance.now() - begun)
    }
  }

  /** What readers have to hear of it; null when nothing is another. */
  #keep(key: string, before: Entry | undefined, entry: Entry, recheckAt: Date | null): Change | null {
    this.#entries.set(key, entry)
    this.#clock.set(key, recheckAt)
    const summary = before?.summaryText !== entry.summaryText
    const watched = this.#options.isWatched(key)
    const view = watched && (entry.painted === null || before?.painted?.version !== entry.painted.version)
    return summary || view ? { key, summary, view, gone: false } : null
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function paint(view: StatefulSetView): Painted {
  const text = JSON.stringify(view)
  return { view, text, version: hash('sha1', text, 'base64url') }
}
