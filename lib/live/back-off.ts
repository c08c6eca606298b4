import 'server-only'

/** Server-given waits are honoured up to this many milliseconds, so that nothing stays wrong for long after. */
export const longestWaitMs = 30_000
const firstMs = 800

/**
 * How long to wait before the next try: 0.8 s doubling to 30 s, each with jitter between half and all of it, the way
 * client-go's reflector does it (k8s client-go tools/cache/reflector.go, 0.8 s to 30 s). A server's Retry-After is a
 * floor.
 */
export function backOff(random: () => number = Math.random) {
  let failures = 0
  return {
    /** The wait in milliseconds; `retryAfterMs` is what the server asked for. */
    next(retryAfterMs: number | null = null) {
      const ceiling = Math.min(longestWaitMs, firstMs * 2 ** failures)
      failures = Math.min(failures + 1, 16)
      const jittered = ceiling * (0.5 + random() / 2)
      return retryAfterMs === null
        ? jittered
        : Math.min(longestWaitMs, Math.max(retryAfterMs + random() * 250, jittered))
    },
    reset() {
      failures = 0
    },
    get failures() {
      return failures
    },
  }
}

/** Between `least` and `most`, evenly. */
export function jitter(least: number, most: number, random: () => number = Math.random) {
  return least + random() * (most - least)
}
