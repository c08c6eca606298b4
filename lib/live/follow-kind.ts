import 'server-only'
import type { Kind, KindState, ObjectsByKind } from '@/lib/statefulset/objects'
import type { KindReport } from '@/lib/statefulset/stream'
import { follow, type Follower, type Source } from './follow'

type Options<K extends Kind> = {
  kind: K
  /** The kind as the API names it, with its group: `statefulsets.apps`. */
  resource: string
  /** Namespaces to follow one by one when the cluster-wide list is forbidden; empty for cluster-scoped kinds. */
  namespaces: readonly string[]
  /** `namespace` null: everywhere. */
  source: (namespace: string | null) => Source<K>
  sink: {
    replace(kind: K, namespace: string | null, items: readonly ObjectsByKind[K][]): void
    put(kind: K, object: ObjectsByKind[K]): void
    remove(kind: K, object: ObjectsByKind[K]): void
  }
  /** What is known of the kind changed. */
  onChange: () => void
  silenceMs?: number
}

type Part = { follower: Follower; state: KindState; skipped: number }

/** One kind of one cluster, followed everywhere or, where that is forbidden, in the namespaces that may be read. */
export type KindFollower = {
  report(): KindReport
  /** Why nothing may be concluded from an absent object of this kind in this namespace; null when it is known. */
  unknown(namespace: string): string | null
  /** Every part has been listed, or it is known why it cannot be. */
  settled(): boolean
  /** Equal as long as `unknown` answers the same for every namespace. */
  knowledge(): string
  hurry(since: number): void
  stop(): void
}

/** Starts to follow; see `follow` for how one list and watch is kept alive. */
export function followKind<K extends Kind>(options: Options<K>): KindFollower {
  const { kind, sink, resource } = options
  const listed = new Set<string | null>()
  const parts = new Map<string, Part>()
  /** The rule whose absence made us follow namespaces. */
  let missing: string | null = null

  function start(namespace: string | null): Part {
    const scope = namespace === null ? 'cluster' : `namespace ${namespace}`
    const part: Part = { state: { state: 'catching-up' }, skipped: 0, follower: { hurry() {}, stop() {} } }
    part.follower = follow({
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
  function chooseScope(state: KindState) {
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

  function report(): KindReport {
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
    hurry(since) {
      whole.follower.hurry(since)
      for (const part of parts.values()) part.follower.hurry(since)
    },
    stop() {
      whole.follower.stop()
      for (const part of parts.values()) part.follower.stop()
    },
  }
}

function deniedBy(state: KindState) {
  return state.state === 'forbidden' ? state.rule : state.state === 'absent' ? 'absent' : ''
}
