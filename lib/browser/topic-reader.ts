import type { QueryClient } from '@tanstack/react-query'
import { hearServerClock, serverNow } from './now'
import { afterMessage, type Snapshot } from './snapshots'
import type { TopicEvent } from './tab-messages'
import type { Reader } from './tab-stream'

/** Writes what the stream says of one topic into the query cache, and remembers when it last said anything. */
export class TopicReader implements Reader {
  readonly #cache: QueryClient
  readonly #key: readonly string[]
  readonly #listeners = new Set<() => void>()
  #lastSign: number | null = null

  constructor(cache: QueryClient, key: readonly string[]) {
    this.#cache = cache
    this.#key = key
  }

  /** When the server last said anything of the topic (ms since the epoch); null before it did. */
  readonly lastSign = () => this.#lastSign

  readonly onSign = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  put(snapshot: Snapshot) {
    this.#cache.setQueryData<Snapshot>(this.#key, snapshot)
  }

  version() {
    return this.#cache.getQueryData<Snapshot>(this.#key)?.version ?? null
  }

  hear({ name, data, after }: TopicEvent) {
    this.#cache.setQueryData<Snapshot>(this.#key, (before) => afterMessage(before, name, JSON.parse(data), after ?? ''))
  }

  sign(time: string | undefined) {
    if (time !== undefined) hearServerClock(Date.parse(time))
    this.#lastSign = serverNow()
    for (const listener of this.#listeners) listener()
  }
}
