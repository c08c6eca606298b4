import { microTimestamp, timestamp } from '@/lib/demo/clock'
import type { Cluster } from './cluster'
import type { Kind } from './objects'

type About = {
  kind: string
  namespace: string
  name: string
  uid: string
  apiVersion: string
  resourceVersion?: string
}

/** Events of one object and source: how many may still be written, and since when that is counted. */
type Allowance = { tokens: number; at: number }

const burst = 25
const secondsPerToken = 300
const lifetimeSeconds = 3600
/** More than this many are too much for a demo's memory: the oldest go early. */
const most = 4000
/** As many may wait to be written; beyond that new ones are dropped (client-go tools/record/event.go maxQueuedEvents). */
const longestLine = 1000
/** Milliseconds of writing before others have their turn. */
const slice = 4

/**
 * Writes Events as client-go's recorder does (client-go tools/record/events_cache.go): a repetition of the same event
 * raises its count, and one object gets at most 25 at once from a source, then one in five minutes. What is said is
 * written a moment later, so that nobody waits for it.
 */
export class Recorder {
  readonly #cluster: Cluster
  readonly #known = new Map<string, { namespace: string; name: string; at: number }>()
  readonly #allowances = new Map<string, Allowance>()
  #line: (() => void)[] = []
  #serial = 0
  #cancelRun: (() => void) | null = null
  #cancelSweep: (() => void) | null = null

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#sweepLater()
  }

  stop(): void {
    this.#cancelRun?.()
    this.#cancelSweep?.()
  }

  #later(write: () => void): void {
    if (this.#line.length >= longestLine) return
    this.#line.push(write)
    this.#cancelRun ??= this.#cluster.clock.after(0, () => this.#run())
  }

  #run(): void {
    this.#cancelRun = null
    const started = performance.now()
    let done = 0
    for (const write of this.#line) {
      done += 1
      try {
        write()
      } catch {
        // Refused, as in a namespace that is being deleted: client-go gives such an event up too.
      }
      if (performance.now() - started > slice) break
    }
    this.#line.splice(0, done)
    if (this.#line.length > 0) this.#cancelRun ??= this.#cluster.clock.after(0, () => this.#run())
  }

  /** Says something about an object. `host` names the node when a kubelet speaks, `fieldPath` a container. */
  say(
    component: string,
    object: Readonly<Kind>,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    { host, fieldPath }: { host?: string; fieldPath?: string } = {},
  ): void {
    const { metadata, kind, apiVersion } = object
    const { name, uid, resourceVersion, namespace = '' } = metadata
    this.sayAbout(component, { kind, namespace, name, uid, apiVersion, resourceVersion }, type, reason, message, {
      ...(host === undefined ? {} : { host }),
      ...(fieldPath === undefined ? {} : { fieldPath }),
    })
  }

  /** The same for an object that is named rather than held: eviction by taint names pods without a uid. */
  sayAbout(
    component: string,
    about: Partial<About> & { name: string },
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    where: { host?: string; fieldPath?: string } = {},
  ): void {
    const now = this.#cluster.clock.now()
    this.#later(() => this.#write(component, about, type, reason, message, where, now))
  }

  #write(
    component: string,
    about: Partial<About> & { name: string },
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    { host, fieldPath }: { host?: string; fieldPath?: string },
    now: Date,
  ): void {
    const namespace = about.namespace || 'default'
    const source = { component, ...(host === undefined ? {} : { host }) }
    const subject = `${component}|${host ?? ''}|${about.kind ?? ''}|${namespace}|${about.name}|${about.uid ?? ''}`
    if (!this.#allowed(subject, now.getTime())) return
    const key = `${subject}|${fieldPath ?? ''}|${type}|${reason}|${message}`
    const known = this.#known.get(key)
    if (known && this.#cluster.get('events', known.namespace, known.name)) {
      known.at = now.getTime()
      this.#cluster.mutate('events', known.namespace, known.name, (event) => {
        event.count = (event.count ?? 1) + 1
        event.lastTimestamp = timestamp(now)
      })
      return
    }
    const name = this.#name(about.name, now)
    this.#cluster.create('events', namespace, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: clean({ ...about, fieldPath }),
      reason,
      message,
      source,
      firstTimestamp: timestamp(now),
      lastTimestamp: timestamp(now),
      count: 1,
      type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: host ?? '',
    })
    this.#remember(key, namespace, name, now)
  }

  /** An event of the newer form (events.k8s.io), which the scheduler writes: it has an action and an event time. */
  sayNewStyle(
    component: string,
    object: Readonly<Kind>,
    type: 'Normal' | 'Warning',
    reason: string,
    action: string,
    message: string,
  ): void {
    const now = this.#cluster.clock.now()
    this.#later(() => this.#writeNewStyle(component, object, type, reason, action, message, now))
  }

  #writeNewStyle(
    component: string,
    { metadata, kind, apiVersion }: Readonly<Kind>,
    type: 'Normal' | 'Warning',
    reason: string,
    action: string,
    message: string,
    now: Date,
  ): void {
    const namespace = metadata.namespace ?? 'default'
    const { name, uid, resourceVersion } = metadata
    const subject = `${component}|${kind}|${namespace}|${name}|${uid}`
    if (!this.#allowed(subject, now.getTime())) return
    const key = `${subject}|${type}|${reason}|${message}`
    const known = this.#known.get(key)
    if (known && this.#cluster.get('events', known.namespace, known.name)) {
      known.at = now.getTime()
      this.#cluster.mutate('events', known.namespace, known.name, (event) => {
        const series = (event as { series?: { count: number } }).series
        Object.assign(event, { series: { count: (series?.count ?? 1) + 1, lastObservedTime: microTimestamp(now) } })
      })
      return
    }
    const eventName = this.#name(name, now)
    this.#cluster.create('events', namespace, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      involvedObject: clean({ kind, namespace, name, uid, apiVersion, resourceVersion }),
      reason,
      message,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type,
      eventTime: microTimestamp(now),
      action,
      reportingComponent: component,
      reportingInstance: `${component}-demo`,
    })
    this.#remember(key, namespace, eventName, now)
  }

  #remember(key: string, namespace: string, name: string, now: Date): void {
    this.#known.set(key, { namespace, name, at: now.getTime() })
    if (this.#known.size <= most) return
    for (const [oldest, event] of this.#known) {
      this.#known.delete(oldest)
      if (this.#cluster.get('events', event.namespace, event.name)) {
        this.#cluster.delete('events', event.namespace, event.name)
      }
      if (this.#known.size <= most * 0.9) return
    }
  }

  /** `<object>.<time in hex>`, as client-go names events; the serial keeps two of one millisecond apart. */
  #name(object: string, now: Date): string {
    this.#serial = (this.#serial + 1) % 1_000_000
    return `${object}.${(BigInt(now.getTime()) * 1_000_000n + BigInt(this.#serial)).toString(16)}`
  }

  #allowed(subject: string, now: number): boolean {
    const allowance = this.#allowances.get(subject) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, allowance.tokens + (now - allowance.at) / 1000 / secondsPerToken)
    const allowed = tokens >= 1
    this.#allowances.set(subject, { tokens: allowed ? tokens - 1 : tokens, at: now })
    return allowed
  }

  /** The API server drops events after an hour (--event-ttl); so does this, and forgets what it knew of them. */
  #sweepLater(): void {
    this.#cancelSweep = this.#cluster.clock.after(60, () => {
      const oldest = this.#cluster.clock.now().getTime() - lifetimeSeconds * 1000
      for (const event of [...this.#cluster.list('events')]) {
        const at = Date.parse(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp)
        if (at < oldest) this.#cluster.delete('events', event.metadata.namespace ?? '', event.metadata.name)
      }
      for (const [key, { at }] of this.#known) if (at < oldest) this.#known.delete(key)
      for (const [key, { at }] of this.#allowances) if (at < oldest) this.#allowances.delete(key)
      this.#sweepLater()
    })
  }
}

const clean = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== '')) as T
