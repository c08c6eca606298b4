'use client'

import type { QueryClient } from '@tanstack/react-query'
import { api } from '@/lib/contract/routes'
import type { StreamMessages, StreamTopic } from '@/lib/contract/stream'
import { keyOf } from './keys'
import { hearServerClock, serverNow } from './now'
import { afterMessage, type Snapshot } from './snapshots'

/** No sign for this long, where one comes every five seconds, means that the connection is dead though open. */
const silenceMs = 12_000
/** A hidden tab keeps its stream for this long. */
const hiddenMs = 5 * 60_000
const firstWaitMs = 500
const longestWaitMs = 8000

const messages = ['snapshot', 'changed', 'removed', 'connection'] as const

/**
 * The tab's one event stream. It writes what it hears into the query cache, opens itself again after every end with
 * growing waits, notices a connection that is open but silent, and rests while the tab is hidden for long.
 */
export class LiveStream {
  private source: EventSource | null = null
  private waitMs = firstWaitMs
  private retry: ReturnType<typeof setTimeout> | undefined
  private silence: ReturnType<typeof setTimeout> | undefined
  private rest: ReturnType<typeof setTimeout> | undefined
  private lastSign: number | null = null
  private readonly listeners = new Set<() => void>()

  private readonly cluster: string
  private readonly watch: StreamTopic
  private readonly cache: QueryClient

  constructor(cluster: string, watch: StreamTopic, cache: QueryClient) {
    this.cluster = cluster
    this.watch = watch
    this.cache = cache
  }

  /** When the server last said anything (ms since the epoch); null before it did. */
  readonly sign = () => this.lastSign

  readonly onSign = (listener: () => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  open() {
    document.addEventListener('visibilitychange', this.onVisibility)
    this.connect()
  }

  close() {
    document.removeEventListener('visibilitychange', this.onVisibility)
    clearTimeout(this.rest)
    this.disconnect()
  }

  private readonly onVisibility = () => {
    clearTimeout(this.rest)
    if (document.hidden) this.rest = setTimeout(() => this.disconnect(), hiddenMs)
    else if (!this.source) this.connect()
  }

  private connect() {
    this.disconnect()
    const { watch } = this
    const held = this.cache.getQueryData<Snapshot>(keyOf(this.cluster, watch))?.version
    const source = new EventSource(api.live(this.cluster, watch, held))
    this.source = source
    source.onerror = () => this.reconnectLater()
    for (const name of messages)
      source.addEventListener(name, (event: MessageEvent<string>) => this.hear(name, event.data, event.lastEventId))
    source.addEventListener('heartbeat', (event: MessageEvent<string>) => {
      const { now } = JSON.parse(event.data) as { now: string }
      hearServerClock(Date.parse(now))
      this.noticeSign()
    })
    source.addEventListener('bye', () => this.reconnectLater())
    this.awaitSign()
  }

  private disconnect() {
    clearTimeout(this.retry)
    clearTimeout(this.silence)
    this.source?.close()
    this.source = null
  }

  /** The browser's own retry gives up on some answers and never notices silence, so ours replaces it. */
  private reconnectLater() {
    this.disconnect()
    this.retry = setTimeout(() => this.connect(), this.waitMs * (0.75 + Math.random() / 2))
    this.waitMs = Math.min(longestWaitMs, this.waitMs * 2)
  }

  private hear<Name extends keyof StreamMessages>(name: Name, data: string, version: string) {
    const message = JSON.parse(data) as StreamMessages[Name]
    this.cache.setQueryData<Snapshot>(keyOf(this.cluster, this.watch), (before) =>
      afterMessage(before, name, message, version),
    )
    this.noticeSign()
  }

  private noticeSign() {
    this.waitMs = firstWaitMs
    this.lastSign = serverNow()
    this.awaitSign()
    for (const listener of this.listeners) listener()
  }

  private awaitSign() {
    clearTimeout(this.silence)
    this.silence = setTimeout(() => this.reconnectLater(), silenceMs)
  }
}
