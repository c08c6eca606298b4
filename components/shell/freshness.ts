import type { ConnectionState, TopicFailure } from '@/lib/contract/stream'

/**
 * How far what is on the page can be trusted. `link` is between this browser and Ordinal, the connection between
 * Ordinal and the API server; either may be the one that is broken, and the words say which.
 */
export type Freshness =
  | { kind: 'connecting' }
  | { kind: 'live'; ageMs: number }
  | { kind: 'delayed'; ageMs: number }
  | { kind: 'stale'; since: number; tried: number }
  | { kind: 'offline'; since: number }
  | { kind: 'error' }
  | { kind: 'failed'; since: number | null; failure: TopicFailure }

const delayedAfterMs = 6000
const lostAfterMs = 15_000

/**
 * `lastSign` is when the stream last said anything, or when the page was painted (ms); null when neither is known.
 * `failure`: Ordinal answers, and cannot follow what this page shows.
 */
export function freshness(
  connection: ConnectionState,
  lastSign: number | null,
  now: number,
  failure: TopicFailure | null,
): Freshness {
  if (failure) return { kind: 'failed', since: lastSign, failure }
  if (connection.state === 'error') return { kind: 'error' }
  const silence = lastSign === null ? 0 : Math.max(0, now - lastSign)
  if (lastSign !== null && silence > lostAfterMs) return { kind: 'offline', since: lastSign }
  if (connection.state === 'stale')
    return { kind: 'stale', since: Date.parse(connection.since), tried: connection.tried ?? 0 }
  if (connection.state === 'connecting' || lastSign === null) return { kind: 'connecting' }
  return silence > delayedAfterMs ? { kind: 'delayed', ageMs: silence } : { kind: 'live', ageMs: silence }
}

/** When the page's values stopped being current; null while they are. */
export function frozenAt(fresh: Freshness): number | null {
  return fresh.kind === 'stale' || fresh.kind === 'offline' || fresh.kind === 'failed' ? fresh.since : null
}
