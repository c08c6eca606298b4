import type { Fields, KubeObject, ManagedFieldsEntry, ObjectMeta } from '@/lib/demo/store'
import { fieldsAt, makeFields } from './fields'
import type { WriteOptions } from './write-options'
import { groupVersion, resourceOfKind, type ResourceInfo } from './resources'
import { decode, DecodeError } from './schema'
import { badRequest } from './status'

/** Reads what a client sent as an object of the kind: its type must be right, unknown fields are told or refused. */
export function decodeObject(info: ResourceInfo, input: object, options: WriteOptions): KubeObject {
  const given = input as Fields
  const { apiVersion, kind } = given
  const wanted = groupVersion(info)
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== wanted)
    throw badRequest(
      `${String(kind)} in version "${String(apiVersion).split('/').at(-1)}" cannot be handled as a ${info.kind}: no kind "${String(kind)}" is registered for version "${String(apiVersion)}" in scheme "pkg/runtime/scheme.go:111"`,
    )
  if (kind !== undefined && kind !== '' && kind !== info.kind)
    throw badRequest(
      `${String(kind)} in version "${info.version}" cannot be handled as a ${info.kind}: ${
        resourceOfKind(wanted, String(kind))
          ? `converting (v1.${String(kind)}) to (${info.group.split('.')[0] || 'core'}.${info.kind}): unknown conversion`
          : `no kind "${String(kind)}" is registered for version "${wanted}" in scheme "pkg/api/legacyscheme/scheme.go:30"`
      }`,
    )
  // Entries that come from the store need no reading.
  const managedFields = fieldsAt(given, 'metadata')?.['managedFields']
  const stored = Array.isArray(managedFields) && Object.isFrozen(managedFields)
  const rest = stored ? { ...given, metadata: { ...fieldsAt(given, 'metadata'), managedFields: undefined } } : given
  const unknown: string[] = []
  let object: Fields
  try {
    object = decode(info.kind, rest, (path) => unknown.push(path))
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw badRequest(`${info.kind} in version "${info.version}" cannot be handled as a ${info.kind}: ${error.message}`)
  }
  if (unknown.length > 0 && options.fieldValidation !== 'Ignore') {
    const texts = unknown.map((path) => `unknown field ${JSON.stringify(path)}`)
    if (options.fieldValidation === 'Strict')
      throw badRequest(
        `${info.kind} in version "${info.version}" cannot be handled as a ${info.kind}: strict decoding error: ${texts.join(', ')}`,
      )
    for (const text of texts) options.warn?.(text)
  }
  const metadata = makeFields(object, 'metadata') as ObjectMeta
  if (stored) metadata.managedFields = managedFields as ManagedFieldsEntry[]
  // Elsewhere an empty list is none, but this one tells the field manager to forget its entries.
  else if (Array.isArray(managedFields) && managedFields.length === 0) metadata.managedFields = []
  return { ...object, apiVersion: wanted, kind: info.kind, metadata }
}
