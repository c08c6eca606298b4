import 'server-only'
import { ordinalOfClaim } from '@/lib/statefulset/model/identity'
import type {
  Claim,
  DisruptionBudget,
  Event,
  Resource,
  Metadata,
  Node,
  ObjectsByResource,
  Pod,
  SetObjects,
  StatefulSet,
  Volume,
} from '@/lib/statefulset/model/objects'
import { claimants, dashParts, keyOf, MultiMap, parentOf } from './indexes'

type Tables = { [K in Resource]: Map<string, ObjectsByResource[K]> }

/** Events kept for one object; older ones make room. */
const eventsPerObject = 100

/**
 * The objects of one cluster by kind and key, with the indexes that lead from each to the sets it belongs to. Every
 * change names the sets it touches, by `namespace/name`, through `onTouch`; its cost grows with those sets alone.
 */
export class Store {
  readonly #tables: Tables = {
    statefulsets: new Map(),
    pods: new Map(),
    persistentvolumeclaims: new Map(),
    persistentvolumes: new Map(),
    storageclasses: new Map(),
    nodes: new Map(),
    services: new Map(),
    endpointslices: new Map(),
    controllerrevisions: new Map(),
    events: new Map(),
    poddisruptionbudgets: new Map(),
  }
  /** Set key (whether that set exists or not) to pods that bear its name or are owned by it. */
  readonly #podsOfSet = new MultiMap()
  readonly #podsOnNode = new MultiMap()
  /** Possible set key to claims; `ordinalOfClaim` decides. */
  readonly #claimsOfSet = new MultiMap()
  readonly #claimsOfVolume = new MultiMap()
  readonly #setsOfService = new MultiMap()
  readonly #slicesOfService = new MultiMap()
  readonly #revisionsOfSet = new MultiMap()
  readonly #eventsOfSet = new MultiMap()
  readonly #eventsOfObject = new MultiMap()
  /** A label that a set's pods bear, or none, to the sets and to the budgets that name it first. */
  readonly #setsOfLabel = new MultiMap()
  readonly #budgetsOfLabel = new MultiMap()
  /** A part of a set's name to the sets that have it, within a namespace. */
  readonly #setsOfPart = new MultiMap()
  /** Nodes that matter to a set although none of its pods names them any more, and the way back. */
  readonly #setsOfOldNode = new MultiMap()
  readonly #oldNodesOfSet = new MultiMap()
  readonly #onTouch: (setKey: string) => void

  constructor(onTouch: (setKey: string) => void) {
    this.#onTouch = onTouch
  }

  /** A whole list of one kind, of one namespace or (null) of all: what is not in it is gone. */
  replace<K extends Resource>(kind: K, namespace: string | null, items: readonly ObjectsByResource[K][]) {
    const kept = new Set<string>()
    for (const item of items) kept.add(keyOf(item.metadata.namespace, item.metadata.name))
    for (const [key, object] of this.#table(kind)) {
      if (!kept.has(key) && (namespace === null || object.metadata.namespace === namespace)) this.remove(kind, object)
    }
    for (const item of items) this.put(kind, item)
  }

  put<K extends Resource>(kind: K, object: ObjectsByResource[K]) {
    const key = keyOf(object.metadata.namespace, object.metadata.name)
    const table = this.#table(kind)
    const before = table.get(key)
    if (before && same(before.metadata, object.metadata)) return
    const entry = { kind, object } as Entry
    if (kind === 'events' && !isOfASet(object as Event)) return
    if (before) {
      const old = { kind, object: before } as Entry
      this.#touchAll(old)
      this.#unlink(old, key)
    }
    table.set(key, object)
    this.#link(entry, key)
    this.#touchAll(entry)
    if (entry.kind === 'events') this.#limitEvents(entry.object)
  }

  remove<K extends Resource>(kind: K, object: ObjectsByResource[K]) {
    const key = keyOf(object.metadata.namespace, object.metadata.name)
    const table = this.#table(kind)
    const before = table.get(key)
    if (!before) return
    // A deletion of an earlier object of the same name says nothing about the one that is there now.
    if (before.metadata.uid !== object.metadata.uid) return
    const old = { kind, object: before } as Entry
    this.#touchAll(old)
    table.delete(key)
    this.#unlink(old, key)
  }

  /** From now on the node is among the set's objects, and its changes touch the set. */
  rememberNode(setKey: string, node: string) {
    this.#setsOfOldNode.add(node, setKey)
    this.#oldNodesOfSet.add(setKey, node)
    this.#touch(setKey)
  }

  forgetNode(setKey: string, node: string) {
    this.#setsOfOldNode.remove(node, setKey)
    this.#oldNodesOfSet.remove(setKey, node)
  }

  count(kind: Resource) {
    return this.#tables[kind].size
  }

  has(setKey: string) {
    return this.#tables.statefulsets.has(setKey)
  }

  setKeys(): Iterable<string> {
    return this.#tables.statefulsets.keys()
  }

  get<K extends Resource>(kind: K, namespace: string, name: string): ObjectsByResource[K] | undefined {
    return this.#table(kind).get(keyOf(namespace, name))
  }

  /** Everything that the view of one set is made of; undefined when there is no such set. */
  objectsOf(setKey: string, beyond: Pick<SetObjects, 'unknown' | 'serverVersion'>): SetObjects | undefined {
    const tables = this.#tables
    const set = tables.statefulsets.get(setKey)
    if (!set) return undefined
    const { namespace, name } = set.metadata
    const pods = pick(tables.pods, this.#podsOfSet.get(setKey))
    const claims = this.#claims(set, setKey)
    const volumes = new Map<string, Volume>()
    for (const { spec } of claims) {
      const volume = spec.volumeName === null ? undefined : tables.persistentvolumes.get(spec.volumeName)
      if (volume) volumes.set(volume.metadata.name, volume)
    }
    const nodes = new Map<string, Node>()
    for (const { spec } of pods) {
      const node = spec.nodeName === null ? undefined : tables.nodes.get(spec.nodeName)
      if (node) nodes.set(node.metadata.name, node)
    }
    for (const node of pick(tables.nodes, this.#oldNodesOfSet.get(setKey))) nodes.set(node.metadata.name, node)
    const serviceKey = keyOf(namespace, set.spec.serviceName)
    const events = pick(tables.events, this.#eventsOfSet.get(setKey)).filter(
      ({ involved }) => involved.kind !== 'PersistentVolumeClaim' || isClaimOf(set, involved.name),
    )
    return {
      set,
      pods,
      claims,
      volumes,
      storageClasses: tables.storageclasses,
      nodes,
      service: tables.services.get(serviceKey) ?? null,
      slices: pick(tables.endpointslices, this.#slicesOfService.get(serviceKey)),
      revisions: pick(tables.controllerrevisions, this.#revisionsOfSet.get(setKey)),
      events,
      budgets: labelKeys(set).flatMap((label) => pick(tables.poddisruptionbudgets, this.#budgetsOfLabel.get(label))),
      neighbours: this.#neighbours(namespace, name),
      ...beyond,
    }
  }

  #claims(set: StatefulSet, setKey: string): Claim[] {
    const all = pick(this.#tables.persistentvolumeclaims, this.#claimsOfSet.get(setKey))
    return all.filter(({ metadata }) => isClaimOf(set, metadata.name))
  }

  #neighbours(namespace: string, name: string): string[] {
    const found = new Set<string>()
    for (const key of this.#setsOfPart.get(keyOf(namespace, name))) found.add(key.slice(namespace.length + 1))
    for (const part of dashParts(name)) if (this.has(keyOf(namespace, part))) found.add(part)
    found.delete(name)
    return [...found].sort()
  }

  #table<K extends Resource>(kind: K): Map<string, ObjectsByResource[K]> {
    return this.#tables[kind]
  }

  #touch(setKey: string) {
    this.#onTouch(setKey)
  }

  #touchSetsOfPod(pod: Pod) {
    for (const key of setsOfPod(pod)) this.#touch(key)
  }

  #touchSetsOfClaim({ namespace, name }: { namespace: string; name: string }) {
    for (const candidate of claimants(name)) {
      const key = keyOf(namespace, candidate)
      const set = this.#tables.statefulsets.get(key)
      if (set && isClaimOf(set, name)) this.#touch(key)
    }
  }

  /** Names every set that the object, as it is or was, is part of. */
  #touchAll(entry: Entry) {
    const { kind, object } = entry
    const { namespace, name } = object.metadata
    switch (kind) {
      case 'statefulsets': {
        this.#touch(keyOf(namespace, name))
        break
      }
      case 'pods':
        this.#touchSetsOfPod(object)
        break
      case 'persistentvolumeclaims':
        this.#touchSetsOfClaim(object.metadata)
        break
      case 'persistentvolumes':
        for (const claim of this.#claimsOfVolume.get(name)) this.#touchClaimKey(claim)
        break
      case 'storageclasses':
        for (const [key, set] of this.#tables.statefulsets) {
          const named = this.#claims(set, key).some(({ spec }) => spec.storageClassName === name)
          if (named || usesClass(set, name, object.isDefault)) this.#touch(key)
        }
        break
      case 'nodes':
        for (const key of this.#podsOnNode.get(name)) {
          const pod = this.#tables.pods.get(key)
          if (pod) this.#touchSetsOfPod(pod)
        }
        for (const key of this.#setsOfOldNode.get(name)) this.#touch(key)
        break
      case 'services':
        for (const key of this.#setsOfService.get(keyOf(namespace, name))) this.#touch(key)
        break
      case 'endpointslices':
        if (object.serviceName !== null) {
          for (const key of this.#setsOfService.get(keyOf(namespace, object.serviceName))) this.#touch(key)
        }
        break
      case 'controllerrevisions':
        for (const key of setsOfOwned(object.metadata)) this.#touch(key)
        break
      case 'events':
        for (const key of setsOfEvent(object)) if (this.has(key)) this.#touch(key)
        break
      case 'poddisruptionbudgets':
        for (const key of this.#setsOfLabel.get(firstLabelKey(object))) this.#touch(key)
        break
    }
  }

  #touchClaimKey(key: string) {
    const claim = this.#tables.persistentvolumeclaims.get(key)
    if (claim) this.#touchSetsOfClaim(claim.metadata)
  }

  #link(entry: Entry, key: string) {
    this.#eachLink(entry, key, (index, from) => index.add(from, key))
    if (entry.kind === 'statefulsets') this.#touchNeighbours(entry.object.metadata)
  }

  #unlink(entry: Entry, key: string) {
    this.#eachLink(entry, key, (index, from) => index.remove(from, key))
    if (entry.kind === 'statefulsets') this.#touchNeighbours(entry.object.metadata)
  }

  #touchNeighbours({ namespace, name }: Metadata) {
    for (const neighbour of this.#neighbours(namespace, name)) this.#touch(keyOf(namespace, neighbour))
  }

  #eachLink({ kind, object }: Entry, key: string, visit: (index: MultiMap, from: string) => void) {
    const { namespace, name } = object.metadata
    switch (kind) {
      case 'statefulsets':
        visit(this.#setsOfService, keyOf(namespace, object.spec.serviceName))
        for (const part of dashParts(name)) visit(this.#setsOfPart, keyOf(namespace, part))
        for (const label of labelKeys(object)) visit(this.#setsOfLabel, label)
        break
      case 'pods':
        for (const set of setsOfPod(object)) visit(this.#podsOfSet, set)
        if (object.spec.nodeName !== null) visit(this.#podsOnNode, object.spec.nodeName)
        break
      case 'persistentvolumeclaims':
        for (const candidate of claimants(name)) visit(this.#claimsOfSet, keyOf(namespace, candidate))
        if (object.spec.volumeName !== null) visit(this.#claimsOfVolume, object.spec.volumeName)
        break
      case 'endpointslices':
        if (object.serviceName !== null) visit(this.#slicesOfService, keyOf(namespace, object.serviceName))
        break
      case 'controllerrevisions':
        for (const set of setsOfOwned(object.metadata)) visit(this.#revisionsOfSet, set)
        break
      case 'events':
        for (const set of setsOfEvent(object)) visit(this.#eventsOfSet, set)
        visit(this.#eventsOfObject, involvedKey(object))
        break
      case 'poddisruptionbudgets':
        visit(this.#budgetsOfLabel, firstLabelKey(object))
        break
      case 'persistentvolumes':
      case 'storageclasses':
      case 'nodes':
      case 'services':
        break
      default:
        unreachable(kind, key)
    }
  }

  #limitEvents(event: Event) {
    const keys = [...this.#eventsOfObject.get(involvedKey(event))]
    if (keys.length <= eventsPerObject) return
    const oldest = pick(this.#tables.events, keys).sort((a, b) => (a.lastSeen ?? '').localeCompare(b.lastSeen ?? ''))[0]
    if (oldest) this.remove('events', oldest)
  }
}

type Entry = { [K in Resource]: { kind: K; object: ObjectsByResource[K] } }[Resource]

function unreachable(kind: never, key: string): never {
  throw new Error(`No links are known for ${String(kind)} ${key}`)
}

/** A relist brings the same objects again; a version never names two contents of one uid. */
function same(a: Metadata, b: Metadata) {
  return a.uid === b.uid && a.resourceVersion === b.resourceVersion && a.resourceVersion !== ''
}

function pick<T>(table: ReadonlyMap<string, T>, keys: Iterable<string>): T[] {
  const found: T[] = []
  for (const key of keys) {
    const object = table.get(key)
    if (object !== undefined) found.push(object)
  }
  return found
}

function setsOfOwned({ namespace, owners }: Metadata): string[] {
  return owners.filter(({ kind }) => kind === 'StatefulSet').map(({ name }) => keyOf(namespace, name))
}

function setsOfPod({ metadata }: Pod): Set<string> {
  const found = new Set(setsOfOwned(metadata))
  const parent = parentOf(metadata.name)
  if (parent !== null) found.add(keyOf(metadata.namespace, parent))
  return found
}

function setsOfEvent({ involved }: Event): string[] {
  const { kind, namespace, name } = involved
  if (kind === 'StatefulSet') return [keyOf(namespace, name)]
  if (kind === 'PersistentVolumeClaim') return claimants(name).map((candidate) => keyOf(namespace, candidate))
  const parent = kind === 'Pod' ? parentOf(name) : null
  return parent === null ? [] : [keyOf(namespace, parent)]
}

/** Events of other objects are not kept: a busy cluster has thousands of them. */
function isOfASet(event: Event) {
  return setsOfEvent(event).length > 0
}

function involvedKey({ involved }: Event) {
  return `${involved.kind} ${involved.namespace}/${involved.name}`
}

/** Where budgets that may select the set's pods are found: each label of its pods, and none. */
function labelKeys({ metadata: { namespace }, spec }: StatefulSet): string[] {
  const labels = { ...spec.selector.matchLabels, ...spec.template.labels }
  return [`${namespace}/`, ...Object.entries(labels).map(([key, value]) => `${namespace}/${key}=${value}`)]
}

/** A budget's selector asks for all of its labels, so that one of them finds every set it can concern. */
function firstLabelKey({ metadata: { namespace }, selector }: DisruptionBudget): string {
  const [first] = Object.entries(selector?.matchLabels ?? {})
  return first ? `${namespace}/${first[0]}=${first[1]}` : `${namespace}/`
}

function isClaimOf(set: StatefulSet, claim: string) {
  return set.spec.claimTemplates.some(({ name }) => ordinalOfClaim(name, set.metadata.name, claim) !== null)
}

function usesClass(set: StatefulSet, name: string, isDefault: boolean) {
  return set.spec.claimTemplates.some(
    ({ storageClassName }) => storageClassName === name || (storageClassName === null && isDefault),
  )
}
