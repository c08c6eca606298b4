import 'server-only'
import type { Unreadable } from '@/lib/cluster/parse'
import type { Metadata, ObjectsByResource, Resource, ResourceState } from '@/lib/statefulset/model/objects'
import type { ResourceReport } from '@/lib/contract/stream'
import { startReflector, type Reflector, type Source } from './reflector'
import type { ListFacts } from './store'

/**
 * Where a kind is looked for. `everywhere`: with one list of the cluster, and in these namespaces one by one while that
 * is forbidden (none for cluster-scoped kinds). Otherwise only in these namespaces, as it was configured.
 */
export type Scope = { everywhere: boolean; namespaces: readonly string[] }

type Options<K extends Resource> = {
  kind: K
  /** The kind as the API names it, with its group: `statefulsets.apps`. */
  resource: string
  scope: Scope
  /** `namespace` null: everywhere. */
  source: (namespace: string | null) => Source<K>
  sink: {
    replace(kind: K, namespace: string | null, items: readonly ObjectsByResource[K][], facts: ListFacts): void
    put(kind: K, object: ObjectsByResource[K]): void
    putUnreadable(kind: K, object: Unreadable): void
    remove(kind: K, object: { metadata: Metadata }): void
    forget(kind: K, namespace: string | null, except: ReadonlySet<string>): void
  }
  /** What is known of the kind changed. */
  onChange: () => void
  /** The API server's clock, in milliseconds since the epoch. */
  now?: () => number
  silenceMs?: number
  pollMs?: number
}

/** `held`: what it listed is in the store. */
type Part = { reflector: Reflector; state: ResourceState; skipped: number; held: boolean }

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

/**
 * Starts to follow; see `startReflector` for how one list and watch is kept alive. Each namespace's objects have one
 * owner at a time: the part that follows it, else the one of everywhere. Whatever becomes of one part, the objects of
 * another stay. A namespace counts as known only while it is listed and watched.
 */
export function reflectResource<K extends Resource>(options: Options<K>): ResourceReflector {
  const { kind, sink, resource, scope } = options
  const parts = new Map<string, Part>()

  function start(namespace: string | null): Part {
    const where = namespace === null ? 'cluster' : `namespace ${namespace}`
    const part: Part = {
      state: { state: 'catching-up' },
      skipped: 0,
      held: false,
      reflector: { retryNow() {}, stop() {} },
    }
    part.reflector = startReflector({
      source: options.source(namespace),
      rule: (verb) => `${verb} ${resource} (${where})`,
      ...(options.now === undefined ? {} : { now: options.now }),
      ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
      ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
      sink: {
        replace({ items, resourceVersion, unreadable }, followed) {
          // What everywhere follows needs no other owner any more.
          if (namespace === null && followed) stopParts()
          part.held = true
          const except = namespace === null ? followedNamespaces() : nothing
          sink.replace(kind, namespace, items, { version: resourceVersion, except, unreadable })
        },
        put: (object) => sink.put(kind, object),
        putUnreadable: (object) => sink.putUnreadable(kind, object),
        remove: (object) => sink.remove(kind, object),
        forget() {
          part.held = false
          sink.forget(kind, namespace, namespace === null ? followedNamespaces() : nothing)
        },
        report(state, skipped) {
          part.state = state
          part.skipped = skipped
          if (namespace === null && missingRule(state) !== null) startParts()
          options.onChange()
        },
      },
    })
    return part
  }

  function startParts() {
    for (const namespace of scope.namespaces) if (!parts.has(namespace)) parts.set(namespace, start(namespace))
  }

  function stopParts() {
    for (const { reflector } of parts.values()) reflector.stop()
    parts.clear()
  }

  function followedNamespaces(): ReadonlySet<string> {
    return new Set([...parts].filter(([, part]) => follows(part)).map(([namespace]) => namespace))
  }

  const whole = scope.everywhere ? start(null) : null
  if (whole === null) startParts()

  function report(): ResourceReport {
    const all = [...parts.values()]
    const readable = [...parts].filter(([, { state }]) => state.state !== 'forbidden' && state.state !== 'absent')
    const skipped = [...(whole ? [whole] : []), ...all].reduce((sum, part) => sum + part.skipped, 0)
    const left = skipped > 0 ? { skipped } : {}
    const missing = whole === null ? null : missingRule(whole.state)
    if (whole !== null && (missing === null || readable.length === 0)) return { ...whole.state, ...left }
    const [first] = all
    if (readable.length === 0) return { ...(first?.state ?? { state: 'catching-up' }), ...left }
    const denied = all.map(({ state }) => missingRule(state)).find((rule) => rule !== null)
    const only = { namespaces: readable.map(([namespace]) => namespace).sort(), rule: missing ?? denied ?? null }
    const states = readable.map(([, part]) => part.state)
    const worst =
      states.find((one) => one.state === 'stale') ?? states.find((one) => one.state === 'catching-up') ?? states[0]
    return { ...(worst ?? { state: 'catching-up' }), only, ...left }
  }

  return {
    report,
    unknown(namespace) {
      const part = parts.get(namespace)
      if ((part && follows(part)) || (whole && follows(whole))) return null
      const state = (part ?? whole)?.state
      if (state === undefined) return `${resource} is not looked for in namespace ${namespace}`
      if (state.state === 'absent') return `${resource} is not served`
      const rule = missingRule(state)
      if (rule !== null) return rule
      if (state.state === 'stale') return `${resource} could not be listed: ${state.reason}`
      return `${resource} is being listed`
    },
    settled() {
      if (whole !== null && (whole.held || whole.state.state === 'absent')) return true
      if (whole !== null && whole.state.state !== 'forbidden') return false
      return [...parts.values()].every(
        ({ held, state }) => held || state.state === 'forbidden' || state.state === 'absent',
      )
    },
    knowledge() {
      const of = (name: string, part: Part) => `${name} ${follows(part) ? 'known' : (deniedBy(part.state) ?? '')}`
      return [
        resource,
        ...(whole ? [of('', whole)] : []),
        ...[...parts].map(([namespace, part]) => of(namespace, part)),
      ].join('\n')
    },
    retryNow(since) {
      whole?.reflector.retryNow(since)
      for (const part of parts.values()) part.reflector.retryNow(since)
    },
    stop() {
      whole?.reflector.stop()
      stopParts()
    },
  }
}

const nothing: ReadonlySet<string> = new Set()

/** It is listed and, but for the server's silence, watched. */
function follows({ held, state }: Part): boolean {
  return held && missingRule(state) === null
}

/** The rule whose absence keeps the kind from being followed. */
function missingRule(state: ResourceState): string | null {
  return state.state === 'forbidden' || state.state === 'stale' ? (state.rule ?? null) : null
}

function deniedBy(state: ResourceState): string | null {
  return state.state === 'absent' ? 'absent' : missingRule(state)
}
