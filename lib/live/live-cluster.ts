import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Connection } from '@/lib/cluster/connection'
import { kinds, qualifiedName } from '@/lib/cluster/kinds'
import { listAll } from '@/lib/cluster/list'
import { nodeLeaseOf, readLease } from '@/lib/cluster/lease'
import { request } from '@/lib/cluster/request'
import { onServerDate } from '@/lib/cluster/server-date'
import { watch as openWatch } from '@/lib/cluster/watch'
import { viewOf } from '@/lib/statefulset/view/build-view'
import {
  allResources,
  type Event,
  type ObjectsByResource,
  type Resource,
  type SetObjects,
} from '@/lib/statefulset/model/objects'
import type {
  ConnectionState,
  ResourceReport,
  ResourceReports,
  OverviewSnapshot,
  SetSnapshot,
  StreamTopic,
} from '@/lib/contract/stream'
import { log } from '@/lib/log'
import { summaryOf } from '@/lib/statefulset/view/summary'
import type { LostPod } from '@/lib/statefulset/explain/duplicate-pod'
import type { StatefulSetView } from '@/lib/statefulset/model/view'
import { CrashMemory } from './crash-memory'
import { DuplicateMarks } from './duplicate-marks'
import { Feed, type Message, noView } from './feed'
import { reflectResource, type ResourceReflector, type Scope } from './resource-reflector'
import { type Health, watchHealth } from './health'
import { keyOf } from './indexes'
import { LostPods } from './lost-pods'
import { Store } from './store'
import { watchNamespaces } from './namespaces'
import { ServerClock } from './server-clock'
import { isViewFailure, type Painted, viewFailed, Views } from './views'

/** A difference between the API server's clock and ours that a person has to know of. */
const skewToldMs = 30_000

/** So many sets that cannot be read are named, and the others counted. */
const mostUnreadable = 100

/** A first paint waits this long for the lists, and then shows what there is. */
const patienceMs = 8000

export type LiveOptions = {
  /** Where to look, and nowhere else; empty for everywhere, and where that is forbidden the connection's namespace. */
  namespaces: readonly string[]
  /** Asks `/version`. */
  askVersion: (connection: Connection, signal: AbortSignal) => Promise<{ gitVersion: string }>
  /** The pods of this API server of which two may run; left out, a record of this view alone. */
  lostPods?: LostPods
  /** Two readings of a node's lease this far apart show whether its kubelet renews. */
  leaseGapMs?: number
  /** A watch that says nothing for this long is opened again. */
  silenceMs?: number
  /** How often a kind is listed that may not be watched. */
  pollMs?: number
  healthEveryMs?: number
  healthTimeoutMs?: number
}

/**
 * What is true in one cluster now, for one identity: every kind followed, every set's summary kept, everybody who
 * looks told of changes. Made by `instance.ts`, one for each cluster and identity.
 */
export class LiveCluster {
  readonly id: string
  readonly #connection: Connection
  readonly #epoch = randomUUID().slice(0, 8)
  readonly #store: Store
  readonly #views: Views
  readonly #followers = new Map<Resource, ResourceReflector>()
  /** Readers, each with what tells it that it has to come again. */
  readonly #feeds = new Map<Feed, () => void>()
  /** How many readers look at each set. */
  readonly #watchers = new Map<string, number>()
  readonly #lostPods: LostPods
  readonly #marks: DuplicateMarks
  readonly #crashes = new CrashMemory()
  /** The API server's clock: every time of its objects is of that one. */
  readonly #clock = new ServerClock()
  readonly #namespaces: ReturnType<typeof watchNamespaces>
  readonly #stopHearing: () => void
  readonly #health: ReturnType<typeof watchHealth>
  readonly #readyCalls: (() => void)[] = []
  readonly #patience: NodeJS.Timeout
  #knowledge = ''
  /** Sets that could not be read when they were last told of. */
  readonly #unreadableSets = new Set<string>()
  #unreadableTimer: NodeJS.Timeout | null = null
  #serverVersion: { major: number; minor: number } | null = null
  #released = false
  #lastRead = performance.now()
  #stopped = false

  /** Fulfilled when everything that may be read has been, or when it is clear that this will take longer. */
  readonly ready: Promise<void>

  constructor(connection: Connection, options: LiveOptions) {
    this.id = connection.id
    this.#connection = connection
    this.ready = new Promise((resolve) => this.#readyCalls.push(resolve))
    this.#stopHearing = onServerDate(connection, (date, sentAt) => this.#hearDate(date, sentAt))
    this.#namespaces = watchNamespaces(
      options.namespaces,
      (name) => request(connection, { path: ['api', 'v1', 'namespaces', name], timeoutMs: 5000 }),
      () => this.#tellConnection(),
    )
    this.#views = new Views({
      now: () => this.#clock.now(),
      objectsOf: (key) => this.#objectsOf(key),
      compute: (objects, now) => this.#compute(objects, now),
      isWatched: (key) => this.#watchers.has(key),
      onChange: (changes) => {
        for (const feed of this.#feeds.keys()) feed.changed(changes)
      },
      onFailure: (key, error) => log('error', `The view of ${key} could not be made`, { cluster: this.id, error }),
    })
    this.#store = new Store(
      (key) => {
        this.#views.markDirty(key)
        this.#marks.touched(key)
        if (!this.#store.has(key)) this.#crashes.forget(key)
        this.#tellUnreadable(key)
      },
      (resource, object) => this.#marks.gone(resource, object),
    )
    this.#lostPods = options.lostPods ?? new LostPods()
    this.#marks = new DuplicateMarks({
      store: this.#store,
      lostPods: this.#lostPods,
      isKnown: (resource, namespace) => this.#followers.get(resource)?.unknown(namespace) === null,
      onChange: (key) => this.#views.markDirty(key),
      askRenewTime: (node) => this.#renewTimeOf(node),
      ...(options.leaseGapMs === undefined ? {} : { leaseGapMs: options.leaseGapMs }),
    })
    this.#marks.start()
    this.#patience = setTimeout(() => this.#release(), patienceMs)
    this.#health = watchHealth({
      now: () => this.#clock.now(),
      ask: (signal) => options.askVersion(connection, signal),
      onChange: (health) => this.#onHealth(health),
      onReturn: (since) => {
        for (const follower of this.#followers.values()) follower.retryNow(since)
      },
      ...(options.healthEveryMs === undefined ? {} : { everyMs: options.healthEveryMs }),
      ...(options.healthTimeoutMs === undefined ? {} : { timeoutMs: options.healthTimeoutMs }),
    })
    for (const kind of allResources) this.#followers.set(kind, this.#follow(kind, options))
    this.#onKinds()
  }

  /** A line for every set, with how far it can be trusted. */
  overview(): OverviewSnapshot {
    this.#lastRead = performance.now()
    return {
      version: this.#version(),
      connection: this.connection,
      kinds: this.kindStates(),
      summaries: this.#views.summaries(),
    }
  }

  /** The view of one set as of now; undefined when there is none (or it cannot be seen: see `kindStates`). */
  set(namespace: string, name: string): StatefulSetView | undefined {
    this.#lastRead = performance.now()
    return this.#paintedSet(namespace, name)?.view
  }

  /** What a reader of one set gets first; without a version where it could not be made, so that it is sent again. */
  setSnapshot(namespace: string, name: string): SetSnapshot {
    this.#lastRead = performance.now()
    const state = { connection: this.connection, kinds: this.kindStates() }
    try {
      const painted = this.#paintedSet(namespace, name)
      return { version: painted?.version ?? noView, ...state, view: painted?.view ?? null }
    } catch (error) {
      if (!isViewFailure(error)) throw error
      return { version: '', ...state, view: null, failure: viewFailed(error) }
    }
  }

  /** Everything that is known of one set, for plans and preconditions. */
  objects(namespace: string, name: string): SetObjects | undefined {
    this.#lastRead = performance.now()
    return this.#objectsOf(keyOf(namespace, name))
  }

  /** One object by kind and name, when it is followed. */
  object<K extends Resource>(kind: K, namespace: string, name: string): ObjectsByResource[K] | undefined {
    return this.#store.get(kind, namespace, name)
  }

  /** Every set's key, `namespace/name`. */
  setKeys(): string[] {
    return [...this.#store.setKeys()]
  }

  /**
   * How far each kind can be trusted. While the server does not answer no kind is live, whatever its watch, which may
   * be half-open, has not said yet.
   */
  kindStates(): ResourceReports {
    const health = this.#health.health
    const entries = allResources.map((kind): [Resource, ResourceReport] => {
      const report = this.#followers.get(kind)?.report() ?? { state: 'catching-up' }
      const unreadable = this.#store.unreadableCount(kind) + (kind === 'statefulsets' ? this.#views.failures : 0)
      const skipped = (report.skipped ?? 0) + unreadable
      const unreadableSets = kind === 'statefulsets' ? this.#store.unreadableObjects(kind, mostUnreadable) : []
      const counted = {
        ...report,
        ...(skipped > 0 ? { skipped } : {}),
        ...(unreadableSets.length > 0 ? { unreadable: unreadableSets } : {}),
      }
      if (counted.state !== 'live' || health.state === 'live' || health.state === 'connecting') return [kind, counted]
      const reason = health.problem?.message ?? 'The API server does not answer.'
      return [kind, { ...counted, state: 'stale', since: health.since, reason }]
    })
    return Object.fromEntries(entries) as ResourceReports
  }

  /** What the cluster is followed with; an action that is decided on what is seen here writes with it too. */
  get access(): Connection {
    return this.#connection
  }

  get connection(): ConnectionState {
    const { state, since, missed, problem, gitVersion } = this.#health.health
    const { server, user, name } = this.#connection
    return {
      state,
      since,
      ...(missed > 0 ? { tried: missed } : {}),
      ...(problem ? { error: problem } : {}),
      serverVersion: gitVersion,
      demo: gitVersion?.endsWith('+ordinal.demo') ?? false,
      server,
      user,
      name,
      ...(this.#namespaces.missing().length > 0 ? { missingNamespaces: this.#namespaces.missing() } : {}),
      ...(Math.abs(this.#clock.offsetMs) > skewToldMs
        ? { skewMs: Math.round(this.#clock.offsetMs / 1000) * 1000 }
        : {}),
    }
  }

  /** The API server's clock now. */
  now(): Date {
    return new Date(this.#clock.now())
  }

  /** The events of a set, its pods and its claims, newest first; of one ordinal's pod and claims when it is given. */
  events(namespace: string, name: string, ordinal?: number): Event[] {
    this.#lastRead = performance.now()
    const objects = this.#objectsOf(keyOf(namespace, name))
    const events = objects?.events ?? []
    const chosen =
      ordinal === undefined
        ? [...events]
        : events.filter(({ involved }) => involved.kind !== 'StatefulSet' && involved.name.endsWith(`-${ordinal}`))
    return chosen.sort((a, b) => (b.lastSeen ?? '').localeCompare(a.lastSeen ?? ''))
  }

  /**
   * Begins to tell of changes: `wake` is called when there is something to take. `since` is the version of a snapshot
   * that the reader has already; `onRenewed` is called when there is another live cluster to turn to. Throws, with
   * nothing left behind, when there is nothing that could be told.
   */
  subscribe(
    watch: StreamTopic,
    wake: () => void,
    since: string | null = null,
    onRenewed: () => void = () => {},
  ): { take(): Message[]; close(): void } {
    this.#countWatcher(watch, 1)
    let feed: Feed
    try {
      const contents = {
        version: () => this.#version(),
        connection: () => this.connection,
        kinds: () => this.kindStates(),
        lines: () => this.#views.lines(),
        line: (key: string) => this.#views.line(key),
        view: (namespace: string, name: string) => this.#paintedSet(namespace, name),
      }
      feed = new Feed(contents, watch, wake, since)
    } catch (error) {
      this.#countWatcher(watch, -1)
      throw error
    }
    this.#feeds.set(feed, onRenewed)
    return {
      take: () => feed.take(),
      close: () => {
        if (!this.#feeds.delete(feed)) return
        this.#countWatcher(watch, -1)
        this.#lastRead = performance.now()
      },
    }
  }

  /** Marks the risk of two pods of one name until the old machine has stopped for certain; see `duplicate-pod.ts`. */
  rememberLostPod(record: LostPod) {
    this.#lostPods.put(record)
  }

  /** The pods of this API server of which two may run, also those of which nothing has to be shown now. */
  lostPods(): LostPod[] {
    return this.#lostPods.list()
  }

  async #renewTimeOf(node: string): Promise<string | null> {
    try {
      return (await readLease(this.#connection, nodeLeaseOf(node), 4000))?.renewTime ?? null
    } catch {
      return null
    }
  }

  /** For how many milliseconds nobody has looked; 0 while a reader is subscribed. */
  idleMs() {
    return this.#feeds.size > 0 ? 0 : performance.now() - this.#lastRead
  }

  /** Objects in the store by kind, and readers; for measurements. */
  counts() {
    const objects = Object.fromEntries(allResources.map((kind) => [kind, this.#store.count(kind)])) as Record<
      Resource,
      number
    >
    return { objects, readers: this.#feeds.size }
  }

  get stopped() {
    return this.#stopped
  }

  /** A person wants it tried now: no more waiting, neither for the server nor for a credential plugin that failed. */
  retry() {
    this.#connection.retry()
    for (const follower of this.#followers.values()) follower.retryNow(Number.NEGATIVE_INFINITY)
  }

  /** Ends for good because other credentials have taken its place: its readers are told to come again. */
  renew() {
    const calls = [...this.#feeds.values()]
    this.stop()
    for (const call of calls) call()
  }

  stop() {
    // While it is known yet what is known.
    if (!this.#stopped) this.#marks.leave()
    this.#stopped = true
    this.#stopHearing()
    this.#namespaces.stop()
    clearTimeout(this.#patience)
    if (this.#unreadableTimer !== null) clearTimeout(this.#unreadableTimer)
    this.#health.stop()
    for (const follower of this.#followers.values()) follower.stop()
    this.#marks.stop()
    this.#views.stop()
    this.#announceReady()
  }

  #countWatcher(watch: StreamTopic, by: 1 | -1) {
    if (watch.of !== 'set') return
    const key = keyOf(watch.namespace, watch.name)
    const count = (this.#watchers.get(key) ?? 0) + by
    if (count > 0) {
      this.#watchers.set(key, count)
      return
    }
    this.#watchers.delete(key)
    this.#views.endWatch(key)
  }

  #paintedSet(namespace: string, name: string): Painted | undefined {
    return this.#released ? this.#views.view(keyOf(namespace, name)) : undefined
  }

  #version() {
    return `${this.#epoch}-${this.#views.version}`
  }

  #follow<K extends Resource>(kind: K, options: LiveOptions): ResourceReflector {
    const connection = this.#connection
    return reflectResource<K>({
      kind,
      resource: qualifiedName(kinds[kind]),
      now: () => this.#clock.now(),
      scope: scopeOf(kinds[kind].namespaced, connection.namespace, options.namespaces),
      ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
      ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
      source: (namespace) => {
        const scope = namespace === null ? {} : { namespace }
        return {
          list: ({ signal, onActivity }) =>
            listAll(connection, kind, { ...scope, signal, timeoutMs: 25_000, onPage: onActivity }),
          watch: (how) => openWatch(connection, kind, { ...scope, ...how, connectTimeoutMs: 10_000 }),
        }
      },
      sink: this.#store,
      onChange: () => this.#onKinds(),
    })
  }

  #compute(objects: SetObjects, now: Date) {
    const twins = this.#marks.ordinalsOf(objects, now)
    const { namespace, name } = objects.set.metadata
    const ends = this.#crashes.note(keyOf(namespace, name), objects.pods)
    const { view, recheckAt } = viewOf({ ...objects, ends }, { cluster: this.id, now, twins })
    return { view, summary: summaryOf(view), recheckAt }
  }

  #objectsOf(key: string): SetObjects | undefined {
    const namespace = key.slice(0, Math.max(0, key.indexOf('/')))
    const unknown: Partial<Record<Resource, string>> = {}
    for (const [kind, follower] of this.#followers) {
      const why = follower.unknown(namespace)
      if (why !== null) unknown[kind] = why
    }
    return this.#store.objectsOf(key, { unknown, serverVersion: this.#serverVersion })
  }

  #hearDate(date: string | undefined, sentAt: number) {
    const before = this.#clock.offsetMs
    this.#clock.hear(date, sentAt)
    if (this.#clock.offsetMs === before) return
    // What the clock decides was decided by another one.
    this.#touchAll()
    this.#tellConnection()
  }

  #onHealth(health: Health) {
    const version = parseVersion(health.gitVersion)
    if (version?.major !== this.#serverVersion?.major || version?.minor !== this.#serverVersion?.minor) {
      this.#serverVersion = version
      this.#touchAll()
    }
    // Silence is no answer: the lists may be on their way, and `patienceMs` is the end of waiting for them.
    if (health.state === 'error' && health.problem?.code !== 'timeout') this.#announceReady()
    this.#tellConnection()
  }

  #onKinds() {
    if (this.#followers.size < allResources.length) return
    const followers = [...this.#followers.values()]
    if (followers.every((follower) => follower.settled())) this.#release()
    const knowledge = followers.map((follower) => follower.knowledge()).join('\n')
    if (knowledge !== this.#knowledge) {
      this.#knowledge = knowledge
      this.#marks.lookAgain()
      this.#touchAll()
    }
    this.#tellConnection()
  }

  /** A set that cannot be read has no view and no line of its own, so that its news are news of its kind. */
  #tellUnreadable(setKey: string) {
    const is = this.#store.unreadable('statefulsets', setKey) !== null
    if (!is && !this.#unreadableSets.has(setKey)) return
    this.#unreadableSets.add(setKey)
    if (this.#unreadableTimer !== null) return
    // After all that the same message brought.
    this.#unreadableTimer = setTimeout(() => {
      this.#unreadableTimer = null
      for (const key of this.#unreadableSets)
        if (this.#store.unreadable('statefulsets', key) === null) this.#unreadableSets.delete(key)
      this.#tellConnection()
    }, 0)
  }

  #tellConnection() {
    for (const feed of this.#feeds.keys()) feed.connectionChanged()
  }

  #touchAll() {
    for (const key of this.#store.setKeys()) this.#views.markDirty(key)
  }

  #release() {
    if (this.#released) return
    this.#released = true
    clearTimeout(this.#patience)
    this.#views.start()
    this.#views.flush()
    this.#announceReady()
  }

  #announceReady() {
    for (const call of this.#readyCalls.splice(0)) call()
  }
}

function scopeOf(namespaced: boolean, own: string, chosen: readonly string[]): Scope {
  if (!namespaced) return { everywhere: true, namespaces: [] }
  if (chosen.length > 0) return { everywhere: false, namespaces: [...new Set(chosen)] }
  return { everywhere: true, namespaces: own === '' ? [] : [own] }
}

/** `v1.37.1-gke.100` as numbers; null when it is not of that form. */
function parseVersion(gitVersion: string | null) {
  const match = /^v(\d+)\.(\d+)/.exec(gitVersion ?? '')
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : null
}
