import type { StreamMessages, TopicFailure } from '@/lib/contract/stream'

/** What the tabs of one browser say to each other; see decision 17. Another form needs another name of the channels. */

/** Where everything is said that is not of one topic. */
export const controlChannel = 'ordinal-1'
/** Where the tab that leads hands on what the server says of a topic. */
export const topicChannel = (topic: string) => `ordinal-1 ${topic}`
/** Whoever holds it leads: has the browser's stream. */
export const leadLock = 'ordinal-1 lead'
/** Held by a tab as long as it is there. */
export const tabLock = (tab: string) => `ordinal-1 tab ${tab}`

/** A topic that a tab looks at, and the version of it that the tab has. */
export type Wanted = { topic: string; version: string | null }

/** `seen`: when the tab was last looked at (ms since the epoch); a tab in sight is looked at now. */
export type Want = {
  say: 'want'
  tab: string
  topics: Wanted[]
  seen: number
  /** The topics of which it has heard a change of what it does not have. */
  lost: string[]
}

export type ControlMessage =
  | Want
  /** Said by a tab that begins to lead, or goes out of sight while it does: who is there? */
  | { say: 'lead'; tab: string; hidden: boolean }
  /** The tab that leads is alive; the topics that are followed, each with its API server's clock. */
  | { say: 'sign'; tab: string; topics: Record<string, string> }
  /** The stream broke: what it said of topics that cannot be followed is known no more. */
  | { say: 'broken'; tab: string }

/** One event of a topic. It is a change of `before`: who has that, has `after` with it. */
export type TopicEvent = {
  name: keyof StreamMessages
  data: string
  before: string | null
  after: string | null
}

/** The topic cannot be followed now. */
export type TopicEnd = { name: 'failed'; failure: TopicFailure }

/** A topic's event as the tab hands it on that leads. */
export type TopicMessage = (TopicEvent | TopicEnd) & { tab: string }
