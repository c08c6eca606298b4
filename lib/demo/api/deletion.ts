import { copy, type KubeObject } from '@/lib/demo/store'
import { numberAt, textAt } from './fields'
import type { ResourceInfo } from './resources'
import { conflict, invalidOptions, type FieldError } from './status'

/** Deletion as the API server does it: k8s apiserver pkg/registry/rest/delete.go, pkg/registry/core/pod/strategy.go. */

export type DeleteOptions = {
  gracePeriodSeconds?: number
  preconditions?: { uid?: string; resourceVersion?: string }
  propagationPolicy?: string
  orphanDependents?: boolean
  dryRun?: boolean
}

const POLICIES = ['Foreground', 'Background', 'Orphan']

function checkOptions(options: DeleteOptions): void {
  const errors: FieldError[] = []
  if (options.propagationPolicy !== undefined && options.orphanDependents !== undefined)
    errors.push({
      field: 'propagationPolicy',
      type: 'Invalid',
      value: options.propagationPolicy,
      detail: 'orphanDependents and deletionPropagation cannot be both set',
    })
  if (options.propagationPolicy !== undefined && !POLICIES.includes(options.propagationPolicy))
    errors.push({
      field: 'propagationPolicy',
      type: 'NotSupported',
      value: options.propagationPolicy,
      detail: `supported values: ${[...POLICIES, 'nil'].map((one) => JSON.stringify(one)).join(', ')}`,
    })
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors)
}

/** The grace a pod gets: none before it is scheduled or after it has ended. */
function podGrace(pod: KubeObject, asked: number | undefined): number {
  const phase = textAt(pod.status, 'phase')
  if (!textAt(pod.spec, 'nodeName') || phase === 'Succeeded' || phase === 'Failed') return 0
  const grace = asked ?? numberAt(pod.spec, 'terminationGracePeriodSeconds') ?? 30
  return grace < 0 ? 1 : grace
}

/** Checks options and preconditions. 'pending' when the object is being deleted already and nothing becomes shorter. */
export function planDeletion(info: ResourceInfo, object: KubeObject, options: DeleteOptions): 'pending' | 'go' {
  checkOptions(options)
  const { name, uid, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds: left } = object.metadata
  const wanted = options.preconditions ?? {}
  if (wanted.uid !== undefined && wanted.uid !== uid)
    throw conflict(
      info,
      name,
      `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
      info.kind,
    )
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion)
    throw conflict(
      info,
      name,
      `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
      info.kind,
    )
  if (info.resource !== 'pods' || !deletionTimestamp || !left) return 'go'
  const asked = options.gracePeriodSeconds
  return asked === undefined || (asked < 0 ? 1 : asked) >= left ? 'pending' : 'go'
}

/** The finalizers that the garbage collector obeys, as the propagation policy wants them. */
function finalizersFor(object: KubeObject, options: DeleteOptions): string[] {
  const finalizers = object.metadata.finalizers ?? []
  const policy =
    options.propagationPolicy ??
    (options.orphanDependents === undefined ? undefined : options.orphanDependents ? 'Orphan' : 'Background')
  if (policy === undefined) return finalizers
  const others = finalizers.filter((one) => one !== 'orphan' && one !== 'foregroundDeletion')
  if (policy === 'Orphan') return [...others, 'orphan']
  return policy === 'Foreground' ? [...others, 'foregroundDeletion'] : others
}

/**
 * The object as it is written before it goes: with a deletionTimestamp, a grace period, perhaps a finalizer.
 * Null when it is simply removed.
 */
export function beginDeletion(
  info: ResourceInfo,
  old: KubeObject,
  options: DeleteOptions,
  now: Date,
): KubeObject | null {
  const finalizers = finalizersFor(old, options)
  const { deletionTimestamp, deletionGracePeriodSeconds: left } = old.metadata
  const graceful = info.resource === 'pods' && !(deletionTimestamp && !left)
  if (!graceful && finalizers.length === 0) return null
  const next = copy(old)
  const { metadata } = next
  if (finalizers.length > 0) metadata.finalizers = finalizers
  else delete metadata.finalizers
  if (graceful && deletionTimestamp && left) {
    // A shorter grace moves the moment of deletion earlier, but never into the past.
    let grace = Math.max(options.gracePeriodSeconds ?? left, options.gracePeriodSeconds === 0 ? 0 : 1)
    let at = Date.parse(deletionTimestamp) + (grace - left) * 1000
    if (at < now.getTime()) {
      at = now.getTime()
      grace = grace === 0 ? 0 : 1
    }
    metadata.deletionTimestamp = stamp(new Date(at))
    metadata.deletionGracePeriodSeconds = grace
    return next
  }
  if (!deletionTimestamp && metadata.generation !== undefined) metadata.generation += 1
  const grace = graceful ? podGrace(old, options.gracePeriodSeconds) : 0
  metadata.deletionTimestamp ??= stamp(new Date(now.getTime() + grace * 1000))
  metadata.deletionGracePeriodSeconds = grace
  return next
}

const stamp = (date: Date) => `${date.toISOString().slice(0, 19)}Z`
