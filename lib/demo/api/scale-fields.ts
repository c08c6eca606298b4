import type { ManagedFieldsEntry } from '@/lib/demo/store'
import { difference, fieldSet, hasField, isEmptySet } from './field-set'
import { decodeOwners, encodeOwners, ownerId, type Owner, type Owners } from './ownership'

/** managedFields between a StatefulSet and its scale: k8s apimachinery pkg/util/managedfields/scalehandler.go. */

const REPLICAS = ['f:spec', 'f:replicas']
const ONLY_REPLICAS = fieldSet(REPLICAS)
const SCALE_VERSION = 'autoscaling/v1'
const SET_VERSION = 'apps/v1'

const ownersOf = (entries: ManagedFieldsEntry[] | undefined): Owners =>
  decodeOwners(entries ?? []) ?? new Map<string, Owner>()

/** The owners of the set's replicas, as owners of the scale's. */
export function scaleEntries(parent: ManagedFieldsEntry[] | undefined): ManagedFieldsEntry[] | undefined {
  const owners: Owners = new Map()
  for (const owner of ownersOf(parent).values()) {
    if (owner.apiVersion !== SET_VERSION || !hasField(owner.set, REPLICAS)) continue
    const scaled = { ...owner, apiVersion: SCALE_VERSION, set: ONLY_REPLICAS }
    owners.set(ownerId(scaled), scaled)
  }
  return encodeOwners(owners)
}

/**
 * The set's entries after its scale has these: who no longer owns the replicas there loses them here. To the API server an
 * updater of the scale is never the one of the set, not even where neither has changed anything, and its entry has no time.
 */
export function parentEntries(
  parent: ManagedFieldsEntry[] | undefined,
  scale: ManagedFieldsEntry[] | undefined,
): ManagedFieldsEntry[] | undefined {
  const scaled = ownersOf(scale)
  const owners: Owners = new Map()
  for (const [id, owner] of ownersOf(parent)) {
    if (owner.apiVersion !== SET_VERSION) continue
    if (!hasField(owner.set, REPLICAS) || scaled.delete(id)) {
      owners.set(id, owner)
      continue
    }
    const set = difference(owner.set, ONLY_REPLICAS)
    if (!isEmptySet(set)) owners.set(id, { ...owner, set })
  }
  for (const [id, { time: _, ...owner }] of scaled) {
    if (hasField(owner.set, REPLICAS)) owners.set(id, { ...owner, apiVersion: SET_VERSION, set: ONLY_REPLICAS })
  }
  return encodeOwners(owners)
}
