import 'server-only'
import { crashKey, endsOf } from '@/lib/statefulset/model/crash-loop'
import type { Ends, EndsByContainer, Pod } from '@/lib/statefulset/model/objects'

/**
 * What was seen of containers that ended, by set: a pod's status tells only of the last two ends. It begins with the
 * process, and says of what it finds then that it may be older.
 */
export class CrashMemory {
  readonly #sets = new Map<string, Map<string, Ends>>()

  /** Adds what the pods of a set show now, forgets those that are gone, and gives what is known of the rest. */
  note(setKey: string, pods: readonly Pod[]): EndsByContainer {
    const before = this.#sets.get(setKey)
    const now = new Map<string, Ends>()
    for (const { metadata, status } of pods)
      for (const container of [...status.initContainers, ...status.containers]) {
        const key = crashKey(metadata.uid, container.name)
        const ends = endsOf(container, before?.get(key) ?? null)
        if (ends !== null) now.set(key, ends)
      }
    if (now.size > 0) this.#sets.set(setKey, now)
    else this.#sets.delete(setKey)
    return now
  }

  forget(setKey: string): void {
    this.#sets.delete(setKey)
  }
}
