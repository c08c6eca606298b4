import type { StreamSigns, TopicFailure } from '@/lib/contract/stream'
import { newKey } from './command-sender'
import { Lead } from './lead'
import { silenceMs, type Source } from './stream-connection'
import {
  controlChannel,
  type ControlMessage,
  leadLock,
  tabLock,
  topicChannel,
  type TopicEnd,
  type TopicEvent,
  type TopicMessage,
} from './tab-messages'

/** A tab that nobody has looked at for this long wants nothing until somebody does. */
const hiddenMs = 5 * 60_000

/** Where one look at a topic lies: a component that shows it. */
export type Reader = {
  /** The version of what it has; null when it has nothing. */
  version: () => string | null
  hear: (event: TopicEvent) => void
  /** The topic is followed; the time is its API server's, absent when the sign was none of the clock. */
  sign: (time: string | undefined) => void
  /** The topic cannot be followed, and why; null when that is known no more. The next sign ends it. */
  fail: (failure: TopicFailure | null) => void
}

/** What a tab is made of; a test puts its own in the place. `locks` is null in a browser that has none. */
export type Surroundings = {
  locks: Pick<LockManager, 'request'> | null
  channel: (name: string) => Pick<BroadcastChannel, 'postMessage' | 'onmessage' | 'close'>
  open: (address: string) => Source
  isHidden: () => boolean
  /** Calls when the tab comes into sight or goes out of it; returns what ends that. */
  onVisibility: (call: () => void) => () => void
}

type Channel = ReturnType<Surroundings['channel']>

/**
 * A tab's part in the browser's one event stream. One tab leads: it holds the stream, for all of them. That is the tab
 * somebody turned to last, since browsers slow down and freeze the others; when it ends, the lock that it holds goes to
 * another. A tab hears of its topics from the one that leads, and says when it has missed something.
 */
export class TabStream {
  readonly #id = newKey()
  readonly #around: Surroundings
  readonly #readers = new Map<string, Set<Reader>>()
  readonly #channels = new Map<string, Channel>()
  readonly #lost = new Set<string>()
  #control: Channel | null = null
  #lead: Lead | null = null
  /** The tab that leads, as far as it is known. */
  #leader: string | null = null
  /** Channels to which the leading tab speaks. */
  readonly #spoken = new Map<string, Channel>()
  /** Ends with this tab's part; null before it began. */
  #leaving: AbortController | null = null
  /** The lock of this tab is held, or there are none: it may ask for what it wants. */
  #present = false
  /** How the lead was asked for; one way at a time. */
  #asked: { steal: boolean; withdraw: AbortController } | null = null
  #release: () => void = () => {}
  #unlisten: () => void = () => {}
  #seen = 0
  #resting = false
  #rest: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  /** While this tab leads: whose ends it waits for, and what ends the waiting. */
  readonly #awaited = new Set<string>()
  #endWaiting = new AbortController()

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** Looks at a topic until the returned function is called. */
  follow(topic: string, reader: Reader): () => void {
    const readers = this.#readers.get(topic) ?? new Set()
    this.#readers.set(topic, readers.add(reader))
    // Heard before it is asked for, so that nothing comes in between.
    this.#listen(topic)
    this.#announce()
    return () => {
      readers.delete(reader)
      if (readers.size > 0 || this.#readers.get(topic) !== readers) return
      this.#readers.delete(topic)
      this.#lost.delete(topic)
      this.#channels.get(topic)?.close()
      this.#channels.delete(topic)
      this.#announce()
    }
  }

  /** Takes part. Before this nothing is heard. */
  open() {
    if (this.#leaving) return
    const leaving = new AbortController()
    this.#leaving = leaving
    this.#unlisten = this.#around.onVisibility(() => this.#onVisibility())
    const { locks } = this.#around
    const alone = () => {
      if (leaving.signal.aborted) return
      this.#present = true
      this.#begin()
      this.#onVisibility()
    }
    if (!locks) {
      alone()
      return
    }
    this.#control = this.#around.channel(controlChannel)
    this.#control.onmessage = ({ data }: MessageEvent<ControlMessage>) => this.#onControl(data)
    for (const topic of this.#readers.keys()) this.#listen(topic)
    // Held as long as the tab is there. It asks for nothing before, or it would be taken for gone.
    const held = () => {
      if (leaving.signal.aborted) return
      this.#present = true
      if (this.#around.isHidden()) this.#ask({ steal: false })
      this.#onVisibility()
      return new Promise<void>((resolve) => leaving.signal.addEventListener('abort', () => resolve()))
    }
    // A page that may hold no locks has its stream for itself.
    locks.request(tabLock(this.#id), held).catch(alone)
  }

  /** Goes: others take over what it held. It may be opened again. */
  close() {
    this.#leaving?.abort()
    this.#leaving = null
    this.#present = false
    this.#asked?.withdraw.abort()
    this.#asked = null
    this.#end()
    this.#release()
    this.#unlisten()
    clearTimeout(this.#rest)
    clearTimeout(this.#silence)
    this.#control?.close()
    this.#control = null
    for (const channel of this.#channels.values()) channel.close()
    this.#channels.clear()
  }

  #listen(topic: string) {
    if (!this.#control || this.#channels.has(topic)) return
    const channel = this.#around.channel(topicChannel(topic))
    channel.onmessage = ({ data }: MessageEvent<TopicMessage>) => {
      // Not what this tab hands on itself, nor what comes late from one that leads no more.
      if (data.tab === this.#id || (this.#leader !== null && data.tab !== this.#leader)) return
      this.#hear(topic, data)
    }
    this.#channels.set(topic, channel)
  }

  #onVisibility() {
    clearTimeout(this.#rest)
    if (this.#around.isHidden()) {
      if (this.#lead) this.#sayLead()
      this.#rest = setTimeout(() => {
        this.#resting = true
        this.#announce()
      }, hiddenMs)
    } else {
      this.#resting = false
      if (!this.#lead) this.#takeOver()
      this.#awaitSign()
    }
    this.#announce()
  }

  #onControl(message: ControlMessage) {
    switch (message.say) {
      case 'want':
        if (!this.#lead) return
        this.#lead.want(message)
        this.#await(message.tab)
        return
      case 'lead':
        if (this.#lead) {
          // From a tab that has not noticed yet that it leads no more; or we have not, and it says so again.
          this.#sayLead()
          return
        }
        this.#leader = message.tab
        this.#awaitSign()
        if (message.hidden && !this.#around.isHidden()) this.#takeOver()
        else this.#announce()
        return
      case 'sign':
        if (this.#leader !== null && message.tab !== this.#leader) return
        this.#awaitSign()
        this.#sign(message.topics)
        return
      case 'broken':
        if (this.#leader === null || message.tab === this.#leader) this.#forgetFailures()
    }
  }

  /** Says what this tab wants, to whoever leads. */
  #announce() {
    if (!this.#present) return
    if (!this.#around.isHidden()) this.#seen = Date.now()
    const topics = [...this.#readers].map(([topic, readers]) => ({ topic, version: versionOf(readers) }))
    const lost = [...this.#lost]
    this.#lost.clear()
    const want = { say: 'want', tab: this.#id, topics: this.#resting ? [] : topics, seen: this.#seen, lost } as const
    if (this.#lead) this.#lead.want(want)
    else this.#say(want)
  }

  #sayLead() {
    this.#say({ say: 'lead', tab: this.#id, hidden: this.#around.isHidden() })
  }

  #say(message: ControlMessage) {
    this.#control?.postMessage(message)
  }

  /** Leads from now on, whoever did before. */
  #takeOver() {
    if (this.#lead || this.#asked?.steal || !this.#present || !this.#control) return
    this.#asked?.withdraw.abort()
    this.#ask({ steal: true })
  }

  /** Asks for the lead: in line, or at once from whoever has it. */
  #ask({ steal }: { steal: boolean }) {
    const asked = { steal, withdraw: new AbortController() }
    this.#asked = asked
    const lead = () => {
      if (this.#asked !== asked) return
      this.#begin()
      return new Promise<void>((resolve) => (this.#release = resolve))
    }
    const how = steal ? { steal } : { signal: asked.withdraw.signal }
    this.#around.locks?.request(leadLock, how, lead).catch(() => {
      // Withdrawn by ourselves, or else taken by a tab that somebody turned to.
      if (this.#asked !== asked) return
      this.#end()
      this.#ask({ steal: false })
      // It was said to ourselves alone.
      this.#announce()
    })
  }

  #begin() {
    if (this.#lead) return
    this.#leader = this.#id
    this.#lead = new Lead({
      open: this.#around.open,
      onTopic: (topic, event, tabs) => {
        if (tabs.includes(this.#id)) this.#hear(topic, event)
        if (tabs.some((tab) => tab !== this.#id)) this.#handOn(topic, event)
      },
      onSign: (topics) => {
        this.#say({ say: 'sign', tab: this.#id, topics })
        this.#sign(topics)
      },
      onBreak: () => {
        this.#say({ say: 'broken', tab: this.#id })
        this.#forgetFailures()
      },
    })
    this.#sayLead()
    this.#announce()
  }

  #end() {
    this.#lead?.close()
    this.#lead = null
    this.#leader = null
    this.#endWaiting.abort()
    this.#endWaiting = new AbortController()
    this.#awaited.clear()
    for (const channel of this.#spoken.values()) channel.close()
    this.#spoken.clear()
  }

  /** The lock of a tab comes to us when the tab is no more, however it ended. */
  #await(tab: string) {
    if (this.#awaited.has(tab)) return
    this.#awaited.add(tab)
    const gone = () => {
      this.#awaited.delete(tab)
      this.#lead?.drop(tab)
    }
    const { signal } = this.#endWaiting
    this.#around.locks?.request(tabLock(tab), { signal }, gone).catch(() => {})
  }

  #handOn(topic: string, event: TopicEvent | TopicEnd) {
    const channel = this.#spoken.get(topic) ?? this.#around.channel(topicChannel(topic))
    this.#spoken.set(topic, channel)
    const message: TopicMessage = { ...event, tab: this.#id }
    channel.postMessage(message)
  }

  #hear(topic: string, event: TopicEvent | TopicEnd) {
    if (event.name === 'failed') {
      for (const reader of this.#readers.get(topic) ?? []) reader.fail(event.failure)
      return
    }
    let isLost = false
    for (const reader of this.#readers.get(topic) ?? []) {
      const version = reader.version()
      if (event.name === 'snapshot' || version === event.before) reader.hear(event)
      else if (version !== event.after) isLost = true
      reader.sign(undefined)
    }
    if (!isLost) return
    this.#lost.add(topic)
    this.#announce()
  }

  #sign(topics: StreamSigns['heartbeat']['topics']) {
    for (const [topic, readers] of this.#readers) {
      if (!Object.hasOwn(topics, topic)) continue
      for (const reader of readers) reader.sign(topics[topic])
    }
  }

  #forgetFailures() {
    for (const readers of this.#readers.values()) for (const reader of readers) reader.fail(null)
  }

  /** A tab in sight that hears nothing of the one that leads takes its place. */
  #awaitSign() {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      if (!this.#around.isHidden()) this.#takeOver()
    }, silenceMs)
  }
}

/** What all readers of a topic have; null where they differ. */
function versionOf(readers: ReadonlySet<Reader>): string | null {
  const versions = new Set([...readers].map((reader) => reader.version()))
  return versions.size === 1 ? ([...versions][0] ?? null) : null
}
