import 'server-only'
import { isClusterError } from '@/lib/cluster/errors'

/** The lists of a namespace that does not exist are empty and say nothing of it, so it is asked for by its name. */
const everyMs = 60_000

/**
 * Asks now and then which of the namespaces exist. `exists` rejects with `not-found` for one that does not; whatever
 * else it rejects with says nothing.
 */
export function watchNamespaces(
  namespaces: readonly string[],
  exists: (namespace: string) => Promise<unknown>,
  onChange: () => void,
): { missing(): string[]; stop(): void } {
  let missing: string[] = []
  async function ask() {
    const found = await Promise.all(
      namespaces.map((namespace) =>
        exists(namespace).then(
          () => [],
          (error: unknown) => (isClusterError(error) && error.code === 'not-found' ? [namespace] : []),
        ),
      ),
    )
    const before = missing
    missing = found.flat()
    if (before.join() !== missing.join()) onChange()
  }
  const timer = namespaces.length > 0 ? setInterval(() => void ask(), everyMs) : null
  if (namespaces.length > 0) void ask()
  return {
    missing: () => missing,
    stop() {
      if (timer) clearInterval(timer)
    },
  }
}
