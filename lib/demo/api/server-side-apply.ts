import type { Fields, KubeObject, ManagedFieldsEntry } from '@/lib/demo/store'
import { compare, type Comparison } from './compare'
import {
  difference,
  EMPTY,
  intersection,
  isEmptySet,
  paths,
  pathText,
  union,
  without,
  type FieldSet,
} from './field-set'
import { fieldsAt, isFields, sameJson, textAt } from './fields'
import { recordUpdate, resetFields, seconds, STRIPPED, unmanaged, type ManagedKind } from './managed-fields'
import type { WriteOptions } from './write-options'
import {
  conflictsOf,
  decodeOwners,
  encodeOwners,
  filterComparison,
  ownerId,
  setFields,
  takeFields,
  type Owner,
  type Owners,
} from './ownership'
import { groupVersion } from './resources'
import { badRequest, StatusError } from './status'
import { typeErrors } from './typed-errors'
import { fieldsOf, merge, removeItems, structType, withNamedFields, type Type } from './typed'

/** Server-side apply (structured-merge-diff v6 merge/update.go Apply, k8s apimachinery pkg/util/managedfields/internal). */

export type Applied = { object: Fields; entries: ManagedFieldsEntry[] | undefined }

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The object as the configuration leaves it, and who then owns what. Throws 409 for fields of others, unless forced. */
export function applyServerSide(
  info: ManagedKind,
  live: KubeObject | null,
  config: Fields,
  options: WriteOptions,
  now: Date,
): Applied {
  checkConfig(info, config)
  const before = live ? unmanaged(live) : {}
  const owners = ownersBefore(info, live, before, options, now)
  const manager = options.fieldManager ?? ''
  const version = groupVersion(info)
  const self: Owner = {
    manager,
    operation: 'Apply',
    apiVersion: version,
    subresource: options.subresource ?? '',
    set: EMPTY,
  }
  const id = ownerId(self)
  const last = owners.get(id)
  const reset = resetFields(info, options.subresource)
  const type = structType(info.kind)
  const set = without(fieldsOf(type, config), reset)
  owners.set(id, { ...self, ...(last?.time ? { time: last.time } : {}), set })
  const merged = merge(type, before, config)
  const object = last ? prune(type, merged, owners, last.set) : merged
  const comparison = filterComparison(compare(type, before, object), reset)
  const conflicts = conflictsOf(owners, id, comparison)
  if (!options.force)
    refuseConflicts(manager === 'kubectl' ? withoutLastApplied(info, before, conflicts) : conflicts, owners)
  takeFields(owners, id, version, comparison)
  // Nothing changed: the time stays, and an applier that is new has none.
  if (!sameJson(before, object)) owners.set(id, { ...self, time: seconds(now), set })
  setFields(owners, id, difference(set, STRIPPED))
  return {
    object: manager === 'kubectl' ? withLastApplied(object as Fields, config) : (object as Fields),
    entries: encodeOwners(owners),
  }
}

function checkConfig(info: ManagedKind, config: Fields): void {
  const { apiVersion = '', kind = '' } = config
  if (apiVersion !== groupVersion(info) || kind !== info.kind)
    throw badRequest(`invalid object type: ${typeText(String(apiVersion), String(kind))}`)
  if (Array.isArray(fieldsAt(config, 'metadata')?.['managedFields']))
    throw badRequest('metadata.managedFields must be nil')
  const problem = typeErrors(structType(info.kind), config)
  if (problem === '') return
  const name = `${textAt(config, 'metadata', 'namespace')}/${textAt(config, 'metadata', 'name')}`
  throw new StatusError(
    500,
    '',
    `failed to create typed patch object (${name}; ${typeText(String(apiVersion), String(kind))}): ${problem}`,
  )
}

/** `apps/v1, Kind=StatefulSet`; the core group has an empty name. */
const typeText = (apiVersion: string, kind: string) =>
  `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`

/** What nobody was recorded for belongs to `before-first-apply` (skipnonapplied.go). */
function ownersBefore(
  info: ManagedKind,
  live: KubeObject | null,
  before: Fields,
  options: WriteOptions,
  now: Date,
): Owners {
  const owners = decodeOwners(live?.metadata.managedFields ?? []) ?? new Map<string, Owner>()
  if (live && owners.size === 0)
    recordUpdate(info, before, { metadata: {} }, owners, { ...options, fieldManager: 'before-first-apply' }, now)
  return owners
}

/** Removes what this applier owned before and nobody owns now. */
function prune(type: Type, merged: unknown, owners: Owners, last: FieldSet): unknown {
  if (isEmptySet(last)) return merged
  const members = (set: FieldSet) => withNamedFields(type, set)
  const all = members(fieldsOf(type, merged))
  // Back comes what anybody still owns,
  let owned = EMPTY
  for (const { set } of owners.values()) owned = union(owned, set)
  let pruned = removeItems(type, merged, members(last))
  const kept = union(members(fieldsOf(type, pruned)), members(owned))
  pruned = removeItems(type, merged, difference(all, kept))
  // and what was not this applier's.
  const left = members(fieldsOf(type, pruned))
  return removeItems(type, merged, intersection(difference(all, left), members(last)))
}

/** kubectl may take what its own client-side apply has written (lastappliedmanager.go). */
function withoutLastApplied(info: ManagedKind, live: Fields, conflicts: Map<string, FieldSet>): Map<string, FieldSet> {
  const text = textAt(live, 'metadata', 'annotations', LAST_APPLIED)
  const last = text === '' ? undefined : parse(text)
  if (!last || last['apiVersion'] !== groupVersion(info)) return conflicts
  const type = structType(info.kind)
  const { added, modified, removed }: Comparison = compare(type, last, live)
  const allowed = difference(difference(difference(fieldsOf(type, last), modified), added), removed)
  const rest = new Map<string, FieldSet>()
  for (const [id, set] of conflicts) {
    const left = difference(set, allowed)
    if (!isEmptySet(left)) rest.set(id, left)
  }
  return rest
}

function parse(text: string): Fields | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The annotation of kubectl's client-side apply goes along, where there is one (lastappliedupdater.go). */
function withLastApplied(object: Fields, config: Fields): Fields {
  if (textAt(object, 'metadata', 'annotations', LAST_APPLIED) === '') return object
  const { [LAST_APPLIED]: _, ...annotations } = fieldsAt(config, 'metadata', 'annotations') ?? {}
  const { annotations: given, ...metadata } = fieldsAt(config, 'metadata') ?? {}
  const plain = { ...config, metadata: { ...metadata, ...(given === undefined ? {} : { annotations }) } }
  return {
    ...object,
    metadata: {
      ...fieldsAt(object, 'metadata'),
      annotations: {
        ...fieldsAt(object, 'metadata', 'annotations'),
        [LAST_APPLIED]: `${JSON.stringify(sorted(plain))}\n`,
      },
    },
  }
}

/** Fields in the order of their names, as Go writes maps. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  )
}

/** `"kubectl" with subresource "scale" using apps/v1`; appliers have no version (conflict.go printManager). */
const ownerText = ({ manager, operation, apiVersion, subresource }: Owner) =>
  `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}${
    operation === 'Update' ? ` using ${apiVersion}` : ''
  }`

function refuseConflicts(conflicts: Map<string, FieldSet>, owners: Owners): void {
  if (conflicts.size === 0) return
  const inOrder = [...conflicts].sort(([a], [b]) => (a < b ? -1 : 1))
  const found = inOrder.flatMap(([id, set]) => {
    const owner = owners.get(id)
    return owner ? [{ who: ownerText(owner), fields: paths(set).map(pathText) }] : []
  })
  const causes = found.flatMap(({ who, fields }) =>
    fields.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field })),
  )
  const lines = found.flatMap(({ who, fields }) => [`conflicts with ${who}:`, ...fields.map((field) => `- ${field}`)])
  const text =
    causes.length === 1
      ? `1 conflict: ${causes[0]?.message ?? ''}: ${causes[0]?.field ?? ''}`
      : `${causes.length} conflicts: ${lines.join('\n')}`
  throw new StatusError(409, 'Conflict', `Apply failed with ${text}`, { causes })
}
