/** Times of the API are RFC 3339 strings; rules compare them as milliseconds. */

/** What was parsed: the same times come again with every look at a set, and to parse one costs ten times a look-up. */
const parsed = new Map<string, number>()
const mostParsed = 10_000

/** Milliseconds since the epoch, or null when there is no time or it cannot be read. */
export function millis(time: string | null | undefined): number | null {
  if (time === null || time === undefined || time === '') return null
  let at = parsed.get(time)
  if (at === undefined) {
    at = Date.parse(time)
    if (parsed.size >= mostParsed) parsed.clear()
    parsed.set(time, at)
  }
  return Number.isNaN(at) ? null : at
}

/** The last moment that RFC 3339 can write. Fields of Kubernetes are int64, so sums with them may lie beyond. */
const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59)

/** RFC 3339 in UTC to the second, as Kubernetes writes times. Never throws: a moment out of range is its limit. */
export function rfc3339(milliseconds: number): string {
  const within = Math.min(endOfTime, Math.max(0, Number.isNaN(milliseconds) ? 0 : milliseconds))
  return `${new Date(within).toISOString().slice(0, 19)}Z`
}

/** The latest of some times as it was written, or null when none can be read. */
export function latest(times: Iterable<string | null | undefined>): string | null {
  let best: string | null = null
  let bestMillis = -Infinity
  for (const time of times) {
    if (time === best) continue
    const at = millis(time)
    if (at !== null && at > bestMillis) {
      best = time ?? null
      bestMillis = at
    }
  }
  return best
}

/** The earlier of two moments in milliseconds, where null means never. */
export function sooner(a: number | null, b: number | null): number | null {
  if (a === null) return b
  if (b === null) return a
  return Math.min(a, b)
}

/**
 * When the deletion of an object was asked for: its deletionTimestamp already includes the grace period
 * (apiserver pkg/registry/rest/delete.go).
 */
export function deletionRequested(metadata: {
  deletionTimestamp: string | null
  deletionGracePeriodSeconds: number | null
}): string | null {
  const end = millis(metadata.deletionTimestamp)
  return end === null ? null : rfc3339(end - (metadata.deletionGracePeriodSeconds ?? 0) * 1000)
}

/** The earliest of some moments in milliseconds as RFC 3339, or null when there is none. */
export function earliest(moments: Iterable<number | null>): string | null {
  let best: number | null = null
  for (const moment of moments) best = sooner(best, moment)
  return best === null ? null : rfc3339(best)
}
