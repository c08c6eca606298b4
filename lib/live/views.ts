import 'server-only'
import { hash } from 'node:crypto'
import type { SetObjects } from '@/lib/statefulset/model/objects'
import type { StatefulSetSummary, StatefulSetView } from '@/lib/statefulset/model/view'
import { ClockCalls } from './clock-calls'

/** What a set comes to now: its view, its line in the overview, and when the clock alone will change them. */
export type Computed = { view: StatefulSetView; summary: StatefulSetSummary; recheckAt: Date | null }
export type Compute = (objects: SetObjects, now: Date) => Computed

/** One set's news. `gone`: the set is no more. */
export type Change = { key: string; summary: boolean; view: boolean; gone: boolean }

/** `viewHash` is empty while nobody looks at the set: only a reader's view is worth comparing. */
type Entry = { summary: StatefulSetSummary; summaryText: string; viewHash: string }

type Options = {
  objectsOf: (key: string) => SetObjects | undefined
  compute: Compute
  /** Whether somebody looks at this set's view. */
  isWatched: (key: string) => boolean
  /** Called after each round, with the sets whose view or summary is another one. */
  onChange: (changes: readonly Change[]) => void
  /** Called for a set that could not be computed; the others go on. */
  onFailure: (key: string, error: unknown) => void
  /** Changes are gathered for this long. */
  gatherMs?: number
}

/** Other work gets a turn after this many milliseconds of computing. */
const sliceMs = 12

/**
 * The summaries of all sets, kept current: a touched set is computed again a little later, once for all that happened
 * meanwhile, and told of only when it came out different. Whole views are not kept; they are made when somebody reads.
 */
export class Views {
  readonly #entries = new Map<string, Entry>()
  readonly #dirty = new Set<string>()
  readonly #failed = new Set<string>()
  readonly #options: Options
  readonly #clock: ClockCalls
  #timer: NodeJS.Timeout | null = null
  #running = false
  #held = true
  #stopped = false
  #version = 0

  constructor(options: Options) {
    this.#options = options
    this.#clock = new ClockCalls((key) => this.markDirty(key))
  }

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

  summary(key: string) {
    return this.#entries.get(key)?.summary
  }

  /** The view as of now; undefined without such a set. Throws what the computation throws. */
  view(key: string): StatefulSetView | undefined {
    const objects = this.#options.objectsOf(key)
    return objects && this.#options.compute(objects, new Date()).view
  }

  /** Remembers what a new reader of this set is about to see, so that it is told only of what differs from that. */
  beginWatch(key: string) {
    const entry = this.#entries.get(key)
    if (!entry || entry.viewHash !== '') return
    const view = this.view(key)
    if (view) entry.viewHash = digest(view)
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
    }, this.#options.gatherMs ?? 40)
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
    for (const key of this.#dirty) {
      this.#dirty.delete(key)
      const change = this.#computeOne(key)
      if (change) changes.push(change)
      if (performance.now() >= until) break
    }
    if (changes.length === 0) return
    this.#version++
    this.#options.onChange(changes)
  }

  #computeOne(key: string): Change | null {
    const before = this.#entries.get(key)
    const objects = this.#options.objectsOf(key)
    if (!objects) {
      this.#clock.set(key, null)
      this.#failed.delete(key)
      return this.#entries.delete(key) ? { key, summary: true, view: true, gone: true } : null
    }
    try {
      const { view, summary, recheckAt } = this.#options.compute(objects, new Date())
      const viewHash = this.#options.isWatched(key) ? digest(view) : ''
      const entry = { summary, summaryText: JSON.stringify(summary), viewHash }
      this.#entries.set(key, entry)
      this.#clock.set(key, recheckAt)
      this.#failed.delete(key)
      const summaryChanged = before?.summaryText !== entry.summaryText
      const viewChanged = viewHash === '' || before?.viewHash !== viewHash
      if (!summaryChanged && (!viewChanged || viewHash === '')) return null
      return { key, summary: summaryChanged, view: viewChanged, gone: false }
    } catch (error) {
      this.#failed.add(key)
      this.#options.onFailure(key, error)
      return null
    }
  }
}

function digest(view: StatefulSetView) {
  return hash('sha1', JSON.stringify(view), 'base64')
}
