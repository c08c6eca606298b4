import type { Fields, KubeObject, ManagedFieldsEntry } from '@/lib/demo/store'
import { copy } from '@/lib/demo/store'
import { fieldsAt, isFields, makeFields, numberAt, textAt } from './fields'
import { recordManager, setEntries, type ManagedKind } from './managed-fields'
import type { Operations } from './operations'
import type { WriteOptions } from './write-options'
import { applyPatch, patchedObject, type PatchType } from './patch'
import { decode, DecodeError } from './schema'
import { parentEntries, scaleEntries } from './scale-fields'
import { selectorText } from './selectors'
import { applyServerSide } from './server-side-apply'
import { badRequest, conflict, invalid, otherUid, STALE } from './status'

/** The scale subresource of a StatefulSet: k8s pkg/registry/apps/statefulset/storage/storage.go. */

export function scaleOf(set: KubeObject): KubeObject {
  const replicas = numberAt(set.spec, 'replicas') ?? 1
  const { name, namespace, uid, resourceVersion, creationTimestamp } = set.metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    // Go leaves out a zero here.
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: numberAt(set.status, 'replicas') ?? 0,
      selector: selectorText(fieldsAt(set.spec, 'selector')),
    },
  }
}

export function updateScale(
  operations: Operations,
  namespace: string,
  name: string,
  input: Fields,
  options: WriteOptions,
): KubeObject {
  const set = operations.read('statefulsets', namespace, name)
  return writeScale(operations, set, readScale(input, options), options)
}

export function patchScale(
  operations: Operations,
  namespace: string,
  name: string,
  type: PatchType,
  body: unknown,
  options: WriteOptions,
): KubeObject {
  const set = operations.read('statefulsets', namespace, name)
  if (type === 'application/apply-patch+yaml') {
    if (!isFields(body)) throw badRequest('error decoding patch: the body must be an object')
    const write: WriteOptions = { ...options, subresource: 'scale' }
    const { object, entries } = applyServerSide(SCALE, managedScale(set), body, write, operations.now())
    return writeScale(operations, set, readScale(object, options), { ...options, recorded: true }, entries)
  }
  const patched = applyPatch('Scale', scaleOf(set), type, body)
  return writeScale(
    operations,
    set,
    patchedObject(patched, () => readScale(patched, options)),
    options,
  )
}

const SCALE: ManagedKind = { kind: 'Scale', group: 'autoscaling', version: 'v1', status: false }

/** The scale with what its owners have in the set (scalehandler.go ToSubresource). */
function managedScale(set: KubeObject): KubeObject {
  const scale = scaleOf(set)
  setEntries(scale, scaleEntries(set.metadata.managedFields))
  return scale
}

/** Who owns what of the scale once it is written. Where the set has owners, but not for its replicas, nobody is recorded. */
function entriesAfter(operations: Operations, set: KubeObject, scale: Fields, options: WriteOptions) {
  const live = managedScale(set)
  if (set.metadata.managedFields && !live.metadata.managedFields) return undefined
  const replicas = numberAt(scale, 'spec', 'replicas') ?? 0
  const next = scaleOf({ ...set, spec: { ...set.spec, replicas } })
  recordManager(SCALE, next, live, { ...options, subresource: 'scale' }, operations.now())
  return next.metadata.managedFields
}

function readScale(input: Fields, options: WriteOptions): Fields {
  if (input['kind'] !== undefined && input['kind'] !== 'Scale')
    throw badRequest(`expected input object type to be Scale, but ${String(input['kind'])}`)
  const unknown: string[] = []
  let scale: Fields
  try {
    scale = decode('Scale', input, (path) => unknown.push(path))
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(`Scale in version "v1" cannot be handled as a Scale: ${error.message}`)
    throw error
  }
  if (unknown.length > 0 && options.fieldValidation !== 'Ignore') {
    const texts = unknown.map((path) => `unknown field ${JSON.stringify(path)}`)
    if (options.fieldValidation === 'Strict')
      throw badRequest(`Scale in version "v1" cannot be handled as a Scale: strict decoding error: ${texts.join(', ')}`)
    for (const text of texts) options.warn?.(text)
  }
  return scale
}

function writeScale(
  operations: Operations,
  set: KubeObject,
  scale: Fields,
  options: WriteOptions,
  applied?: ManagedFieldsEntry[],
): KubeObject {
  const info = operations.info('statefulsets')
  const { name, uid, resourceVersion, namespace = '' } = set.metadata
  const given = textAt(scale, 'metadata', 'name')
  if (given && given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`)
  const wantedUid = textAt(scale, 'metadata', 'uid')
  if (wantedUid && wantedUid !== uid) throw otherUid(info, namespace, name, wantedUid, uid)
  const version = textAt(scale, 'metadata', 'resourceVersion')
  if (version && version !== resourceVersion) throw conflict(info, name, STALE)
  const replicas = numberAt(scale, 'spec', 'replicas') ?? 0
  if (replicas < 0)
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, name, [
      { field: 'spec.replicas', type: 'Invalid', value: replicas, detail: 'must be greater than or equal to 0' },
    ])
  const next = copy(set)
  makeFields(next, 'spec')['replicas'] = replicas
  const entries = options.recorded ? applied : entriesAfter(operations, set, scale, options)
  setEntries(next, parentEntries(set.metadata.managedFields, entries))
  return scaleOf(
    operations.update('statefulsets', namespace, name, next, { ...options, subresource: 'scale', recorded: true }),
  )
}
