import type { Clock } from '@/lib/demo/clock'
import type { Change, KubeObject, Store } from '@/lib/demo/store'
import type { Operations } from '@/lib/demo/api/operations'
import {
  controllerOf,
  type Kind,
  type Kinds,
  type Meta,
  type NewObject,
  type Pod,
  type ResourceName,
  type Revision,
} from './objects'

/** A change of one object, typed by its resource. */
export type TypedChange<R extends ResourceName> = {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: Readonly<Kinds[R]>
  previous: Readonly<Kinds[R]> | null
}

/** A change of an object of any resource. */
export type AnyChange = {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  resource: string
  object: Readonly<Kind>
  previous: Readonly<Kind> | null
}

type DeleteOptions = {
  gracePeriodSeconds?: number
  preconditions?: { uid?: string; resourceVersion?: string }
  propagationPolicy?: string
}

/**
 * The cluster as a controller sees it: typed reads from the store, writes through the API's own operations
 * (so that defaulting, validation, admission and finalizers apply to controllers as to everybody), and a few indexes.
 *
 * Objects that are read are frozen; a controller copies before it changes.
 */
export class Cluster {
  readonly clock: Clock
  readonly #store: Store
  readonly #operations: Operations
  readonly #listeners = new Map<ResourceName, ((change: TypedChange<ResourceName>) => void)[]>()
  readonly #anyListeners: ((change: AnyChange) => void)[] = []
  readonly #podsByClaim = new Index()
  readonly #orphanPods = new Index()
  readonly #orphanRevisions = new Index()
  readonly #stopWatching: () => void

  constructor(store: Store, operations: Operations, clock: Clock) {
    this.#store = store
    this.#operations = operations
    this.clock = clock
    for (const pod of store.list('pods')) this.#indexPod(undefined, pod as unknown as Pod)
    for (const revision of store.list('controllerrevisions'))
      this.#indexRevision(undefined, revision as unknown as Kind)
    this.#stopWatching = store.watch((change) => this.#onChange(change))
  }

  stop(): void {
    this.#stopWatching()
    this.#listeners.clear()
    this.#anyListeners.length = 0
  }

  get<R extends ResourceName>(resource: R, namespace: string, name: string): Readonly<Kinds[R]> | undefined {
    return this.#store.get(resource, namespace, name) as unknown as Readonly<Kinds[R]> | undefined
  }

  list<R extends ResourceName>(resource: R, namespace?: string): Iterable<Readonly<Kinds[R]>> {
    return this.#store.list(resource, namespace) as unknown as Iterable<Readonly<Kinds[R]>>
  }

  /** Objects that name the uid as an owner, of every resource. */
  dependents(uid: string): Iterable<Readonly<Kind>> {
    return this.#store.byOwner(uid) as unknown as Iterable<Readonly<Kind>>
  }

  podsOnNode(node: string): Readonly<Pod>[] {
    return this.#store.podsOnNode(node) as unknown as Readonly<Pod>[]
  }

  podsOfClaim(namespace: string, claim: string): Readonly<Pod>[] {
    return this.#pods(this.#podsByClaim, `${namespace}/${claim}`)
  }

  /** Pods of a namespace that nobody controls. */
  orphanPods(namespace: string): Readonly<Pod>[] {
    return this.#pods(this.#orphanPods, namespace)
  }

  /** Revisions that an owner controls, and those of its namespace that nobody controls. */
  revisionsOf(namespace: string, owner: string): Readonly<Revision>[] {
    const owned = [...this.dependents(owner)].filter(
      ({ kind }) => kind === 'ControllerRevision',
    ) as unknown as Revision[]
    const orphans = [...this.#orphanRevisions.get(namespace)].map((id) =>
      this.get('controllerrevisions', namespace, id.slice(namespace.length + 1)),
    )
    return [...owned, ...orphans.filter((revision) => revision !== undefined)]
  }

  create<R extends ResourceName>(resource: R, namespace: string, object: NewObject<Kinds[R]>): Readonly<Kinds[R]> {
    const created = this.#operations.create(resource, namespace, object as unknown as KubeObject)
    return created as unknown as Readonly<Kinds[R]>
  }

  /** Reads, lets `change` alter a copy, and writes it back; nothing is written when nothing differs. */
  mutate<R extends ResourceName>(
    resource: R,
    namespace: string,
    name: string,
    change: (draft: Kinds[R]) => void,
  ): Readonly<Kinds[R]> {
    return this.#mutate(resource, namespace, name, '', change)
  }

  mutateStatus<R extends ResourceName>(
    resource: R,
    namespace: string,
    name: string,
    change: (draft: Kinds[R]) => void,
  ): Readonly<Kinds[R]> {
    return this.#mutate(resource, namespace, name, 'status', change)
  }

  delete(resource: string, namespace: string, name: string, options: DeleteOptions = {}): void {
    this.#operations.delete(resource, namespace, name, options)
  }

  /** Binds a pod to a node, as the scheduler's POST to pods/binding does. */
  bind(pod: Readonly<Pod>, node: string): void {
    this.#operations.bind(pod.metadata.namespace ?? '', pod.metadata.name, pod.metadata.uid, node)
  }

  /** The three below are for the garbage collector and namespaces, which handle objects of every resource alike. */
  getAny(resource: string, namespace: string, name: string): Readonly<Kind> | undefined {
    return this.#store.get(resource, namespace, name) as unknown as Readonly<Kind> | undefined
  }

  listAny(resource: string, namespace?: string): Readonly<Kind>[] {
    return this.#store.list(resource, namespace) as unknown as Readonly<Kind>[]
  }

  mutateMetadata(resource: string, namespace: string, name: string, change: (metadata: Meta) => void): void {
    this.#operations.mutate(resource, namespace, name, '', (draft) => change(draft.metadata))
  }

  /** A namespace that has been emptied goes: its `spec.finalizers` are the namespace controller's own, outside of metadata. */
  finalizeNamespace(name: string): void {
    this.#store.remove('namespaces', '', name)
  }

  onAny(listener: (change: AnyChange) => void): void {
    this.#anyListeners.push(listener)
  }

  /** Hears of every change of one resource, in order. */
  on<R extends ResourceName>(resource: R, listener: (change: TypedChange<R>) => void): void {
    const listeners = this.#listeners.get(resource) ?? []
    listeners.push(listener as unknown as (change: TypedChange<ResourceName>) => void)
    this.#listeners.set(resource, listeners)
  }

  #mutate<R extends ResourceName>(
    resource: R,
    namespace: string,
    name: string,
    subresource: 'status' | '',
    change: (draft: Kinds[R]) => void,
  ): Readonly<Kinds[R]> {
    const written = this.#operations.mutate(resource, namespace, name, subresource, (draft) =>
      change(draft as unknown as Kinds[R]),
    )
    return written as unknown as Readonly<Kinds[R]>
  }

  #pods(index: Index, key: string): Readonly<Pod>[] {
    const pods: Readonly<Pod>[] = []
    for (const id of index.get(key)) {
      const slash = id.indexOf('/')
      const pod = this.get('pods', id.slice(0, slash), id.slice(slash + 1))
      if (pod) pods.push(pod)
    }
    return pods
  }

  #onChange(change: Change): void {
    if (change.resource === 'pods') {
      const pod = change.object as unknown as Pod
      this.#indexPod(
        (change.previous ?? undefined) as unknown as Pod | undefined,
        change.type === 'DELETED' ? undefined : pod,
      )
    }
    if (change.resource === 'controllerrevisions') {
      const revision = change.object as unknown as Kind
      this.#indexRevision(
        (change.previous ?? undefined) as unknown as Kind | undefined,
        change.type === 'DELETED' ? undefined : revision,
      )
    }
    for (const listener of this.#anyListeners) listener(change as unknown as AnyChange)
    for (const listener of this.#listeners.get(change.resource as ResourceName) ?? []) {
      listener(change as unknown as TypedChange<ResourceName>)
    }
  }

  #indexPod(previous: Pod | undefined, pod: Pod | undefined): void {
    const change = (index: Index, keys: (pod: Pod) => string[]) =>
      index.change(previous ?? pod, previous ? keys(previous) : [], pod ? keys(pod) : [])
    change(this.#podsByClaim, (p) =>
      (p.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
        claim ? [`${p.metadata.namespace}/${claim.claimName}`] : [],
      ),
    )
    change(this.#orphanPods, (p) => (controllerOf(p) ? [] : [p.metadata.namespace ?? '']))
  }

  #indexRevision(previous: Kind | undefined, revision: Kind | undefined): void {
    const keys = (one: Kind | undefined) => (!one || controllerOf(one) ? [] : [one.metadata.namespace ?? ''])
    this.#orphanRevisions.change(previous ?? revision, keys(previous), keys(revision))
  }
}

/** Which objects (by namespace/name) stand under a key. */
class Index {
  readonly #sets = new Map<string, Set<string>>()

  get(key: string): Iterable<string> {
    return this.#sets.get(key) ?? []
  }

  change(object: Kind | undefined, before: string[], after: string[]): void {
    if (!object) return
    const id = `${object.metadata.namespace}/${object.metadata.name}`
    for (const key of before) {
      if (after.includes(key)) continue
      const set = this.#sets.get(key)
      set?.delete(id)
      if (set?.size === 0) this.#sets.delete(key)
    }
    for (const key of after) {
      const set = this.#sets.get(key)
      if (set) set.add(id)
      else this.#sets.set(key, new Set([id]))
    }
  }
}
