import 'server-only'
import type { Unreadable } from '@/lib/cluster/parse'
import {
  allResources,
  type Metadata,
  type ObjectsByResource,
  type Resource,
  type SetObjects,
  type StatefulSet,
} from '@/lib/statefulset/model/objects'
import { keyOf, MultiMap } from './indexes'
import { type Find, gather, type IndexName, links } from './links'

/** What a list says beyond its items. */
export type ListFacts = {
  /** The version it was read at: what changed later is not told by it, and is kept. */
  version?: string
  /** Namespaces that others are responsible for. */
  except?: ReadonlySet<string>
  unreadable?: readonly Unreadable[]
}

type OnGone = <K extends Resource>(resource: K, object: ObjectsByResource[K]) => void

type Entry<T> = { metadata: Metadata; object: T; reason: null } | { metadata: Metadata; object: null; reason: string }

type Tables = { [K in Resource]: Map<string, Entry<ObjectsByResource[K]>> }

/**
 * The objects of one cluster by resource and key, with the indexes that lead from each to the sets it belongs to. Every
 * change names the sets it touches, by `namespace/name`, through `onTouch`; its cost grows with those sets alone.
 * An object that cannot be read keeps its place: it is unknown, and never absent.
 */
export class Store {
  readonly #tables = Object.fromEntries(allResources.map((resource) => [resource, new Map()])) as unknown as Tables
  readonly #indexes = new Map<IndexName, MultiMap>()
  readonly #unreadable = new Map<Resource, number>()
  readonly #onTouch: (setKey: string) => void
  readonly #find: Find = {
    keys: (index, key) => this.#index(index).get(key),
    get: (resource, key) => this.#table(resource).get(key)?.object ?? undefined,
    sets: () => this.#sets(),
    names: (resource) => this.#tables[resource].keys(),
  }

  readonly #onGone: OnGone
  #forgetting = false

  /** `onGone`: an object is no longer there, as a watch or a list told; one that may no longer be seen is not gone. */
  constructor(onTouch: (setKey: string) => void, onGone: OnGone = () => {}) {
    this.#onTouch = onTouch
    this.#onGone = onGone
  }

  /** A whole list of one resource, of one namespace or (null) of all: what is not in it is gone. */
  replace<K extends Resource>(
    resource: K,
    namespace: string | null,
    items: readonly ObjectsByResource[K][],
    { version, except, unreadable = [] }: ListFacts = {},
  ) {
    const left = (metadata: Metadata) => except?.has(metadata.namespace) ?? false
    const listed = new Set<string>()
    for (const { metadata } of [...items, ...unreadable]) listed.add(keyOf(metadata.namespace, metadata.name))
    for (const [key, { metadata }] of this.#table(resource)) {
      if (listed.has(key) || left(metadata) || (namespace !== null && metadata.namespace !== namespace)) continue
      // The list was read before this version was written.
      if (version !== undefined && isOlder(version, metadata.resourceVersion)) continue
      this.remove(resource, { metadata })
    }
    for (const item of items) if (!left(item.metadata)) this.put(resource, item)
    for (const item of unreadable) if (!left(item.metadata)) this.putUnreadable(resource, item)
  }

  /** Forgets what may no longer be seen: nothing is said of whether it is there. */
  forget(resource: Resource, namespace: string | null, except?: ReadonlySet<string>) {
    this.#forgetting = true
    this.replace(resource, namespace, [], except === undefined ? {} : { except })
    this.#forgetting = false
  }

  put<K extends Resource>(resource: K, object: ObjectsByResource[K]) {
    const { keep } = links[resource]
    if (keep !== undefined && !keep(object)) return
    if (this.#set(resource, { metadata: object.metadata, object, reason: null })) this.#bound(resource, object)
  }

  putUnreadable(resource: Resource, { metadata, reason }: Unreadable) {
    this.#set(resource, { metadata, object: null, reason })
  }

  remove(resource: Resource, { metadata: { namespace, name, uid } }: { metadata: Metadata }) {
    const key = keyOf(namespace, name)
    const before = this.#table(resource).get(key)
    // A deletion of an earlier object of the same name says nothing about the one that is there now.
    if (before?.metadata.uid !== uid) return
    this.#drop(resource, key, before)
    if (before.object !== null && !this.#forgetting) this.#onGone(resource, before.object)
  }

  /** From now on the node is among the set's objects, and its changes touch the set. */
  rememberNode(setKey: string, node: string) {
    this.#index('setsOfOldNode').add(node, setKey)
    this.#index('oldNodesOfSet').add(setKey, node)
    this.#onTouch(setKey)
  }

  forgetNode(setKey: string, node: string) {
    this.#index('setsOfOldNode').remove(node, setKey)
    this.#index('oldNodesOfSet').remove(setKey, node)
  }

  /** Objects that are kept, those that cannot be read included. */
  count(resource: Resource): number {
    return this.#tables[resource].size
  }

  /** How many of them cannot be read. */
  unreadableCount(resource: Resource): number {
    return this.#unreadable.get(resource) ?? 0
  }

  /** The first of those, in the order of their names, with the reasons. */
  unreadableObjects(resource: Resource, most: number): { namespace: string; name: string; reason: string }[] {
    if (this.unreadableCount(resource) === 0) return []
    const found = [...this.#tables[resource]].flatMap(([key, { metadata, reason }]) =>
      reason === null ? [] : [{ key, namespace: metadata.namespace, name: metadata.name, reason }],
    )
    found.sort((a, b) => (a.key < b.key ? -1 : 1))
    return found.slice(0, most).map(({ namespace, name, reason }) => ({ namespace, name, reason }))
  }

  has(setKey: string): boolean {
    return this.#tables.statefulsets.has(setKey)
  }

  /** Every object of a resource that can be read. */
  *objects<K extends Resource>(resource: K): Generator<ObjectsByResource[K]> {
    for (const { object } of this.#table(resource).values()) if (object !== null) yield object
  }

  /** Sets that are there, those that cannot be read included. */
  setKeys(): Iterable<string> {
    return this.#tables.statefulsets.keys()
  }

  /** Why the object cannot be read; null when it can be, or is not there. */
  unreadable(resource: Resource, key: string): string | null {
    return this.#tables[resource].get(key)?.reason ?? null
  }

  get<K extends Resource>(resource: K, namespace: string, name: string): ObjectsByResource[K] | undefined {
    return this.#find.get(resource, keyOf(namespace, name))
  }

  /** Everything that the view of one set is made of; undefined when there is no such set, or it cannot be read. */
  objectsOf(setKey: string, beyond: Pick<SetObjects, 'unknown' | 'serverVersion'>): SetObjects | undefined {
    const set = this.#find.get('statefulsets', setKey)
    if (!set) return undefined
    const unreadable = new Map<Resource, { name: string; reason: string }[]>()
    const noted = (resource: Resource) => {
      const objects: { name: string; reason: string }[] = []
      unreadable.set(resource, objects)
      return objects
    }
    const take = <K extends Resource>(resource: K, keys: Iterable<string>) => {
      const found: ObjectsByResource[K][] = []
      const table = this.#table(resource)
      for (const key of keys) {
        const entry = table.get(key)
        if (entry === undefined) continue
        if (entry.object !== null) found.push(entry.object)
        else
          (unreadable.get(resource) ?? noted(resource)).push({ name: entry.metadata.name, reason: entry.reason ?? '' })
      }
      return found
    }
    const { gathered, podLabels } = gather(set, this.#find, take)
    this.#rememberPodLabels(setKey, podLabels)
    if (unreadable.size === 0) return { ...gathered, ...beyond }
    const unknown = { ...beyond.unknown }
    for (const [resource, objects] of unreadable) {
      unknown[resource] ??= objects
        .map(({ name, reason }) => `${resource} ${name} cannot be read: ${reason}`)
        .join('; ')
    }
    return { ...gathered, ...beyond, unknown, unreadable: Object.fromEntries(unreadable) }
  }

  /**
   * By which labels of its pods alone the set is found from now on: until they change it is as it was looked at, and then
   * it is looked at again.
   */
  #rememberPodLabels(setKey: string, labels: readonly string[]) {
    const before = this.#index('podLabelsOfSet')
    const sets = this.#index('setsOfPodLabel')
    for (const label of [...before.get(setKey)]) {
      if (labels.includes(label)) continue
      before.remove(setKey, label)
      sets.remove(label, setKey)
    }
    for (const label of labels) {
      before.add(setKey, label)
      sets.add(label, setKey)
    }
  }

  #table<K extends Resource>(resource: K): Map<string, Entry<ObjectsByResource[K]>> {
    return this.#tables[resource]
  }

  #index(name: IndexName): MultiMap {
    let index = this.#indexes.get(name)
    if (index === undefined) {
      index = new MultiMap()
      this.#indexes.set(name, index)
    }
    return index
  }

  *#sets(): Generator<[string, StatefulSet]> {
    for (const [key, { object }] of this.#tables.statefulsets) if (object !== null) yield [key, object]
  }

  /** True when the entry is news. */
  #set<K extends Resource>(resource: K, entry: Entry<ObjectsByResource[K]>): boolean {
    const { metadata } = entry
    const key = keyOf(metadata.namespace, metadata.name)
    const table = this.#table(resource)
    const before = table.get(key)
    if (before && (isSame(before, entry) || isOlder(metadata.resourceVersion, before.metadata.resourceVersion))) {
      return false
    }
    if (before) this.#drop(resource, key, before)
    const replaced = before && before.metadata.uid !== metadata.uid ? before.object : null
    table.set(key, entry)
    this.#countUnreadable(resource, entry, 1)
    for (const [index, from] of links[resource].indexes(metadata, entry.object)) this.#index(index).add(from, key)
    this.#touch(resource, entry)
    if (replaced !== null) this.#onGone(resource, replaced)
    return true
  }

  #drop<K extends Resource>(resource: K, key: string, entry: Entry<ObjectsByResource[K]>) {
    this.#touch(resource, entry)
    this.#table(resource).delete(key)
    if (resource === 'statefulsets') this.#rememberPodLabels(key, [])
    this.#countUnreadable(resource, entry, -1)
    const { indexes } = links[resource]
    for (const [index, from] of indexes(entry.metadata, entry.object)) this.#index(index).remove(from, key)
  }

  #countUnreadable(resource: Resource, { reason }: { reason: string | null }, by: 1 | -1) {
    if (reason !== null) this.#unreadable.set(resource, this.unreadableCount(resource) + by)
  }

  #touch<K extends Resource>(resource: K, { metadata, object }: Entry<ObjectsByResource[K]>) {
    for (const key of links[resource].sets(metadata, object, this.#find)) this.#onTouch(key)
  }

  #bound<K extends Resource>(resource: K, object: ObjectsByResource[K]) {
    const { bound, indexes } = links[resource]
    if (bound === undefined) return
    const from = indexes(object.metadata, object).find(([index]) => index === bound.index)?.[1]
    if (from === undefined) return
    const held = [...this.#index(bound.index).get(from)].flatMap((key) => this.#find.get(resource, key) ?? [])
    const [first] = held.length > bound.most ? held.sort(bound.order) : []
    if (first) this.remove(resource, first)
  }
}

/** A relist brings the same objects again; a version never names two contents of one uid. */
function isSame(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.metadata.uid === b.metadata.uid && a.metadata.resourceVersion === b.metadata.resourceVersion
}

/**
 * Whether version `a` of a resource was written before version `b`: both are decimal numbers of any length
 * (KEP-5504; apimachinery pkg/util/resourceversion). False where one of them is no number: nothing is known then.
 */
export function isOlder(a: string, b: string): boolean {
  if (!decimal.test(a) || !decimal.test(b)) return false
  return a.length === b.length ? a < b : a.length < b.length
}
const decimal = /^[1-9]\d*$/
