import { api } from '@/lib/contract/routes'
import { heldText, readHeld, type StreamSigns, type TopicFailure, topicLimit } from '@/lib/contract/stream'
import { type HeardEvent, type Source, StreamConnection } from './stream-connection'
import type { TopicEnd, TopicEvent, Want } from './tab-messages'

/** Wishes are gathered for this long, so that ten tabs that open at once open one stream. */
const gatherMs = 50
/** What nobody wants any more goes on for this long: a page that is left is often come back to. */
const leaveMs = 5000

type Options = {
  open: (address: string) => Source
  /** The stream said something of a topic that these tabs want. */
  onTopic: (topic: string, message: TopicEvent | TopicEnd, tabs: readonly string[]) => void
  /** The stream is being opened, or gave a sign. */
  onSign: (topics: StreamSigns['heartbeat']['topics']) => void
  /** The stream broke. */
  onBreak: () => void
}

type Tab = { topics: ReadonlySet<string>; seen: number }

/**
 * What the leading tab does: it holds the browser's one stream, of all that any tab wants, and hands on what the server
 * says. When the wishes change the stream is opened anew from what was said last of each topic, so nothing is lost.
 */
export class Lead {
  readonly #options: Options
  readonly #connection: StreamConnection
  readonly #tabs = new Map<string, Tab>()
  /** The version that every tab has which wants the topic; null where they may differ, until the next snapshot. */
  readonly #versions = new Map<string, string | null>()
  /** The topics of the stream that is open, each with the version that it has come to; null before its snapshot. */
  #stream: Map<string, string | null> = new Map()
  #renewal: { at: number; timer: ReturnType<typeof setTimeout> } | null = null

  constructor(options: Options) {
    this.#options = options
    this.#connection = new StreamConnection({
      address: () => this.#address(),
      open: options.open,
      onOpen: () => options.onSign({}),
      onBreak: options.onBreak,
      onEvent: (name, data, id) => this.#hear(name, data, id),
    })
  }

  want({ tab, topics, seen, lost }: Want) {
    const before = this.#tabs.get(tab)?.topics ?? new Set()
    const wanted = new Set(topics.map(({ topic }) => topic))
    this.#tabs.set(tab, { topics: wanted, seen })
    for (const { topic, version } of topics) {
      if (before.has(topic)) continue
      const known = this.#versions.get(topic)
      if (known === undefined) this.#versions.set(topic, version)
      else if (known !== version) this.#versions.set(topic, null)
      // Also where both have the same: what is no part of the version, the connection's state, comes at an opening.
      this.#renewWithin(gatherMs)
    }
    for (const topic of lost) {
      if (!this.#versions.has(topic)) continue
      this.#versions.set(topic, null)
      this.#renewWithin(gatherMs)
    }
    this.#leaveUnwanted()
    if (this.#chosen().some((topic) => !this.#stream.has(topic))) this.#renewWithin(gatherMs)
  }

  /** A tab is no more. */
  drop(tab: string) {
    if (this.#tabs.delete(tab)) this.#leaveUnwanted()
  }

  close() {
    if (this.#renewal) clearTimeout(this.#renewal.timer)
    this.#renewal = null
    this.#connection.close()
  }

  /** Of a topic that is wanted by nobody nothing is known: who wants it later says what it has. */
  #leaveUnwanted() {
    const wanted = new Set([...this.#tabs.values()].flatMap(({ topics }) => [...topics]))
    for (const topic of this.#versions.keys()) if (!wanted.has(topic)) this.#versions.delete(topic)
    if ([...this.#stream.keys()].some((topic) => !wanted.has(topic))) this.#renewWithin(leaveMs)
  }

  #renewWithin(ms: number) {
    const at = performance.now() + ms
    if (this.#renewal && this.#renewal.at <= at) return
    if (this.#renewal) clearTimeout(this.#renewal.timer)
    const renew = () => {
      this.#renewal = null
      this.#connection.open()
    }
    this.#renewal = { at, timer: setTimeout(renew, ms) }
  }

  /** As many topics as fit into a stream, those first that were looked at last. */
  #chosen(): string[] {
    const seen = new Map<string, number>()
    for (const tab of this.#tabs.values())
      for (const topic of tab.topics) seen.set(topic, Math.max(tab.seen, seen.get(topic) ?? 0))
    return [...seen]
      .sort(([, one], [, other]) => other - one)
      .slice(0, topicLimit)
      .map(([topic]) => topic)
  }

  #address(): string | null {
    this.#stream = new Map(this.#chosen().map((topic) => [topic, this.#versions.get(topic) ?? null]))
    if (this.#stream.size === 0) return null
    return api.live([...this.#stream].map(([topic, version]) => heldText(topic, version)))
  }

  #hear(name: HeardEvent, data: string, id: string) {
    if (name === 'heartbeat') {
      this.#options.onSign((JSON.parse(data) as StreamSigns['heartbeat']).topics)
      return
    }
    if (name === 'failed') {
      const end = { name, failure: JSON.parse(data) as TopicFailure }
      this.#options.onTopic(id, end, this.#tabsOf(id))
      return
    }
    const { topic, version: after } = readHeld(id)
    const before = this.#stream.get(topic) ?? null
    this.#stream.set(topic, after)
    const held = this.#versions.get(topic)
    // Nobody wants it any more, or not all have what this is a change of; then the stream is about to be opened anew.
    if (held === undefined || (name !== 'snapshot' && held !== before)) return
    this.#versions.set(topic, after)
    this.#options.onTopic(topic, { name, data, before, after }, this.#tabsOf(topic))
  }

  #tabsOf(topic: string): string[] {
    return [...this.#tabs].filter(([, tab]) => tab.topics.has(topic)).map(([tab]) => tab)
  }
}
