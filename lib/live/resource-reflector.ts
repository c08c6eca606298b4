import 'server-only'
import type { Resource, ResourceState, ObjectsByResource } from '@/lib/statefulset/model/objects'
import type { ResourceReport } from '@/lib/contract/stream'
import { startReflector, type Reflector, type Source } from './reflector'

type Options<K extends Resource> = {
  kind: K
  /** The kind as the API names it, with its group: `statefulsets.apps`. */
  resource: string
  /** Namespaces to follow one by one when the cluster-wide list is forbidden; empty for cluster-scoped kinds. */
  namespaces: readonly string[]
  /** `namespace` null: everywhere. */
  source: (namespace: string | null) => Source<K>
  sink: {
    replace(kind: K, namespace: string | null, items: readonly ObjectsByResource[K][]): void
    put(kind: K, object: ObjectsByResource[K]): void
    remove(kind: K, object: ObjectsByResource[K]): void
  }
  /** What is known of the kind changed. */
  onChange: () => void
  silenceMs?: number
}

type Part = { follower: Reflector; state: ResourceState; skipped: number }

/** One kind of one cluster, followed everywhere or, where that is forbidden, in the namespaces that may be read. */
export type ResourceReflector = {
  report(): ResourceReport
  /** Why nothing may be concluded from an absent object of this kind in this namespace; null when it is known. */
  unknown(namespace: string): string | null
  /** Every part has been listed, or it is known why it cannot be. */
  settled(): boolean
  /** Equal as long as `unknown` answers the same for every namespace. */
  knowledge(): string
  retryNow(since: number): void
  stop(): void
}

/** Starts to follow; see `follow` for how one list and watch is kept alive. */
export function reflectResource<K extends Resource>(options: Options<K>): ResourceReflector {
  const { kind, sink, resource } = options
  const listed = new Set<string | null>()
  const parts = new Map<string, Part>()
  /** The rule whose absence made us follow namespaces. */
  let missing: string | null = null

  function start(namespace: string | null): Part {
    const scope = namespace === null ? 'cluster' : `namespace ${namespace}`
    const part: Part = { state: { state: 'catching-up' }, skipped: 0, follower: { retryNow() {}, stop() {} } }
    part.follower = startReflector({
      source: options.source(namespace),
      rule: (verb) => `${verb} ${resource} (${scope})`,
      ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
      sink: {
        replace(items) {
          listed.add(namespace)
          sink.replace(kind, namespace, items)
        },
        put: (object) => sink.put(kind, object),
        remove: (object) => sink.remove(kind, object),
        report(state, skipped) {
          part.state = state
          part.skipped = skipped
          if (state.state === 'forbidden' || state.state === 'absent') listed.delete(namespace)
          if (namespace === null) chooseScope(state)
          options.onChange()
        },
      },
    })
    return part
  }

  /** Namespaces one by one while everywhere is forbidden, and no longer than that. */
  function chooseScope(state: ResourceState) {
    if (state.state === 'forbidden') {
      missing = state.rule
      for (const namespace of options.namespaces) {
        if (!parts.has(namespace)) parts.set(namespace, start(namespace))
      }
    } else if (state.state === 'live') {
      for (const [namespace, { follower }] of parts) {
        follower.stop()
        listed.delete(namespace)
      }
      parts.clear()
      missing = null
    }
  }

  const whole = start(null)

  function report(): ResourceReport {
    const state = whole.state
    const readable = [...parts].filter(([, part]) => part.state.state !== 'forbidden' && part.state.state !== 'absent')
    const skipped = [whole, ...parts.values()].reduce((sum, part) => sum + part.skipped, 0)
    const left = skipped > 0 ? { skipped } : {}
    if (missing === null || readable.length === 0) return { ...state, ...left }
    const only = { namespaces: readable.map(([namespace]) => namespace).sort(), rule: missing }
    const states = readable.map(([, part]) => part.state)
    const worst =
      states.find((one) => one.state === 'stale') ?? states.find((one) => one.state === 'catching-up') ?? states[0]
    return { ...(worst ?? state), only, ...left }
  }

  return {
    report,
    unknown(namespace) {
      if (listed.has(null)) return null
      if (listed.has(namespace)) return null
      const part = parts.get(namespace)
      const state = (part ?? whole).state
      if (state.state === 'forbidden') return state.rule
      if (state.state === 'absent') return `${resource} is not served`
      if (state.state === 'stale') return `${resource} could not be listed: ${state.reason}`
      return `${resource} is being listed`
    },
    settled() {
      const state = whole.state.state
      if (listed.has(null) || state === 'absent') return true
      if (state !== 'forbidden') return false
      return [...parts].every(
        ([namespace, part]) =>
          listed.has(namespace) || part.state.state === 'forbidden' || part.state.state === 'absent',
      )
    },
    knowledge() {
      const denied = [...parts].map(([namespace, { state }]) => `${namespace} ${deniedBy(state)}`)
      return [resource, [...listed].sort(), deniedBy(whole.state), ...denied].join(' ')
    },
    retryNow(since) {
      whole.follower.retryNow(since)
      for (const part of parts.values()) part.follower.retryNow(since)
    },
    stop() {
      whole.follower.stop()
      for (const part of parts.values()) part.follower.stop()
    },
  }
}

function deniedBy(state: ResourceState) {
  return state.state === 'forbidden' ? state.rule : state.state === 'absent' ? 'absent' : ''
}
