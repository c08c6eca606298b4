import 'server-only'
import type {
  ConnectionState,
  ResourceReports,
  OverviewSnapshot,
  SetSnapshot,
  StreamTopic,
} from '@/lib/contract/stream'
import type { StatefulSetSummary, StatefulSetView } from '@/lib/statefulset/model/view'
import type { Change } from './views'

/** One message for a reader; `event` and `data` are those of `StreamMessages`. */
export type Message =
  | { event: 'snapshot'; id: string; data: OverviewSnapshot | SetSnapshot }
  | { event: 'changed'; id: string; data: { summaries: StatefulSetSummary[] } | { view: StatefulSetView } }
  | { event: 'removed'; id: string; data: { keys: string[] } }
  | { event: 'connection'; id: string; data: { connection: ConnectionState; kinds: ResourceReports } }

/** The parts of a live cluster that a feed reads when its reader asks. */
type Contents = {
  version(): string
  connection(): ConnectionState
  kinds(): ResourceReports
  summaries(): StatefulSetSummary[]
  summary(key: string): StatefulSetSummary | undefined
  view(namespace: string, name: string): StatefulSetView | undefined
}

/**
 * One reader's place in the stream. What waits for the reader are names, never values: however slow it is, it gets the
 * newest value of each changed key once, and the memory it costs is bounded by the number of sets.
 */
export class Feed {
  readonly #watch: StreamTopic
  readonly #key: string | null
  readonly #contents: Contents
  readonly #wake: () => void
  readonly #pending = new Set<string>()
  #snapshotDue = true
  #connectionDue = false
  #sentConnection = ''

  /** `since` is the version that the reader has already; when it is the current one the snapshot is not sent again. */
  constructor(contents: Contents, watch: StreamTopic, wake: () => void, since: string | null = null) {
    this.#contents = contents
    this.#watch = watch
    this.#key = watch.of === 'set' ? `${watch.namespace}/${watch.name}` : null
    this.#wake = wake
    if (since !== null && since === contents.version()) {
      this.#snapshotDue = false
      this.#connectionDue = true
    }
  }

  /** Sets changed. */
  changed(changes: readonly Change[]) {
    let news = false
    for (const { key, summary, view } of changes) {
      if (this.#key === null ? !summary : key !== this.#key || !view) continue
      this.#pending.add(key)
      news = true
    }
    if (news) this.#wake()
  }

  /** The connection's or a kind's state changed. */
  connectionChanged() {
    this.#connectionDue = true
    this.#wake()
  }

  /** Everything the reader does not have yet. */
  take(): Message[] {
    const id = this.#contents.version()
    const state = { connection: this.#contents.connection(), kinds: this.#contents.kinds() }
    const text = JSON.stringify(state)
    const connectionNews = this.#connectionDue && text !== this.#sentConnection
    this.#connectionDue = false
    this.#sentConnection = text
    if (this.#snapshotDue) {
      this.#snapshotDue = false
      this.#pending.clear()
      return [{ event: 'snapshot', id, data: this.#snapshot(id, state) }]
    }
    const messages = this.#news(id)
    return connectionNews ? [{ event: 'connection', id, data: state }, ...messages] : messages
  }

  #snapshot(
    version: string,
    state: { connection: ConnectionState; kinds: ResourceReports },
  ): OverviewSnapshot | SetSnapshot {
    const watch = this.#watch
    if (watch.of === 'overview') return { version, ...state, summaries: this.#contents.summaries() }
    return { version, ...state, view: this.#contents.view(watch.namespace, watch.name) ?? null }
  }

  #news(id: string): Message[] {
    const keys = [...this.#pending]
    this.#pending.clear()
    const messages: Message[] = []
    const watch = this.#watch
    if (watch.of === 'set') {
      const [key] = keys
      if (key === undefined) return messages
      const view = this.#contents.view(watch.namespace, watch.name)
      messages.push(view ? { event: 'changed', id, data: { view } } : { event: 'removed', id, data: { keys: [key] } })
      return messages
    }
    const summaries: StatefulSetSummary[] = []
    const gone: string[] = []
    for (const key of keys) {
      const summary = this.#contents.summary(key)
      if (summary) summaries.push(summary)
      else gone.push(key)
    }
    if (gone.length > 0) messages.push({ event: 'removed', id, data: { keys: gone } })
    if (summaries.length > 0) messages.push({ event: 'changed', id, data: { summaries } })
    return messages
  }
}
