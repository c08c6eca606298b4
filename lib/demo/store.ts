/**
 * The memory of the demo cluster: every object, one counter of versions for all of them, and a bounded history for watches.
 *
 * Objects in the store are deeply frozen. A write replaces the whole object, so a reader may keep what it was given
 * for as long as it likes. Only `Operations` (lib/demo/api/operations.ts) writes here; everybody else reads and watches.
 */

/** A tree of JSON fields whose shape the reader knows. */
export type Fields = { [key: string]: unknown }

export type OwnerReference = {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export type ManagedFieldsEntry = {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  time?: string
  fieldsType?: 'FieldsV1'
  fieldsV1?: Fields
  subresource?: string
}

export type ObjectMeta = {
  name: string
  generateName?: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  managedFields?: ManagedFieldsEntry[]
}

export type KubeObject = {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  spec?: Fields
  status?: Fields
  [key: string]: unknown
}

/** The plural name of a kind, unique among the kinds the demo serves (see api/resources.ts). */
export type ResourceType = string

export type Change = {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  resource: ResourceType
  /** For DELETED: the last state, with the version of the deletion. */
  object: KubeObject
  previous: KubeObject | null
  resourceVersion: number
}

/** The version asked for is older than what the history still holds: HTTP 410. */
export class CompactedError extends Error {
  readonly oldest: number

  constructor(oldest: number) {
    super(`the history begins at ${oldest}`)
    this.oldest = oldest
  }
}

type Table = {
  objects: Map<string, KubeObject>
  /** By namespace (empty for what has none) and name. */
  namespaces: Map<string, Map<string, KubeObject>>
  /** Keys in the order of etcd; null after an addition or a removal. */
  sorted: string[] | null
  history: Change[]
  /** Changes up to and including this version can no longer be told. */
  compacted: number
}

export type StoreOptions = {
  /** How many changes of one kind are kept for watches and pages. Default 4096. */
  history?: number
  /** The version before the first write. Default: grows with the wall clock, so that a version from an earlier life gives 410. */
  firstVersion?: number
  /** Told when a listener throws; the others still hear the change, and the write stands. */
  onError?: (error: unknown) => void
}

const key = (namespace: string, name: string) => (namespace === '' ? name : `${namespace}/${name}`)
const keyOf = (object: KubeObject) => key(object.metadata.namespace ?? '', object.metadata.name)

/** Freezes a JSON tree in place and returns it. Parts that are frozen already are taken to be frozen to the ground. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  if (Array.isArray(value)) for (const item of value) deepFreeze(item)
  else for (const name in value) deepFreeze(value[name])
  return value
}

/** A deep, unfrozen copy of a JSON tree. */
export function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy) as T
  const result: Fields = {}
  for (const name in value) {
    const field: unknown = value[name]
    if (field !== undefined) result[name] = copy(field)
  }
  return result as T
}

export class Store {
  readonly #tables = new Map<ResourceType, Table>()
  /** Never changed in place, so that one who leaves or joins while a change is told does not disturb that. */
  #listeners: readonly ((change: Change) => void)[] = []
  readonly #owned = new Map<string, Map<string, KubeObject>>()
  readonly #onNode = new Map<string, Map<string, KubeObject>>()
  readonly #queue: Change[] = []
  #historyLength: number
  readonly #onError: (error: unknown) => void
  #version: number
  /** Where the history of a kind begins that has not been written yet. */
  #floor: number
  #telling = false

  constructor(options: StoreOptions = {}) {
    this.#historyLength = options.history ?? 4096
    this.#version = options.firstVersion ?? Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 10)
    this.#floor = this.#version
    this.#onError = options.onError ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error)))
  }

  /** The version of the last write; lists carry it. */
  get resourceVersion(): number {
    return this.#version
  }

  get<T extends KubeObject = KubeObject>(resource: ResourceType, namespace: string, name: string): T | undefined {
    return this.#tables.get(resource)?.namespaces.get(namespace)?.get(name) as T | undefined
  }

  /** Objects of one kind in the order of their keys (namespace, then name), of one namespace or of all. */
  list<T extends KubeObject = KubeObject>(resource: ResourceType, namespace?: string): T[] {
    const table = this.#tables.get(resource)
    if (!table) return []
    if (namespace !== undefined && namespace !== '') {
      const objects = [...(table.namespaces.get(namespace)?.values() ?? [])] as T[]
      return objects.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    }
    table.sorted ??= [...table.objects.keys()].sort()
    const found: T[] = []
    for (const one of table.sorted) {
      const object = table.objects.get(one)
      if (object) found.push(object as T)
    }
    return found
  }

  count(resource: ResourceType): number {
    return this.#tables.get(resource)?.objects.size ?? 0
  }

  /** The list as it was at a version. Throws CompactedError when the history does not reach back that far. */
  listAt(resource: ResourceType, namespace: string, version: number): KubeObject[] {
    const table = this.#tables.get(resource)
    if (!table) return []
    const undo = this.changesSince(resource, version)
    if (undo.length === 0) return this.list(resource, namespace)
    const objects = new Map(table.objects)
    for (const change of undo.reverse()) {
      if (change.previous) objects.set(keyOf(change.previous), change.previous)
      else objects.delete(keyOf(change.object))
    }
    return [...objects.entries()]
      .filter(([, object]) => namespace === '' || object.metadata.namespace === namespace)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object)
  }

  /** What happened to one kind after a version, oldest first. Throws CompactedError when that can no longer be told. */
  changesSince(resource: ResourceType, version: number): Change[] {
    const { history, compacted } = this.#table(resource)
    if (version < compacted) throw new CompactedError(compacted)
    let low = 0
    let high = history.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((history[middle]?.resourceVersion ?? 0) <= version) low = middle + 1
      else high = middle
    }
    return history.slice(low)
  }

  /** Objects that name this uid among their owners. */
  byOwner<T extends KubeObject = KubeObject>(uid: string): T[] {
    return [...(this.#owned.get(uid)?.values() ?? [])] as T[]
  }

  /** Pods bound to a node. */
  podsOnNode<T extends KubeObject = KubeObject>(node: string): T[] {
    return [...(this.#onNode.get(node)?.values() ?? [])] as T[]
  }

  /**
   * Calls the listener for each change, in the order of versions. It may write: what follows from its writes is told
   * after everybody has heard the present change. Returns the end of it.
   */
  watch(listener: (change: Change) => void): () => void {
    this.#listeners = [...this.#listeners, listener]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener)
    }
  }

  /** Stores an object under the next version, and returns it frozen. Only for Operations. */
  put(resource: ResourceType, object: KubeObject): KubeObject {
    const table = this.#table(resource)
    const id = keyOf(object)
    const previous = table.objects.get(id) ?? null
    object.metadata.resourceVersion = String(++this.#version)
    deepFreeze(object)
    if (!previous) table.sorted = null
    else this.#unindex(resource, id, previous)
    table.objects.set(id, object)
    this.#index(table, resource, id, object)
    this.#tell(table, {
      type: previous ? 'MODIFIED' : 'ADDED',
      resource,
      object,
      previous,
      resourceVersion: this.#version,
    })
    return object
  }

  /** Takes an object away under the next version, and returns its last state with that version. Only for Operations. */
  remove(resource: ResourceType, namespace: string, name: string): KubeObject | undefined {
    const table = this.#table(resource)
    const id = key(namespace, name)
    const previous = table.objects.get(id)
    if (!previous) return undefined
    table.objects.delete(id)
    table.sorted = null
    this.#unindex(resource, id, previous)
    const inNamespace = table.namespaces.get(namespace)
    inNamespace?.delete(name)
    if (inNamespace?.size === 0) table.namespaces.delete(namespace)
    const metadata = { ...previous.metadata, resourceVersion: String(++this.#version) }
    const object = deepFreeze({ ...previous, metadata })
    this.#tell(table, { type: 'DELETED', resource, object, previous, resourceVersion: this.#version })
    return object
  }

  /** Forgets the history, so that every version before this moment is too old. Watches that run go on. */
  compact(): void {
    this.#floor = this.#version
    for (const table of this.#tables.values()) {
      table.history.length = 0
      table.compacted = this.#version
    }
  }

  /** How many changes of a kind are kept from now on. */
  set historyLength(length: number) {
    this.#historyLength = length
    for (const table of this.#tables.values()) this.#trim(table)
  }

  #table(resource: ResourceType): Table {
    let table = this.#tables.get(resource)
    if (!table) {
      table = { objects: new Map(), namespaces: new Map(), sorted: null, history: [], compacted: this.#floor }
      this.#tables.set(resource, table)
    }
    return table
  }

  #index(table: Table, resource: ResourceType, id: string, object: KubeObject): void {
    const { namespace, name } = object.metadata
    entry(table.namespaces, namespace ?? '').set(name, object)
    const full = `${resource}/${id}`
    for (const owner of object.metadata.ownerReferences ?? []) entry(this.#owned, owner.uid).set(full, object)
    if (resource === 'pods') {
      const node = object.spec?.['nodeName']
      if (typeof node === 'string' && node !== '') entry(this.#onNode, node).set(full, object)
    }
  }

  #unindex(resource: ResourceType, id: string, object: KubeObject): void {
    const full = `${resource}/${id}`
    for (const owner of object.metadata.ownerReferences ?? []) drop(this.#owned, owner.uid, full)
    const node = resource === 'pods' ? object.spec?.['nodeName'] : undefined
    if (typeof node === 'string') drop(this.#onNode, node, full)
  }

  #trim(table: Table): void {
    // Cut in blocks: shifting one at a time would cost the length of the history on every write.
    if (table.history.length <= this.#historyLength * 1.25) return
    const cut = table.history.length - this.#historyLength
    table.compacted = table.history[cut - 1]?.resourceVersion ?? table.compacted
    table.history.splice(0, cut)
  }

  #tell(table: Table, change: Change): void {
    table.history.push(change)
    this.#trim(table)
    this.#queue.push(change)
    if (this.#telling) return
    this.#telling = true
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
        for (const listener of this.#listeners) this.#call(listener, next)
      }
    } finally {
      this.#telling = false
    }
  }

  #call(listener: (change: Change) => void, change: Change): void {
    try {
      listener(change)
    } catch (error) {
      this.#onError(error)
    }
  }
}

function entry(index: Map<string, Map<string, KubeObject>>, name: string): Map<string, KubeObject> {
  let found = index.get(name)
  if (!found) {
    found = new Map()
    index.set(name, found)
  }
  return found
}

function drop(index: Map<string, Map<string, KubeObject>>, name: string, id: string): void {
  const found = index.get(name)
  found?.delete(id)
  if (found?.size === 0) index.delete(name)
}
