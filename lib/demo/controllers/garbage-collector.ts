import { RESOURCES } from '@/lib/demo/api/resources'
import type { AnyChange, Cluster } from './cluster'
import { isNotFound } from './failures'
import type { Kind, OwnerReference } from './objects'
import { WorkQueue } from './work-queue'

const foreground = 'foregroundDeletion'
const orphan = 'orphan'

/** `resource/namespace/name`, unique among all objects. */
const keyOf = (resource: string, { metadata }: Readonly<Kind>) =>
  `${resource}/${metadata.namespace ?? ''}/${metadata.name}`

/**
 * Deletes what has lost its owners, waits for dependents where the deletion is in the foreground, and lets dependents go
 * where they are to be orphaned (k8s pkg/controller/garbagecollector/garbagecollector.go).
 */
export class GarbageCollector {
  readonly #cluster: Cluster
  readonly #queue: WorkQueue
  readonly #resourceOfKind = new Map<string, { resource: string; namespaced: boolean }>()

  constructor(cluster: Cluster, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#queue = new WorkQueue(cluster.clock, (key) => this.#sync(key), onError)
    for (const { group, kind, resource, namespaced } of RESOURCES.values()) {
      this.#resourceOfKind.set(`${group}/${kind}`, { resource, namespaced })
    }
  }

  start(): void {
    this.#cluster.onAny((change) => this.#onChange(change))
    for (const { resource } of RESOURCES.values()) {
      for (const object of this.#cluster.listAny(resource)) {
        if (object.metadata.ownerReferences?.length || isGoing(object)) this.#queue.add(keyOf(resource, object))
      }
    }
  }

  stop(): void {
    this.#queue.stop()
  }

  #onChange({ type, resource, object, previous }: AnyChange): void {
    if (resource === 'events') return
    const owners = object.metadata.ownerReferences ?? []
    if (type === 'DELETED') {
      for (const dependent of this.#cluster.dependents(object.metadata.uid)) this.#enqueue(dependent)
      for (const owner of owners) this.#enqueueOwner(owner, object)
      return
    }
    if (isGoing(object) && !(previous && isGoing(previous))) {
      this.#queue.add(keyOf(resource, object))
      for (const dependent of this.#cluster.dependents(object.metadata.uid)) this.#enqueue(dependent)
    }
    const before = previous?.metadata.ownerReferences
    if (before && before !== owners && before.length > 0) for (const owner of before) this.#enqueueOwner(owner, object)
    if (owners.length === 0 || (previous && JSON.stringify(before) === JSON.stringify(owners))) return
    // An object that is born to an owner who is going is left alone until the owner is looked at again, as in the original.
    const orphaned = owners.some((owner) => this.#owner(owner, object) === undefined)
    if (previous || orphaned) this.#queue.add(keyOf(resource, object))
  }

  #enqueue(object: Readonly<Kind>): void {
    const [group = ''] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['']
    const found = this.#resourceOfKind.get(`${group}/${object.kind}`)
    if (found) this.#queue.add(keyOf(found.resource, object))
  }

  #enqueueOwner(reference: OwnerReference, dependent: Readonly<Kind>): void {
    const owner = this.#owner(reference, dependent)
    if (owner && owner !== 'unknown kind' && isGoing(owner)) this.#enqueue(owner)
  }

  /** The owner that a reference means; undefined when there is none with that uid. */
  #owner(reference: OwnerReference, dependent: Readonly<Kind>): Readonly<Kind> | undefined | 'unknown kind' {
    const [group = ''] = reference.apiVersion.includes('/') ? reference.apiVersion.split('/') : ['']
    const found = this.#resourceOfKind.get(`${group}/${reference.kind}`)
    if (!found) return 'unknown kind'
    const namespace = found.namespaced ? (dependent.metadata.namespace ?? '') : ''
    const owner = this.#cluster.getAny(found.resource, namespace, reference.name)
    return owner?.metadata.uid === reference.uid ? owner : undefined
  }

  #sync(key: string): void {
    const [resource = '', namespace = '', name = ''] = key.split('/')
    const object = this.#cluster.getAny(resource, namespace, name)
    if (!object) return
    const { metadata } = object
    if (metadata.deletionTimestamp) {
      if (metadata.finalizers?.includes(orphan)) this.#orphanDependents(resource, object)
      else if (metadata.finalizers?.includes(foreground)) this.#finishForeground(resource, object)
      return
    }
    const references = metadata.ownerReferences ?? []
    if (references.length === 0) return
    const solid: OwnerReference[] = []
    const lost: OwnerReference[] = []
    let waiting = false
    for (const reference of references) {
      const owner = this.#owner(reference, object)
      if (owner === undefined) lost.push(reference)
      else if (owner !== 'unknown kind' && owner.metadata.deletionTimestamp && hasFinalizer(owner, foreground)) {
        lost.push(reference)
        waiting = true
      } else solid.push(reference)
    }
    if (lost.length === 0) return
    if (solid.length > 0) {
      this.#dropOwners(resource, object, new Set(lost.map(({ uid }) => uid)))
      return
    }
    const dependents = [...this.#cluster.dependents(metadata.uid)]
    const propagationPolicy =
      waiting && dependents.length > 0
        ? 'Foreground'
        : hasFinalizer(object, orphan)
          ? 'Orphan'
          : hasFinalizer(object, foreground)
            ? 'Foreground'
            : 'Background'
    try {
      this.#cluster.delete(resource, namespace, name, { preconditions: { uid: metadata.uid }, propagationPolicy })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  #orphanDependents(resource: string, owner: Readonly<Kind>): void {
    for (const dependent of [...this.#cluster.dependents(owner.metadata.uid)]) {
      const [group = ''] = dependent.apiVersion.includes('/') ? dependent.apiVersion.split('/') : ['']
      const found = this.#resourceOfKind.get(`${group}/${dependent.kind}`)
      if (found) this.#dropOwners(found.resource, dependent, new Set([owner.metadata.uid]))
    }
    this.#dropFinalizer(resource, owner, orphan)
  }

  #finishForeground(resource: string, owner: Readonly<Kind>): void {
    const blocking = [...this.#cluster.dependents(owner.metadata.uid)].filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion),
    )
    if (blocking.length === 0) this.#dropFinalizer(resource, owner, foreground)
    else for (const dependent of blocking) if (!dependent.metadata.deletionTimestamp) this.#enqueue(dependent)
  }

  #dropOwners(resource: string, { metadata }: Readonly<Kind>, uids: Set<string>): void {
    this.#cluster.mutateMetadata(resource, metadata.namespace ?? '', metadata.name, (draft) => {
      draft.ownerReferences = (draft.ownerReferences ?? []).filter(({ uid }) => !uids.has(uid))
      if (draft.ownerReferences.length === 0) delete draft.ownerReferences
    })
  }

  #dropFinalizer(resource: string, { metadata }: Readonly<Kind>, finalizer: string): void {
    this.#cluster.mutateMetadata(resource, metadata.namespace ?? '', metadata.name, (draft) => {
      draft.finalizers = (draft.finalizers ?? []).filter((one) => one !== finalizer)
      if (draft.finalizers.length === 0) delete draft.finalizers
    })
  }
}

const hasFinalizer = ({ metadata }: Readonly<Kind>, finalizer: string) =>
  metadata.finalizers?.includes(finalizer) ?? false

/** Being deleted in a way that concerns its dependents while it is still there. */
const isGoing = (object: Readonly<Kind>) =>
  object.metadata.deletionTimestamp !== undefined && (hasFinalizer(object, foreground) || hasFinalizer(object, orphan))
