import 'server-only'
import type { Resource, Metadata, ObjectsByResource } from '@/lib/statefulset/model/objects'
import { ownerOfFinalizer } from '@/lib/statefulset/model/finalizers'
import { kinds } from './kinds'
import { array, flag, integer, type Json, ParseError, pickTexts, record, text, textMap, texts } from './read-json'

/**
 * One object of the API as the few fields that Ordinal reads. Throws `ParseError`, which names the field, for an object
 * without a name, uid or resourceVersion and for a field of another type than the API gives it: nothing is guessed.
 */
export function parse<K extends Resource>(kind: K, json: unknown): ObjectsByResource[K] {
  const object = record(json, 'object')
  return kinds[kind].parse(object, metadataOf(object))
}

/** An object that is there and cannot be read, but for its metadata. */
export type Unreadable = { metadata: Metadata; reason: string }

/** What came of reading one object: the object, its metadata alone, or (of one without a name) only why not. */
export type Reading<T> = { object: T } | { unreadable: Unreadable } | { skipped: string }

/** Like `parse`, for objects of a list or a watch: what cannot be read keeps its name, so that it is not taken for absent. */
export function read<K extends Resource>(kind: K, json: unknown): Reading<ObjectsByResource[K]> {
  try {
    return { object: parse(kind, json) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const metadata = identityOf(json)
    return metadata === null ? { skipped: reason } : { unreadable: { metadata, reason } }
  }
}

/** The metadata of an object with whatever of it can be read; null for one without name, uid or version. */
export function identityOf(json: unknown): Metadata | null {
  try {
    const { name, namespace, uid, resourceVersion, labels, ownerReferences } = record(record(json, '').metadata, '')
    return {
      ...metadataOf({ metadata: { name, namespace, uid, resourceVersion } }),
      labels: readOr(() => textMap(labels, 'metadata.labels'), {}),
      owners: readOr(() => metadataOwners(ownerReferences), []),
    }
  } catch {
    return null
  }
}

function readOr<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}

/** `metadata.resourceVersion` of anything, null when it has none. */
export function resourceVersionOf(json: unknown): string | null {
  const metadata = (json as { metadata?: { resourceVersion?: unknown } } | null | undefined)?.metadata
  const version = metadata?.resourceVersion
  return typeof version === 'string' && version !== '' ? version : null
}

/** The annotations that some rule reads; every other one is dropped, for they may hold anything. */
const annotationsRead = [
  'argocd.argoproj.io/tracking-id',
  'fluxcd.io/sync-checksum',
  'kubectl.kubernetes.io/restartedAt',
  'kubernetes.io/change-cause',
  'meta.helm.sh/release-name',
  'ordinal.dev/peers',
  'pv.kubernetes.io/bind-completed',
  'storageclass.beta.kubernetes.io/is-default-class',
  'storageclass.kubernetes.io/is-default-class',
  'volume.kubernetes.io/selected-node',
  'volume.kubernetes.io/storage-provisioner',
]

export function metadataOf(json: Json): Metadata {
  const metadata = record(json.metadata, 'metadata')
  const name = text(metadata.name, 'metadata.name')
  const uid = text(metadata.uid, 'metadata.uid')
  const resourceVersion = text(metadata.resourceVersion, 'metadata.resourceVersion')
  if (!name) throw new ParseError('metadata.name is missing')
  if (!uid) throw new ParseError(`metadata.uid of ${name} is missing`)
  if (!resourceVersion) throw new ParseError(`metadata.resourceVersion of ${name} is missing`)
  const finalizers = texts(metadata.finalizers, 'metadata.finalizers')
  const managers = finalizerManagers(finalizers, metadata.managedFields)
  return {
    name,
    namespace: text(metadata.namespace, 'metadata.namespace') ?? '',
    uid,
    resourceVersion,
    generation: integer(metadata.generation, 'metadata.generation'),
    creationTimestamp: text(metadata.creationTimestamp, 'metadata.creationTimestamp') ?? '',
    deletionTimestamp: text(metadata.deletionTimestamp, 'metadata.deletionTimestamp'),
    deletionGracePeriodSeconds: integer(metadata.deletionGracePeriodSeconds, 'metadata.deletionGracePeriodSeconds'),
    finalizers,
    ...(managers === null ? {} : { finalizerManagers: managers }),
    labels: textMap(metadata.labels, 'metadata.labels'),
    annotations: pickTexts(metadata.annotations, 'metadata.annotations', annotationsRead),
    owners: metadataOwners(metadata.ownerReferences),
  }
}

/**
 * Who set the finalizers of which the name does not tell it, by `f:metadata.f:finalizers` of managedFields, where each
 * is a key `v:"<finalizer>"` (structured-merge-diff, fieldpath/serialize-pe.go). Null when nobody is named.
 */
function finalizerManagers(finalizers: readonly string[], managedFields: unknown): Record<string, string> | null {
  const unowned = finalizers.filter((finalizer) => ownerOfFinalizer(finalizer) === null)
  if (unowned.length === 0) return null
  const managers: Record<string, string> = {}
  for (const item of array(managedFields, 'metadata.managedFields')) {
    const entry = record(item, 'managedFields')
    const metadata = record(record(entry.fieldsV1, 'fieldsV1')['f:metadata'], 'f:metadata')
    const fields = record(metadata['f:finalizers'], 'f:finalizers')
    for (const finalizer of unowned)
      if (Object.hasOwn(fields, `v:${JSON.stringify(finalizer)}`))
        managers[finalizer] = text(entry.manager, 'managedFields.manager') ?? ''
  }
  return Object.keys(managers).length === 0 ? null : managers
}

function metadataOwners(value: unknown): Metadata['owners'] {
  return array(value, 'metadata.ownerReferences').map((item) => {
    const owner = record(item, 'metadata.ownerReferences')
    return {
      apiVersion: text(owner.apiVersion, 'ownerReferences.apiVersion') ?? '',
      kind: text(owner.kind, 'ownerReferences.kind') ?? '',
      name: text(owner.name, 'ownerReferences.name') ?? '',
      uid: text(owner.uid, 'ownerReferences.uid') ?? '',
      controller: flag(owner.controller, 'ownerReferences.controller') ?? false,
    }
  })
}
