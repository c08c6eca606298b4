import type { Clock } from '@/lib/demo/clock'
import type { Change, KubeObject, Store } from '@/lib/demo/store'
import type { Operations } from '@/lib/demo/api/operations'
import type {
  Attachment,
  Claim,
  EndpointSlice,
  Kind,
  Kinds,
  Meta,
  NewObject,
  Pod,
  ResourceName,
  Revision,
  Service,
  Volume,
} from './objects'
import { indexes, selectorKey, type ObjectIndex } from './object-index'

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
  readonly #indexes = indexes()
  readonly #indexList = Object.values(this.#indexes)
  readonly #stopWatching: () => void

  constructor(store: Store, operations: Operations, clock: Clock) {
    this.#store = store
    this.#operations = operations
    this.clock = clock
    for (const index of this.#indexList) {
      for (const object of store.list(index.resource)) index.observe(null, object as unknown as Kind)
    }
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
    return this.#found('pods', this.#indexes.podsByClaim, `${namespace}/${claim}`)
  }

  /** Pods that a service may select: those with the first label of its selector. */
  podsNear(service: Readonly<Service>): Readonly<Pod>[] {
    const key = selectorKey(service)
    return key === null ? [] : this.#found('pods', this.#indexes.podsByLabel, key)
  }

  /** Services that may select a pod. */
  servicesNear({ metadata }: Readonly<Pod>): Readonly<Service>[] {
    return Object.entries(metadata.labels ?? {}).flatMap(([key, value]) =>
      this.#found('services', this.#indexes.servicesBySelector, `${metadata.namespace ?? ''}/${key}=${value}`),
    )
  }

  slicesOf(namespace: string, service: string): Readonly<EndpointSlice>[] {
    return this.#found('endpointslices', this.#indexes.slicesByService, `${namespace}/${service}`)
  }

  attachmentsOf(volume: string): Readonly<Attachment>[] {
    return this.#found('volumeattachments', this.#indexes.attachmentsByVolume, volume)
  }

  /** Volumes that are bound or promised to a claim, and those that are free. */
  volumesFor(claim: Readonly<Claim>): Readonly<Volume>[] {
    const { namespace = '', name } = claim.metadata
    const index = this.#indexes.volumesByClaim
    return [
      ...this.#found('persistentvolumes', index, `${namespace}/${name}`),
      ...this.#found('persistentvolumes', index, 'free'),
    ]
  }

  /** Pods of a namespace that nobody controls. */
  orphanPods(namespace: string): Readonly<Pod>[] {
    return this.#found('pods', this.#indexes.orphanPods, namespace)
  }

  /** Revisions that an owner controls, and those of its namespace that nobody controls. */
  revisionsOf(namespace: string, owner: string): Readonly<Revision>[] {
    const owned = [...this.dependents(owner)].filter(
      ({ kind }) => kind === 'ControllerRevision',
    ) as Readonly<Revision>[]
    return [...owned, ...this.#found('controllerrevisions', this.#indexes.orphanRevisions, namespace)]
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

  #found<R extends ResourceName>(resource: R, index: ObjectIndex, key: string): Readonly<Kinds[R]>[] {
    const found: Readonly<Kinds[R]>[] = []
    for (const id of index.get(key)) {
      const slash = id.indexOf('/')
      const object = this.get(resource, id.slice(0, slash), id.slice(slash + 1))
      if (object) found.push(object)
    }
    return found
  }

  #onChange(change: Change): void {
    const previous = change.previous as unknown as Kind | null
    const object = change.type === 'DELETED' ? null : (change.object as unknown as Kind)
    for (const index of this.#indexList) if (index.resource === change.resource) index.observe(previous, object)
    for (const listener of this.#anyListeners) listener(change as unknown as AnyChange)
    for (const listener of this.#listeners.get(change.resource as ResourceName) ?? []) {
      listener(change as unknown as TypedChange<ResourceName>)
    }
  }
}
