import type { KubeObject, ObjectMeta } from '@/lib/demo/store'
import {
  problemsOfLabel,
  problemsOfLabelValue,
  problemsOfPathSegment,
  problemsOfQualifiedName,
  problemsOfSubdomain,
} from '@/lib/demo/api/grammar'
import type { ResourceInfo } from '@/lib/demo/api/resources'
import type { FieldError } from '@/lib/demo/api/status'
import { forbiddenField, IMMUTABLE, invalidValue, required } from './rules'

/** Rules for the metadata of all kinds (k8s apimachinery pkg/api/validation/objectmeta.go). */

const NAME_RULES: Record<ResourceInfo['name'], (text: string) => string[]> = {
  subdomain: problemsOfSubdomain,
  label: problemsOfLabel,
  service: problemsOfLabel,
  path: problemsOfPathSegment,
}

const ANNOTATIONS_LIMIT = 256 * 1024

export function validateMeta(info: ResourceInfo, metadata: ObjectMeta): FieldError[] {
  const errors: FieldError[] = []
  const rule = NAME_RULES[info.name]
  if (metadata.generateName) {
    const base = metadata.generateName
    const masked = base.length > 1 && base.endsWith('-') ? `${base.slice(0, -2)}a` : base
    for (const problem of rule(masked)) errors.push(invalidValue('metadata.generateName', base, problem))
  }
  if (!metadata.name) errors.push(required('metadata.name', 'name or generateName is required'))
  else for (const problem of rule(metadata.name)) errors.push(invalidValue('metadata.name', metadata.name, problem))
  if (info.namespaced && metadata.namespace) {
    for (const problem of problemsOfLabel(metadata.namespace))
      errors.push(invalidValue('metadata.namespace', metadata.namespace, problem))
  }
  return [...errors, ...validateCommon(metadata), ...validateFinalizers(metadata.finalizers ?? [])]
}

export function validateMetaUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { metadata } = object
  const errors: FieldError[] = []
  if (old.metadata.deletionTimestamp) {
    const before = old.metadata.finalizers ?? []
    const added = [...new Set(metadata.finalizers ?? [])].filter((one) => !before.includes(one)).sort()
    if (added.length > 0) {
      const list = `[]string{${added.map((one) => JSON.stringify(one)).join(', ')}}`
      errors.push(
        forbiddenField(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      )
    }
  }
  for (const field of ['uid', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (metadata[field] !== old.metadata[field])
      errors.push(invalidValue(`metadata.${field}`, metadata[field] ?? null, IMMUTABLE))
  }
  return [...errors, ...validateCommon(metadata)]
}

function validateCommon(metadata: ObjectMeta): FieldError[] {
  return [
    ...validateLabels(metadata.labels, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations, 'metadata.annotations'),
    ...validateOwners(metadata),
  ]
}

export function validateLabels(labels: Record<string, string> | undefined, field: string): FieldError[] {
  const errors: FieldError[] = []
  for (const [name, value] of Object.entries(labels ?? {})) {
    for (const problem of problemsOfQualifiedName(name)) errors.push(invalidValue(field, name, problem))
    for (const problem of problemsOfLabelValue(value)) errors.push(invalidValue(field, value, problem))
  }
  return errors
}

export function validateAnnotations(annotations: Record<string, string> | undefined, field: string): FieldError[] {
  const errors: FieldError[] = []
  let size = 0
  for (const [name, value] of Object.entries(annotations ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(value)
    for (const problem of problemsOfQualifiedName(name.toLowerCase())) errors.push(invalidValue(field, name, problem))
  }
  if (size > ANNOTATIONS_LIMIT)
    errors.push({ field, type: 'TooLong', detail: `may not be more than ${ANNOTATIONS_LIMIT} bytes` })
  return errors
}

function validateOwners(metadata: ObjectMeta): FieldError[] {
  const errors: FieldError[] = []
  let controller = ''
  for (const [index, owner] of (metadata.ownerReferences ?? []).entries()) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (!owner[field]) errors.push(required(`metadata.ownerReferences[${index}].${field}`, 'must not be empty'))
    }
    if (owner.apiVersion === 'v1' && owner.kind === 'Event')
      errors.push(
        invalidValue(`metadata.ownerReferences[${index}]`, owner, '/v1, Kind=Event is disallowed from being an owner'),
      )
    if (!owner.controller) continue
    const name = `${owner.kind}/${owner.name}`
    if (controller)
      errors.push(
        invalidValue(
          'metadata.ownerReferences',
          metadata.ownerReferences,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
        ),
      )
    else controller = name
  }
  return errors
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion']

function validateFinalizers(finalizers: string[]): FieldError[] {
  const errors: FieldError[] = []
  for (const [index, finalizer] of finalizers.entries()) {
    for (const problem of problemsOfQualifiedName(finalizer))
      errors.push(invalidValue('metadata.finalizers', finalizer, problem))
    // The core types are stricter than the rest (k8s pkg/apis/core/validation ValidateFinalizerName).
    if (!finalizer.includes('/') && !STANDARD_FINALIZERS.includes(finalizer))
      errors.push(
        invalidValue(
          `metadata.finalizers[${index}]`,
          finalizer,
          'name is neither a standard finalizer name nor is it fully qualified',
        ),
      )
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(
      invalidValue('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'),
    )
  return errors
}
