import 'server-only'
import type { ConnectionState, ResourceReports, StreamMessages, StreamTopic } from '@/lib/contract/stream'
import type { Change, Line, Painted } from './views'

/**
 * One message for a reader; `event` and `data` are those of `StreamMessages`. `text` is the JSON of `data` where it has
 * been made already, for all readers together.
 */
type News = { text?: string } & {
  [Name in keyof StreamMessages]: { event: Name; data: StreamMessages[Name] }
}[keyof StreamMessages]

/** `id`: the version that the reader has when it has this message too. */
export type Message = News & { id: string }

/** The parts of a live cluster that a feed reads when its reader asks. */
type Contents = {
  version(): string
  connection(): ConnectionState
  kinds(): ResourceReports
  lines(): Line[]
  line(key: string): Line | undefined
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
  #sentConnection = ''
  /** The version that this reader was sent, whoever else was sent another. */
  #sent: string | null

  /** `since` is the version that the reader has already; when it is the current one the snapshot is not sent again. */
  constructor(contents: Contents, watch: StreamTopic, wake: () => void, since: string | null = null) {
    this.#contents = contents
    this.#watch = watch
    this.#key = watch.of === 'set' ? `${watch.namespace}/${watch.name}` : null
    this.#wake = wake
    this.#sent = since
    if (since === this.#version()) this.#snapshotDue = false
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
    this.#wake()
  }

  /**
   * Everything the reader does not have yet. Only the last message brings it to the new version: a reader whose
   * connection breaks between two of them comes back with the old one, and hears both again.
   */
  take(): Message[] {
    const state = { connection: this.#contents.connection(), kinds: this.#contents.kinds() }
    const text = JSON.stringify(state)
    // Whoever was called for something else takes this along: it is sent now, or it would never be.
    const connectionNews = text !== this.#sentConnection
    this.#sentConnection = text
    if (this.#snapshotDue) {
      const snapshot = this.#snapshot(state)
      this.#snapshotDue = false
      this.#pending.clear()
      this.#sent = snapshot.id
      return [snapshot]
    }
    const before = this.#sent ?? noView
    const { news, version } = this.#news()
    if (connectionNews) news.unshift({ event: 'connection', data: state })
    if (news.length > 0) this.#sent = version
    return news.map((each, index) => ({ ...each, id: index === news.length - 1 ? version : before }))
  }

  #version(): string {
    const watch = this.#watch
    return watch.of === 'set' ? versionOf(this.#contents.view(watch.namespace, watch.name)) : this.#contents.version()
  }

  #snapshot(state: StreamMessages['connection']): Message {
    const watch = this.#watch
    if (watch.of === 'overview') {
      const version = this.#contents.version()
      const lines = this.#contents.lines()
      const text = `${openHead({ version, ...state })},"summaries":${textOf(lines)}}`
      return { event: 'snapshot', id: version, data: { version, ...state, summaries: lines.map(summaryOf) }, text }
    }
    const painted = this.#contents.view(watch.namespace, watch.name)
    const version = versionOf(painted)
    const text = `${openHead({ version, ...state })},"view":${painted?.text ?? 'null'}}`
    return { event: 'snapshot', id: version, data: { version, ...state, view: painted?.view ?? null }, text }
  }

  /** What became of the sets that were touched, and the version that the reader has with it. */
  #news(): { news: News[]; version: string } {
    const keys = [...this.#pending]
    this.#pending.clear()
    const watch = this.#watch
    if (watch.of === 'set') {
      if (keys.length === 0) return { news: [], version: this.#sent ?? noView }
      const painted = this.#contents.view(watch.namespace, watch.name)
      const version = versionOf(painted)
      if (version === this.#sent) return { news: [], version }
      const news: News = painted
        ? { event: 'changed', data: { view: painted.view }, text: `{"view":${painted.text}}` }
        : { event: 'removed', data: { keys } }
      return { news: [news], version }
    }
    const news: News[] = []
    const lines: Line[] = []
    const gone: string[] = []
    for (const key of keys) {
      const line = this.#contents.line(key)
      if (line) lines.push(line)
      else gone.push(key)
    }
    if (gone.length > 0) news.push({ event: 'removed', data: { keys: gone } })
    if (lines.length > 0) {
      const text = `{"summaries":${textOf(lines)}}`
      news.push({ event: 'changed', data: { summaries: lines.map(summaryOf) }, text })
    }
    return { news, version: this.#contents.version() }
  }
}

const summaryOf = ({ summary }: Line) => summary

const textOf = (lines: readonly Line[]) => `[${lines.map(({ summaryText }) => summaryText).join(',')}]`

/** JSON of an object with fields, to which more can be added. */
const openHead = (head: object) => JSON.stringify(head).slice(0, -1)

function versionOf(painted: Painted | undefined): string {
  return painted?.version ?? noView
}
