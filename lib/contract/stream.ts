import type { Resource, ResourceState } from '@/lib/statefulset/model/objects'
import type { StatefulSetSummary, StatefulSetView } from '@/lib/statefulset/model/view'
import type { ClusterErrorCode } from './errors'

/**
 * What travels from the live store to pages and programs, beside the views themselves: how far the connection can be
 * trusted, and the messages of the event stream. Types alone, so that the server and the browser share one contract.
 */

/** A connection's failure in codes that pages turn into words; `message` and `tried` are English, for programs. */
export type ConnectionProblem = {
  code: string
  message: string
  /** What was attempted, such as `GET https://10.0.0.1:6443/version`. */
  tried: string
}

/**
 * `connecting`: the first answer is awaited. `live`: `/version` was answered lately. `stale`: it was live, and two
 * answers in a row were missed; what is shown dates from `since`. `error`: it has never been live, or refuses us.
 */
export type ConnectionState = {
  state: 'connecting' | 'live' | 'stale' | 'error'
  /** When this state began. */
  since: string
  /** Attempts in a row that failed; absent when none did. */
  tried?: number
  error?: ConnectionProblem
  /** `gitVersion` of `/version`, such as `v1.37.1`; null until it was answered. */
  serverVersion: string | null
  /** The server says of itself that it is the demo cluster. */
  demo: boolean
  server: string
  user: string
  /** The name of the context, or the host of a plain URL. */
  name: string
  /** By how many milliseconds the API server's clock is ahead of Ordinal's (negative: behind), from 30 seconds on. */
  skewMs?: number
  /** Namespaces that Ordinal was told to look in and that do not exist; absent when all do, or it may not be asked. */
  missingNamespaces?: string[]
}

/**
 * The state of a kind as a reader gets it. `only` is there when the kind is followed in some namespaces: in those the
 * state holds, elsewhere nothing is known, for want of `rule` or (null) because Ordinal was told to look only there.
 */
export type ResourceReport = ResourceState & {
  only?: { namespaces: string[]; rule: string | null }
  /** Objects that are there and could not be read. */
  skipped?: number
  /** Which sets those are, each with the reason, a hundred at most; of other kinds their set's view says it. */
  unreadable?: UnreadableSet[]
}
export type UnreadableSet = { namespace: string; name: string; reason: string }
export type ResourceReports = Record<Resource, ResourceReport>

/** Whether a kind, or a namespace of one, may not be seen: then nothing can be said of everything. */
export function seesEverything(kinds: ResourceReports): boolean {
  return Object.values(kinds).every((report) => report.state !== 'forbidden' && report.only === undefined)
}

/** `GET /api/clusters/{cluster}/statefulsets` and the stream's `snapshot` of the overview. */
export type OverviewSnapshot = {
  /** Grows with every change of the summaries; equal versions are equal summaries. */
  version: string
  connection: ConnectionState
  kinds: ResourceReports
  summaries: StatefulSetSummary[]
}

/** The stream's `snapshot` of one set; `view` is null when there is no such set (or it cannot be seen; see `kinds`). */
export type SetSnapshot = {
  version: string
  connection: ConnectionState
  kinds: ResourceReports
  view: StatefulSetView | null
  /** There is such a set, and why no view of it could be made. */
  failure?: TopicFailure
}

/** Why there is no news of a topic: a code that pages turn into words, `message` in English. */
export type TopicFailure = { code: ClusterErrorCode | 'view-failed' | 'internal'; message: string }

/** What a reader of the stream looks at in one cluster. */
export type StreamTopic = { of: 'overview' } | { of: 'set'; namespace: string; name: string }

/** So many topics fit into one stream: as many of the longest names as the head of a request holds. */
export const topicLimit = 30

/** A topic as the parameter `watch` names it: `{cluster}:overview`, or `{cluster}:set:{namespace}/{name}`. */
export function topicText(cluster: string, topic: StreamTopic): string {
  return topic.of === 'overview' ? `${cluster}:overview` : `${cluster}:set:${topic.namespace}/${topic.name}`
}

/**
 * What the id of an event names and `watch` takes: the topic and, after an `@`, the version of it that the reader has
 * when it has heard this event. Whoever comes back with its last ids hears what it has missed.
 */
export function heldText(topic: string, version: string | null | undefined): string {
  return version ? `${topic}@${version}` : topic
}

/** `heldText` read back; it does not look at the grammar. */
export function readHeld(text: string): { topic: string; version: string | null } {
  const at = text.lastIndexOf('@')
  return at < 0 ? { topic: text, version: null } : { topic: text.slice(0, at), version: text.slice(at + 1) }
}

/** The data of each server-sent event that tells of a topic, by its name. `removed.keys` are `namespace/name`. */
export type StreamMessages = {
  snapshot: OverviewSnapshot | SetSnapshot
  changed: { summaries: StatefulSetSummary[] } | { view: StatefulSetView }
  removed: { keys: string[] }
  connection: { connection: ConnectionState; kinds: ResourceReports }
}

/** The data of the other events. */
export type StreamSigns = {
  /** A topic cannot be followed now; it is tried again, and others go on. Its id is the topic. */
  failed: TopicFailure
  /** The topics that are followed, each with the time by the clock of its API server. */
  heartbeat: { topics: Record<string, string> }
  /** The server ends the stream. */
  bye: { reason: 'shutdown' | 'stalled' | 'error' }
}
