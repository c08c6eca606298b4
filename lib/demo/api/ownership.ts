import type { ManagedFieldsEntry } from '@/lib/demo/store'
import type { Comparison } from './compare'
import { difference, EMPTY, intersection, isEmptySet, parseFieldSet, union, without, type FieldSet } from './field-set'

/** Who owns which fields of one object, and how a write moves them (structured-merge-diff v6 merge/update.go). */

export type Owner = Readonly<{
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  subresource: string
  time?: string
  set: FieldSet
}>
/** By `ownerId`. */
export type Owners = Map<string, Owner>

/** An applier is the same whatever version it applies (apimachinery managedfields BuildManagerIdentifier). */
export const ownerId = ({ manager, operation, apiVersion, subresource }: Omit<Owner, 'set' | 'time'>): string =>
  JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource])

/** Reads entries; null when one of them is not valid. */
export function decodeOwners(entries: readonly Partial<ManagedFieldsEntry>[]): Owners | null {
  const owners: Owners = new Map()
  for (const entry of entries) {
    const { manager = '', operation, apiVersion, time, fieldsType, fieldsV1 = EMPTY, subresource = '' } = entry
    if ((operation !== 'Apply' && operation !== 'Update') || !apiVersion || fieldsType !== 'FieldsV1') return null
    // What is frozen comes from the store, where only sets are that were read or made here.
    const made = typeof fieldsV1 === 'object' && Object.isFrozen(fieldsV1)
    const set = made ? (fieldsV1 as FieldSet) : parseFieldSet(fieldsV1)
    if (!set) return null
    const owner: Owner = { manager, operation, apiVersion, subresource, ...(time ? { time } : {}), set }
    owners.set(ownerId(owner), owner)
  }
  return owners
}

/** By operation, then time, then name (apimachinery managedfields sortEncodedManagedFields); nothing for no owners. */
export function encodeOwners(owners: Owners): ManagedFieldsEntry[] | undefined {
  if (owners.size === 0) return undefined
  const order = ({ operation, time = '', manager, apiVersion, subresource }: Owner) =>
    [operation, time, manager, apiVersion, subresource] as const
  const sorted = [...owners.values()].sort((a, b) => {
    const [left, right] = [order(a), order(b)]
    const at = left.findIndex((part, index) => part !== right[index])
    return at < 0 ? 0 : (left[at] ?? '') < (right[at] ?? '') ? -1 : 1
  })
  return sorted.map(({ manager, operation, apiVersion, time, set, subresource }) => ({
    manager,
    operation,
    apiVersion,
    ...(time ? { time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1: set,
    ...(subresource ? { subresource } : {}),
  }))
}

/** Only what a write can change at all: the fields that the kind resets are left out. */
export const filterComparison = ({ added, modified, removed }: Comparison, reset: FieldSet): Comparison => ({
  added: without(added, reset),
  modified: without(modified, reset),
  removed: without(removed, reset),
})

/** The fields of other owners that a write changes. */
export function conflictsOf(owners: Owners, self: string, { added, modified }: Comparison): Map<string, FieldSet> {
  const written = union(modified, added)
  const conflicts = new Map<string, FieldSet>()
  for (const [id, { set }] of owners) {
    const common = id === self ? EMPTY : intersection(set, written)
    if (!isEmptySet(common)) conflicts.set(id, common)
  }
  return conflicts
}

/** Takes what was written from the other owners, and what was removed from all of them. */
export function takeFields(owners: Owners, self: string, version: string, comparison: Comparison): void {
  const written = union(comparison.modified, comparison.added)
  for (const [id, owner] of owners) {
    // Entries of versions that are not served go (IsMissingVersionError).
    if (id !== self && owner.apiVersion !== version) owners.delete(id)
    else if (id !== self) setFields(owners, id, difference(difference(owner.set, written), comparison.removed))
  }
}

/** Gives an owner another set; nobody owns nothing. */
export function setFields(owners: Owners, id: string, set: FieldSet): void {
  const owner = owners.get(id)
  if (isEmptySet(set)) owners.delete(id)
  else if (owner && owner.set !== set) owners.set(id, { ...owner, set })
}

const MOST_UPDATERS = 10

/** Joins the oldest updaters when there are too many (apimachinery managedfields capmanagers.go). */
export function capUpdaters(owners: Owners): void {
  const updaters = [...owners].filter(([, { operation }]) => operation === 'Update')
  let count = updaters.length
  if (count <= MOST_UPDATERS) return
  updaters.sort(([a, { time: one = '' }], [b, { time: other = '' }]) =>
    one === other ? (a < b ? -1 : 1) : one < other ? -1 : 1,
  )
  let first: string | null = null
  for (const [id, owner] of updaters) {
    if (count <= MOST_UPDATERS) return
    const bucket: Owner = { ...owner, manager: 'ancient-changes', subresource: '' }
    const bucketId = ownerId(bucket)
    if (first === null) {
      first = id
      continue
    }
    let start = owners.get(bucketId)
    if (!start) {
      start = owners.get(first)
      owners.delete(first)
    }
    owners.delete(id)
    owners.set(bucketId, { ...bucket, set: union(owner.set, start?.set ?? EMPTY) })
    count--
  }
}
