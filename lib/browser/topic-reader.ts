import type { QueryClient } from '@tanstack/react-query'
import type { TopicFailure } from '@/lib/contract/stream'
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
  #failure: TopicFailure | null = null

  constructor(cache: QueryClient, key: readonly string[]) {
    this.#cache = cache
    this.#key = key
  }

  /** When the server last said anything of the topic (ms since the epoch); null before it did. */
  readonly lastSign = () => this.#lastSign

  /** Why the topic is not followed; null while it is, and while that is not known. */
  readonly failure = () => this.#failure

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
    this.#failure = null
    this.#tell()
  }

  fail(failure: TopicFailure | null) {
    this.#failure = failure
    this.#tell()
  }

  #tell() {
    for (const listener of this.#listeners) listener()
  }
}
