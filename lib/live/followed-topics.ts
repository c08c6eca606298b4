import 'server-only'
import { isClusterError } from '@/lib/cluster/errors'
import type { WatchedTopic } from '@/lib/contract/params'
import { heldText, type StreamSigns, type TopicFailure } from '@/lib/contract/stream'
import { log } from '@/lib/log'
import { backOff } from './back-off'
import type { Message } from './feed'
import { liveCluster } from './instance'
import type { LiveCluster } from './live-cluster'
import { isViewFailure, viewFailed } from './views'

/** One server-sent event; `text` is the JSON of `data` where it has been made already. */
type Frame = { event: string; id?: string; data: unknown; text?: string }
type Open = (cluster: string) => Promise<LiveCluster>

/**
 * Everything that one reader looks at, in any clusters, as one source of events. Each topic is opened by itself: one
 * that cannot be followed says so and is tried again, one whose cluster is slow comes later, and the others go on.
 */
export class FollowedTopics {
  readonly #topics: readonly FollowedTopic[]

  constructor(watch: readonly WatchedTopic[], wake: () => void, open: Open = liveCluster) {
    this.#topics = watch.map((each) => new FollowedTopic(each, wake, open))
  }

  /** What the reader does not have yet of any topic, and the clocks as soon as another topic is followed. */
  take(): { frames: Frame[] } {
    let isJoined = false
    const frames = this.#topics.flatMap((topic) => {
      const taken = topic.take()
      isJoined ||= taken.isJoined
      return taken.frames
    })
    return { frames: isJoined ? [...frames, { event: 'heartbeat', data: this.heartbeat() }] : frames }
  }

  heartbeat(): StreamSigns['heartbeat'] {
    const topics = this.#topics.flatMap(({ text, now }) => (now === null ? [] : [[text, now.toISOString()] as const]))
    return { topics: Object.fromEntries(topics) }
  }

  close() {
    for (const topic of this.#topics) topic.close()
  }
}

type Followed = { live: LiveCluster; take(): Message[]; close(): void }

class FollowedTopic {
  readonly text: string
  readonly #watched: WatchedTopic
  readonly #wake: () => void
  readonly #open: Open
  readonly #waits = backOff()
  /** The version that the reader has. */
  #sent: string | null
  #followed: Followed | null = null
  /** The reader has not heard yet that it is followed. */
  #joining = false
  #failure: TopicFailure | null = null
  #toldFailure = ''
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(watched: WatchedTopic, wake: () => void, open: Open) {
    this.text = watched.text
    this.#watched = watched
    this.#wake = wake
    this.#open = open
    this.#sent = watched.since
    void this.#follow()
  }

  /** The clock of the topic's API server; null while the topic is not followed. */
  get now(): Date | null {
    return this.#followed && !this.#joining ? this.#followed.live.now() : null
  }

  take(): { frames: Frame[]; isJoined: boolean } {
    const frames = this.#messages().map((message): Frame => {
      this.#sent = message.id
      return { ...message, id: heldText(this.text, message.id) }
    })
    const isJoined = this.#joining
    this.#joining = false
    if (this.#followed) {
      this.#waits.reset()
      this.#toldFailure = ''
    }
    const failure = this.#failure
    this.#failure = null
    return { frames: failure ? [{ event: 'failed', id: this.text, data: failure }] : frames, isJoined }
  }

  close() {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#leave()
  }

  #messages(): Message[] {
    try {
      return this.#followed?.take() ?? []
    } catch (error) {
      this.#fail(error)
      return []
    }
  }

  async #follow() {
    try {
      const live = await this.#open(this.#watched.cluster)
      await live.ready
      if (this.#closed) return
      if (live.stopped) return await this.#turn()
      const subscription = live.subscribe(this.#watched.topic, this.#wake, this.#sent, () => void this.#turn())
      this.#followed = { live, take: () => subscription.take(), close: () => subscription.close() }
      this.#joining = true
    } catch (error) {
      if (this.#closed) return
      this.#fail(error)
    }
    this.#wake()
  }

  /** Other credentials have opened the cluster anew. They are still at it when they tell, hence the pause. */
  async #turn() {
    this.#leave()
    await Promise.resolve()
    if (!this.#closed) await this.#follow()
  }

  #leave() {
    this.#followed?.close()
    this.#followed = null
    this.#joining = false
  }

  #fail(error: unknown) {
    this.#leave()
    const failure = failureOf(error)
    const told = `${failure.code} ${error instanceof Error ? error.message : String(error)}`
    if (told !== this.#toldFailure) {
      this.#failure = failure
      if (failure.code === 'internal') log('error', `${this.text} cannot be followed`, { error })
    }
    this.#toldFailure = told
    this.#retry = setTimeout(() => void this.#follow(), this.#waits.next())
  }
}

/** What else is wrong inside Ordinal is for its log alone. */
function failureOf(error: unknown): TopicFailure {
  if (isViewFailure(error)) return viewFailed(error)
  if (isClusterError(error)) return { code: error.code, message: error.message }
  return { code: 'internal', message: 'Something went wrong inside Ordinal. Its log says what.' }
}
