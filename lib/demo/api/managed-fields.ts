import type { Fields, KubeObject, ManagedFieldsEntry } from '@/lib/demo/store'
import { compare } from './compare'
import { difference, EMPTY, fieldElement, fieldSet, isEmptySet, union, type FieldSet } from './field-set'
import { sameJson } from './fields'
import type { WriteOptions } from './write-options'
import {
  capUpdaters,
  decodeOwners,
  encodeOwners,
  filterComparison,
  ownerId,
  takeFields,
  type Owner,
  type Owners,
} from './ownership'
import { groupVersion, type ResourceInfo } from './resources'
import { structType } from './typed'

/** metadata.managedFields as the API server keeps it (k8s apimachinery pkg/util/managedfields/internal). */

/** What the field manager needs to know of a kind. */
export type ManagedKind = Pick<ResourceInfo, 'kind' | 'group' | 'version' | 'status'>

const path = (text: string) => text.split('.').map(fieldElement)
const pathSet = (...texts: string[]) => fieldSet(...texts.map(path))

/** Fields that nobody owns (stripmeta.go). */
export const STRIPPED = pathSet(
  'apiVersion',
  'kind',
  'metadata',
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'metadata.selfLink',
  'metadata.uid',
  'metadata.clusterName',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.resourceVersion',
)

const RESET = { status: pathSet('status'), spec: pathSet('spec') }
const RESET_BY_STATUS: Record<string, FieldSet> = {
  Pod: pathSet('spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'),
  VolumeAttachment: pathSet('metadata', 'spec'),
}

/** The fields that a write to this endpoint cannot change (GetResetFields in k8s pkg/registry/.../strategy.go). */
export function resetFields({ kind, status }: ManagedKind, subresource = ''): FieldSet {
  if (subresource === 'status') return RESET_BY_STATUS[kind] ?? RESET.spec
  // A CSINode resets its status although it is served without the subresource.
  return (status || kind === 'CSINode') && subresource === '' ? RESET.status : EMPTY
}

/** Go's zero value of a kind as JSON: what of a new object was "there" before. Only what is not empty. */
const ZERO: Record<string, Fields> = {
  ControllerRevision: { data: null, revision: 0 },
  CSINode: { spec: { drivers: null } },
  EndpointSlice: { addressType: '', endpoints: null, ports: null },
  Event: {
    involvedObject: {},
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  },
  HorizontalPodAutoscaler: { spec: { scaleTargetRef: { kind: '', name: '' }, maxReplicas: 0 } },
  LimitRange: { spec: { limits: null } },
  PersistentVolumeClaim: { spec: { resources: {} } },
  Pod: { spec: { containers: null } },
  StatefulSet: {
    spec: {
      selector: null,
      template: { metadata: {}, spec: { containers: null } },
      serviceName: '',
      updateStrategy: {},
    },
  },
  StorageClass: { provisioner: '' },
  VolumeAttachment: { spec: { attacher: '', source: {}, nodeName: '' } },
}
const WITHOUT_SPEC = new Set(['ConfigMap', 'Secret', 'ServiceAccount', 'Endpoints', 'StorageClass'])

function zeroOf(kind: string): Fields {
  const zero = ZERO[kind]
  return { metadata: {}, ...(WITHOUT_SPEC.has(kind) ? {} : { spec: {} }), ...zero }
}

/** The object as it is compared: without its managed fields. */
export function unmanaged(object: KubeObject): Fields {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** The list is empty, or its one entry is (fieldmanager.go isResetManagedFields). */
const isReset = (entries: ManagedFieldsEntry[] | undefined): boolean =>
  entries !== undefined &&
  (entries.length === 0 || (entries.length === 1 && entries.every((entry) => Object.keys(entry).length === 0)))

/** Objects whose client wanted nothing to be recorded; each state hands it on to the next. */
const resets = new WeakSet<KubeObject>()

/**
 * Writes into `object.metadata.managedFields` who owns what once the write is done. Called when the defaults are set, but before
 * anything else that the server itself changes, so that nobody owns that.
 *
 * Writes without a manager (the cluster's own parts) are not recorded: the entries stay as they are. What such a write removes
 * leaves them with the next write that is recorded and names the field; no client can tell until then. An object
 * that the cluster's own parts have made is recorded from the first write of a client on, where the API server, which knows
 * of all writes, does not begin so late.
 */
export function recordManager(
  info: ManagedKind,
  object: KubeObject,
  old: KubeObject | null,
  options: WriteOptions,
  now: Date,
): void {
  const before = old?.metadata.managedFields
  if (old && resets.has(old)) resets.add(object)
  if (options.recorded) return
  const given = object.metadata.managedFields
  if (options.fieldManager === undefined) return setEntries(object, before)
  const owners = ownersFor(given, before, options.subresource ?? '')
  if (old && given && !options.subresource && isReset(given)) resets.add(object)
  if (old && owners.size === 0 && resets.has(object)) return setEntries(object, undefined)
  resets.delete(object)
  recordUpdate(info, unmanaged(object), old ? unmanaged(old) : zeroOf(info.kind), owners, options, now)
  const entries = encodeOwners(owners)
  setEntries(object, before && sameJson(entries, before) ? before : entries)
}

export function setEntries(object: KubeObject, entries: ManagedFieldsEntry[] | undefined): void {
  if (entries) object.metadata.managedFields = entries
  else if ('managedFields' in object.metadata) delete object.metadata.managedFields
}

/** The owners to begin with (fieldmanager.go decodeLiveOrNew): a client may write the entries, but not through a subresource. */
function ownersFor(
  given: ManagedFieldsEntry[] | undefined,
  before: ManagedFieldsEntry[] | undefined,
  subresource: string,
): Owners {
  const live = () => decodeOwners(before ?? []) ?? new Map<string, Owner>()
  if (given === undefined || subresource !== '') return live()
  if (isReset(given)) return new Map()
  if (before && sameJson(given, before)) return live()
  const owners = decodeOwners(given)
  return owners && owners.size > 0 ? owners : live()
}

/** Moves the fields that differ to the writer (managedfieldsupdater.go Update). */
export function recordUpdate(
  info: ManagedKind,
  object: Fields,
  old: Fields,
  owners: Owners,
  options: WriteOptions,
  now: Date,
): void {
  const { fieldManager, subresource = '' } = options
  const version = groupVersion(info)
  const reset = resetFields(info, subresource)
  const comparison = filterComparison(compare(structType(info.kind), old, object), reset)
  takeFields(owners, '', version, comparison)
  const taken = difference(union(comparison.modified, comparison.added), STRIPPED)
  if (!isEmptySet(taken)) {
    const self = { manager: fieldManager || 'unknown', operation: 'Update' as const, apiVersion: version, subresource }
    const id = ownerId(self)
    owners.set(id, { ...self, time: seconds(now), set: union(taken, owners.get(id)?.set ?? EMPTY) })
  }
  capUpdaters(owners)
}

export const seconds = (now: Date) => `${now.toISOString().slice(0, 19)}Z`

/** Whether a write changes nothing but the times of entries, which does not count (k8s apiserver fieldmanager/equality.go). */
export function sameButManagerTimes(object: KubeObject, old: KubeObject): boolean {
  const [written, before] = [object.metadata.managedFields, old.metadata.managedFields]
  if (written === before || written?.length !== before?.length) return sameJson(object, old)
  const timeless = (entries: ManagedFieldsEntry[] | undefined) => entries?.map(({ time: _, ...entry }) => entry)
  return sameJson(timeless(written), timeless(before)) && sameJson(unmanaged(object), unmanaged(old))
}
