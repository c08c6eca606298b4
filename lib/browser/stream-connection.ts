import type { StreamMessages, StreamSigns } from '@/lib/contract/stream'

/** No sign for this long, where one comes every five seconds, means that the connection is dead though open. */
export const silenceMs = 12_000
const firstWaitMs = 500
const longestWaitMs = 8000

export type HeardEvent = Exclude<keyof (StreamMessages & StreamSigns), 'bye'>
const events = ['snapshot', 'changed', 'removed', 'connection', 'failed', 'heartbeat'] satisfies HeardEvent[]

/** What of an `EventSource` is used. */
export type Source = {
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void
  onerror: ((event: Event) => void) | null
  close(): void
}

type Options = {
  /** Where to connect; null while there is nothing to hear. Asked at every opening. */
  address: () => string | null
  open: (address: string) => Source
  onOpen: () => void
  /** It ended without being asked to, and will be opened again. */
  onBreak: () => void
  onEvent: (name: HeardEvent, data: string, id: string) => void
}

/**
 * One event stream of the server. It opens itself again after every end, with growing waits, and notices a connection
 * that is open but silent.
 */
export class StreamConnection {
  readonly #options: Options
  #source: Source | null = null
  #waitMs = firstWaitMs
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined

  constructor(options: Options) {
    this.#options = options
  }

  /** Connects, in the place of the connection that there is. */
  open() {
    this.close()
    const address = this.#options.address()
    if (address === null) return
    this.#options.onOpen()
    const source = this.#options.open(address)
    this.#source = source
    source.onerror = () => this.#openLater()
    source.addEventListener('bye', () => this.#openLater())
    for (const name of events)
      source.addEventListener(name, (event) => {
        if (this.#source !== source) return
        this.#waitMs = firstWaitMs
        this.#awaitSign()
        this.#options.onEvent(name, event.data, event.lastEventId)
      })
    this.#awaitSign()
  }

  close() {
    clearTimeout(this.#retry)
    clearTimeout(this.#silence)
    this.#source?.close()
    this.#source = null
  }

  /** The browser's own retry gives up on some answers and never notices silence, so ours replaces it. */
  #openLater() {
    this.close()
    this.#options.onBreak()
    this.#retry = setTimeout(() => this.open(), this.#waitMs * (0.75 + Math.random() / 2))
    this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2)
  }

  #awaitSign() {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#openLater(), silenceMs)
  }
}
