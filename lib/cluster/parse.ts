import 'server-only'
import type { Resource, Metadata, ObjectsByResource } from '@/lib/statefulset/model/objects'
import { kinds } from './kinds'
import { array, flag, integer, type Json, ParseError, pickTexts, record, text, textMap, texts } from './read-json'

/**
 * One object of the API as the few fields that Ordinal reads. Throws `ParseError`, which names the field, for an object
 * without a name, uid or resourceVersion and for a field of another type than the API gives it: the caller skips and
 * counts such an object, it never guesses.
 */
export function parse<K extends Resource>(kind: K, json: unknown): ObjectsByResource[K] {
  const object = record(json, 'object')
  return kinds[kind].parse(object, metadataOf(object))
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
  return {
    name,
    namespace: text(metadata.namespace, 'metadata.namespace') ?? '',
    uid,
    resourceVersion,
    generation: integer(metadata.generation, 'metadata.generation'),
    creationTimestamp: text(metadata.creationTimestamp, 'metadata.creationTimestamp') ?? '',
    deletionTimestamp: text(metadata.deletionTimestamp, 'metadata.deletionTimestamp'),
    deletionGracePeriodSeconds: integer(metadata.deletionGracePeriodSeconds, 'metadata.deletionGracePeriodSeconds'),
    finalizers: texts(metadata.finalizers, 'metadata.finalizers'),
    labels: textMap(metadata.labels, 'metadata.labels'),
    annotations: pickTexts(metadata.annotations, 'metadata.annotations', annotationsRead),
    owners: array(metadata.ownerReferences, 'metadata.ownerReferences').map((item) => {
      const owner = record(item, 'metadata.ownerReferences')
      return {
        kind: text(owner.kind, 'ownerReferences.kind') ?? '',
        name: text(owner.name, 'ownerReferences.name') ?? '',
        uid: text(owner.uid, 'ownerReferences.uid') ?? '',
        controller: flag(owner.controller, 'ownerReferences.controller') ?? false,
      }
    }),
  }
}
