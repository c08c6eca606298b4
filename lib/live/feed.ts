import 'server-only'
import type {
  ConnectionState,
  ResourceReports,
  OverviewSnapshot,
  SetSnapshot,
  StreamTopic,
} from '@/lib/contract/stream'
import type { StatefulSetSummary, StatefulSetView } from '@/lib/statefulset/model/view'
import type { Change, Painted } from './views'

/**
 * One message for a reader; `event` and `data` are those of `StreamMessages`. `text` is the JSON of `data` where it has
 * been made already, for all readers together.
 */
export type Message = { text?: string } & (
  | { event: 'snapshot'; id: string; data: OverviewSnapshot | SetSnapshot }
  | { event: 'changed'; id: string; data: { summaries: StatefulSetSummary[] } | { view: StatefulSetView } }
  | { event: 'removed'; id: string; data: { keys: string[] } }
  | { event: 'connection'; id: string; data: { connection: ConnectionState; kinds: ResourceReports } }
)

/** The parts of a live cluster that a feed reads when its reader asks. */
type Contents = {
  version(): string
  connection(): ConnectionState
  kinds(): ResourceReports
  summaries(): StatefulSetSummary[]
  summary(key: string): StatefulSetSummary | undefined
  /** The view of a set as all its readers see it; throws when it cannot be made. */
  view(namespace: string, name: string): Painted | undefined
}

/** The version of a set that is not there. */
export const noView = 'none'

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
  /** The version of the view that this reader was sent, whoever else was sent another. */
  #sentView: string | null

  /** `since` is the version that the reader has already; when it is the current one the snapshot is not sent again. */
  constructor(contents: Contents, watch: StreamTopic, wake: () => void, since: string | null = null) {
    this.#contents = contents
    this.#watch = watch
    this.#key = watch.of === 'set' ? `${watch.namespace}/${watch.name}` : null
    this.#wake = wake
    this.#sentView = watch.of === 'set' ? since : null
    const current = watch.of === 'set' ? versionOf(contents.view(watch.namespace, watch.name)) : contents.version()
    if (since === current) {
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
    const state = { connection: this.#contents.connection(), kinds: this.#contents.kinds() }
    const text = JSON.stringify(state)
    const connectionNews = this.#connectionDue && text !== this.#sentConnection
    this.#connectionDue = false
    this.#sentConnection = text
    if (this.#snapshotDue) {
      this.#snapshotDue = false
      this.#pending.clear()
      return [this.#snapshot(state)]
    }
    const messages = this.#news()
    const id = this.#key === null ? this.#contents.version() : (this.#sentView ?? noView)
    return connectionNews ? [{ event: 'connection', id, data: state }, ...messages] : messages
  }

  #snapshot(state: { connection: ConnectionState; kinds: ResourceReports }): Message {
    const watch = this.#watch
    if (watch.of === 'overview') {
      const version = this.#contents.version()
      return { event: 'snapshot', id: version, data: { version, ...state, summaries: this.#contents.summaries() } }
    }
    const painted = this.#contents.view(watch.namespace, watch.name)
    const version = versionOf(painted)
    this.#sentView = version
    const head = JSON.stringify({ version, ...state })
    const text = `${head.slice(0, -1)},"view":${painted?.text ?? 'null'}}`
    return { event: 'snapshot', id: version, data: { version, ...state, view: painted?.view ?? null }, text }
  }

  #news(): Message[] {
    const keys = [...this.#pending]
    this.#pending.clear()
    const watch = this.#watch
    if (watch.of === 'set') {
      if (keys.length === 0) return []
      const painted = this.#contents.view(watch.namespace, watch.name)
      const id = versionOf(painted)
      if (id === this.#sentView) return []
      this.#sentView = id
      return painted
        ? [{ event: 'changed', id, data: { view: painted.view }, text: `{"view":${painted.text}}` }]
        : [{ event: 'removed', id, data: { keys } }]
    }
    const id = this.#contents.version()
    const messages: Message[] = []
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

function versionOf(painted: Painted | undefined): string {
  return painted?.version ?? noView
}
