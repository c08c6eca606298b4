import { randomUUID } from 'node:crypto'
import { copy, type KubeObject, type ObjectMeta, type ResourceType, type Store } from '@/lib/demo/store'
import { decodeObject } from './decode-object'
import { beginDeletion, planDeletion, type DeleteOptions } from './deletion'
import { fieldsAt, isFields, makeFields, sameJson, textAt } from './fields'
import { validateMeta, validateMetaUpdate } from './kinds/metadata'
import { KIND_RULES } from './kinds/table'
import type { RuleContext } from './kinds/rules'
import { recordManager, sameButManagerTimes, setEntries } from './managed-fields'
import { applyPatch, patchedObject, type PatchType } from './patch'
import { RESOURCES, type ResourceInfo } from './resources'
import { applyServerSide } from './server-side-apply'
import {
  alreadyExists,
  badRequest,
  conflict,
  forbidden,
  invalid,
  notFound,
  otherUid,
  STALE,
  StatusError,
} from './status'
import type { WriteOptions } from './write-options'

export type Deleted = {
  object: KubeObject
  /** Whether the object is gone, rather than on its way. */
  gone: boolean
}

export type OperationsOptions = {
  now: () => Date
  /** Numbers from 0 up to 1, for generated names. Default Math.random. */
  random?: () => number
  uuid?: () => string
}

const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const timestamp = (date: Date) => `${date.toISOString().slice(0, 19)}Z`

/**
 * The API server without HTTP: every write of the demo cluster, by clients, controllers and kubelets alike, goes through here.
 * All methods throw StatusError; objects that come back are frozen.
 */
export class Operations {
  readonly store: Store
  readonly now: () => Date
  readonly #random: () => number
  readonly #uuid: () => string

  constructor(store: Store, options: OperationsOptions) {
    this.store = store
    this.now = options.now
    this.#random = options.random ?? Math.random
    this.#uuid = options.uuid ?? randomUUID
  }

  /** The one object, or 404. */
  read(resource: ResourceType, namespace: string, name: string): KubeObject {
    const info = this.info(resource)
    const object = this.store.get(resource, info.namespaced ? namespace : '', name)
    if (!object) throw notFound(info, name)
    return object
  }

  info(resource: ResourceType): ResourceInfo {
    const info = RESOURCES.get(resource)
    if (!info) throw new StatusError(404, 'NotFound', 'the server could not find the requested resource', {})
    return info
  }

  create(resource: ResourceType, namespace: string, input: object, options: WriteOptions = {}): KubeObject {
    const info = this.info(resource)
    const object = decodeObject(info, input, options)
    const rules = KIND_RULES[resource]
    const context = this.#context()
    this.#place(info, object, namespace)
    if (object.metadata.resourceVersion)
      throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created')
    if (info.namespaced) this.#checkNamespace(info, namespace, object.metadata.name)
    const generated = object.metadata.generateName
    if (!object.metadata.name && generated) object.metadata.name = this.#generateName(generated)
    object.metadata = this.#newMeta(info, object.metadata)
    rules?.defaults?.(object)
    recordManager(info, object, null, options, this.now())
    rules?.prepare?.(object, context)
    rules?.admit?.(object, context)
    const errors = [...validateMeta(info, object.metadata), ...(rules?.validate?.(object) ?? [])]
    if (errors.length > 0) throw invalid(info, object.metadata.name ?? '', errors)
    for (const warning of rules?.warnings?.(object, null) ?? []) options.warn?.(warning)
    if (this.store.get(resource, info.namespaced ? namespace : '', object.metadata.name))
      throw alreadyExists(info, object.metadata.name)
    if (options.dryRun) return object
    return this.store.put(resource, object)
  }

  /** Replaces an object (or its status). With metadata.resourceVersion set, only when nobody wrote in between. */
  update(
    resource: ResourceType,
    namespace: string,
    name: string,
    input: object,
    options: WriteOptions = {},
  ): KubeObject {
    const info = this.info(resource)
    const object = decodeObject(info, input, options)
    this.#place(info, object, namespace)
    if (object.metadata.name !== name) {
      if (object.metadata.name)
        throw badRequest(
          `the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`,
        )
      throw badRequest('name must be provided')
    }
    const old = this.store.get(resource, info.namespaced ? namespace : '', name)
    if (!old) {
      if (!info.createOnUpdate || options.subresource) throw notFound(info, name)
      if (object.metadata.uid) throw otherUid(info, namespace, name, object.metadata.uid, '')
      delete (object.metadata as Partial<ObjectMeta>).resourceVersion
      return this.create(resource, namespace, object, options)
    }
    if (object.metadata.uid && object.metadata.uid !== old.metadata.uid)
      throw otherUid(info, namespace, name, object.metadata.uid, old.metadata.uid)
    if (!object.metadata.resourceVersion && !info.unconditionalUpdate && !options.subresource)
      throw invalid({ group: info.group, kind: info.resource }, name, [
        {
          field: 'metadata.resourceVersion',
          type: 'Invalid',
          value: 0,
          detail: 'must be specified for an update',
        },
      ])
    return this.#replace(info, old, object, options)
  }

  /**
   * Changes an object as the patch says. A patch without resourceVersion never conflicts.
   * @param type the content type of the patch
   */
  patch(
    resource: ResourceType,
    namespace: string,
    name: string,
    type: PatchType,
    body: unknown,
    options: WriteOptions = {},
  ): KubeObject {
    const info = this.info(resource)
    const old = this.store.get(resource, info.namespaced ? namespace : '', name)
    if (type === 'application/apply-patch+yaml') return this.#apply(info, old, { namespace, name }, body, options)
    if (!old) throw notFound(info, name)
    const patched = applyPatch(info.kind, old, type, body)
    const object = patchedObject(patched, () => decodeObject(info, patched, options))
    if (object.metadata.name !== name)
      throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`)
    this.#place(info, object, namespace)
    return this.#replace(info, old, object, options)
  }

  /** Server-side apply: onto the object, or a new one (k8s apiserver pkg/endpoints/handlers/patch.go applyPatcher). */
  #apply(
    info: ResourceInfo,
    old: KubeObject | undefined,
    at: { namespace: string; name: string },
    body: unknown,
    options: WriteOptions,
  ): KubeObject {
    if (!isFields(body)) throw badRequest('error decoding patch: the body must be an object')
    if (!old && options.subresource) throw notFound(info, at.name)
    const { object: merged, entries } = applyServerSide(info, old ?? null, body, options, this.now())
    const object = decodeObject(info, merged, { ...options, fieldValidation: 'Ignore' })
    setEntries(object, entries)
    const { uid, name } = object.metadata
    if (!old && uid)
      throw conflict(
        info,
        at.name,
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      )
    if (!name)
      throw badRequest(`the name of the object (${at.name} based on URL) was undeterminable: name must be provided`)
    if (name !== at.name)
      throw badRequest(`the name of the object (${name}) does not match the name on the URL (${at.name})`)
    const write = { ...options, recorded: true }
    if (!old) return this.create(info.resource, at.namespace, object, write)
    this.#place(info, object, at.namespace)
    return this.#replace(info, old, object, write)
  }

  /** Reads, lets `change` alter a copy, and writes it back unless nothing differs. For the cluster's own parts. */
  mutate(
    resource: ResourceType,
    namespace: string,
    name: string,
    subresource: '' | 'status',
    change: (draft: KubeObject) => void,
    options: WriteOptions = {},
  ): KubeObject {
    const old = this.read(resource, namespace, name)
    const draft = copy(old)
    change(draft)
    return this.#replace(this.info(resource), old, copy(draft), { ...options, subresource })
  }

  delete(resource: ResourceType, namespace: string, name: string, options: DeleteOptions = {}): KubeObject {
    return this.remove(resource, namespace, name, options).object
  }

  /** Deletes with grace, preconditions, propagation and finalizers (k8s apiserver pkg/registry/generic/registry/store.go). */
  remove(resource: ResourceType, namespace: string, name: string, options: DeleteOptions = {}): Deleted {
    const info = this.info(resource)
    const old = this.read(resource, namespace, name)
    const where = info.namespaced ? namespace : ''
    if (resource === 'namespaces' && ['default', 'kube-system', 'kube-public'].includes(name))
      throw forbidden(info, name, 'this namespace may not be deleted')
    const plan = planDeletion(info, old, options)
    if (plan === 'pending') return { object: old, gone: false }
    if (resource === 'namespaces') return { object: this.#terminateNamespace(old, options), gone: false }
    const next = beginDeletion(info, old, options, this.now())
    if (!next) {
      if (options.dryRun) return { object: old, gone: true }
      return { object: this.store.remove(resource, where, name) ?? old, gone: true }
    }
    const stays = (next.metadata.finalizers ?? []).length > 0 || (next.metadata.deletionGracePeriodSeconds ?? 0) > 0
    if (options.dryRun) return { object: next, gone: !stays }
    const written = sameJson(next, old) ? old : this.store.put(resource, next)
    if (stays) return { object: written, gone: false }
    return { object: this.store.remove(resource, where, name) ?? written, gone: true }
  }

  /** Binds a pod to a node, as a scheduler's POST to pods/{name}/binding does. */
  bind(namespace: string, name: string, uid: string, node: string): KubeObject {
    const info = this.info('pods')
    const old = this.read('pods', namespace, name)
    if (uid && uid !== old.metadata.uid)
      throw conflict(
        info,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
      )
    if (old.metadata.deletionTimestamp)
      throw conflict(info, name, `pod ${name} is being deleted, cannot be assigned to a host`)
    const bound = textAt(old.spec, 'nodeName')
    if (bound)
      throw conflict(info, name, `pod ${name} is already assigned to node ${JSON.stringify(bound)}`, 'pods/binding')
    const next = copy(old)
    makeFields(next, 'spec')['nodeName'] = node
    const conditions = fieldsAt(next, 'status')?.['conditions']
    const others = Array.isArray(conditions)
      ? conditions.filter((one) => !isFields(one) || one['type'] !== 'PodScheduled')
      : []
    makeFields(next, 'status')['conditions'] = [
      ...others,
      {
        type: 'PodScheduled',
        status: 'True',
        observedGeneration: old.metadata.generation,
        lastProbeTime: null,
        lastTransitionTime: timestamp(this.now()),
      },
    ]
    return this.store.put('pods', next)
  }

  /** Takes away the `kubernetes` finalizer of a namespace that is empty, as its controller does when it is done. */
  finalizeNamespace(name: string): void {
    const namespace = this.store.get('namespaces', '', name)
    if (namespace?.metadata.deletionTimestamp) this.store.remove('namespaces', '', name)
  }

  /** Stores a new state of an object under all the rules for updates. */
  #replace(info: ResourceInfo, old: KubeObject, input: KubeObject, options: WriteOptions): KubeObject {
    const rules = KIND_RULES[info.resource]
    const { name } = old.metadata
    const asked = input.metadata.resourceVersion
    if (asked && asked !== old.metadata.resourceVersion) throw conflict(info, name, STALE)
    let object = input
    if (options.subresource === 'status') {
      object = { ...old, metadata: object.metadata }
      if (input.status !== undefined) object.status = input.status
      else delete object.status
      recordManager(info, object, old, options, this.now())
    } else {
      rules?.defaults?.(object)
      recordManager(info, object, old, options, this.now())
      if (rules?.keep) rules.keep(object, old)
      rules?.admitUpdate?.(object, old, this.#context())
    }
    this.#keepMeta(object.metadata, old.metadata)
    const errors = [
      ...validateMetaUpdate(object, old),
      ...((options.subresource === 'status' ? rules?.validateStatus : rules?.validateUpdate)?.(object, old) ?? []),
    ]
    if (errors.length > 0) throw invalid(info, name, errors)
    for (const warning of rules?.warnings?.(object, old) ?? []) options.warn?.(warning)
    if (info.generation && options.subresource !== 'status' && this.#counts(info, object, old))
      object.metadata.generation = (old.metadata.generation ?? 0) + 1
    object.metadata.resourceVersion = old.metadata.resourceVersion
    if (sameButManagerTimes(object, old)) return old
    if (options.dryRun) return object
    const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds = 0, namespace = '' } = object.metadata
    if (
      deletionTimestamp &&
      finalizers.length === 0 &&
      deletionGracePeriodSeconds === 0 &&
      info.resource !== 'namespaces'
    ) {
      // The last finalizer is gone: the object goes without being stored once more.
      this.store.remove(info.resource, namespace, name)
      return object
    }
    return this.store.put(info.resource, object)
  }

  #counts(info: ResourceInfo, object: KubeObject, old: KubeObject): boolean {
    const own = KIND_RULES[info.resource]?.changesGeneration
    return own ? own(object, old) : !sameJson(object.spec, old.spec)
  }

  /** What no update can change: it is taken from the old object where the new one is silent or may not speak. */
  #keepMeta(metadata: ObjectMeta, old: ObjectMeta): void {
    metadata.uid = metadata.uid || old.uid
    metadata.creationTimestamp = old.creationTimestamp
    if (old.generation === undefined) delete metadata.generation
    else metadata.generation = old.generation
    if (old.deletionTimestamp) metadata.deletionTimestamp = old.deletionTimestamp
    if (old.deletionGracePeriodSeconds !== undefined)
      metadata.deletionGracePeriodSeconds ??= old.deletionGracePeriodSeconds
    if (old.generateName !== undefined) metadata.generateName ??= old.generateName
  }

  #newMeta(info: ResourceInfo, metadata: ObjectMeta): ObjectMeta {
    const { deletionTimestamp: _1, deletionGracePeriodSeconds: _2, generation, ...kept } = metadata
    return {
      ...kept,
      uid: this.#uuid(),
      // Kinds that do not count their generations keep what the client says.
      ...(info.generation ? { generation: 1 } : generation === undefined ? {} : { generation }),
      creationTimestamp: timestamp(this.now()),
    }
  }

  /** Sets the namespace that the path names; an object that says another is refused. */
  #place(info: ResourceInfo, object: KubeObject, namespace: string): void {
    if (!info.namespaced) {
      if (object.metadata.namespace)
        throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
      return
    }
    if (object.metadata.namespace && object.metadata.namespace !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
    object.metadata.namespace = namespace
  }

  #checkNamespace(info: ResourceInfo, namespace: string, name: string): void {
    const home = this.store.get('namespaces', '', namespace)
    if (!home) throw notFound(this.info('namespaces'), namespace)
    if (!home.metadata.deletionTimestamp) return
    const why = `namespace ${namespace} is being terminated`
    throw forbidden(
      info,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
      [{ reason: 'NamespaceTerminating', message: why, field: 'metadata.namespace' }],
    )
  }

  #terminateNamespace(old: KubeObject, options: DeleteOptions): KubeObject {
    const next = copy(old)
    next.metadata.deletionTimestamp ??= timestamp(this.now())
    makeFields(next, 'status')['phase'] = 'Terminating'
    return options.dryRun || sameJson(next, old) ? next : this.store.put('namespaces', next)
  }

  #generateName(base: string): string {
    let name = base.slice(0, 58)
    for (let count = 0; count < 5; count++) name += NAME_ALPHABET[Math.floor(this.#random() * NAME_ALPHABET.length)]
    return name
  }

  #context(): RuleContext {
    return { store: this.store, now: this.now() }
  }
}
