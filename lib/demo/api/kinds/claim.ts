import type { Fields, KubeObject } from '@/lib/demo/store'
import { fieldsAt, fill, makeFields, sameJson, textAt, valueAt } from '@/lib/demo/api/fields'
import { problemsOfSubdomain } from '@/lib/demo/api/grammar'
import { compareQuantities } from '@/lib/demo/api/quantity'
import { forbidden, type FieldError } from '@/lib/demo/api/status'
import { changedFields } from './pod'
import { forbiddenField, invalidValue, notSupported, required, type KindRules, type RuleContext } from './rules'

/** Claims: k8s pkg/apis/core/validation, admission StorageObjectInUseProtection, DefaultStorageClass, PersistentVolumeClaimResize. */

const claims = { group: '', resource: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim' }
const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

export function claimSpecDefaults(spec: Fields): void {
  fill(spec, 'resources', {})
  fill(spec, 'volumeMode', 'Filesystem')
}

export function validateAccessModes(modes: unknown, field: string): FieldError[] {
  const list = Array.isArray(modes) ? modes : []
  if (list.length === 0) return [required(field, 'at least 1 access mode is required')]
  const errors = list
    .filter((mode) => !ACCESS_MODES.includes(String(mode)))
    .map((mode) => notSupported(field, mode, ACCESS_MODES))
  if (list.includes('ReadWriteOncePod') && list.length > 1)
    errors.push(forbiddenField(field, 'may not use ReadWriteOncePod with other access modes'))
  return errors
}

export function validateClaimSpec(spec: Fields, path: string): FieldError[] {
  const errors = validateAccessModes(spec['accessModes'], `${path}.accessModes`)
  const size = textAt(spec, 'resources', 'requests', 'storage')
  if (size === '') errors.push(required(`${path}.resources[storage]`))
  else if (compareQuantities(size, '0') <= 0)
    errors.push(invalidValue(`${path}.resources[storage]`, size, 'must be greater than zero'))
  const className = textAt(spec, 'storageClassName')
  if (className)
    for (const problem of problemsOfSubdomain(className))
      errors.push(invalidValue(`${path}.storageClassName`, className, problem))
  const mode = textAt(spec, 'volumeMode')
  if (mode && mode !== 'Filesystem' && mode !== 'Block')
    errors.push(notSupported(`${path}.volumeMode`, mode, ['Block', 'Filesystem']))
  return errors
}

/** The newest of the classes marked as default. */
function defaultClass({ store }: RuleContext): string | null {
  const marked = store
    .list('storageclasses')
    .filter((one) => one.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true')
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1))
  return marked[0]?.metadata.name ?? null
}

export const PVC_PROTECTION = 'kubernetes.io/pvc-protection'

export const claimRules: KindRules = {
  defaults(claim) {
    claimSpecDefaults(makeFields(claim, 'spec'))
  },

  prepare(claim) {
    claim.status = { phase: 'Pending' }
  },

  admit(claim, context) {
    const finalizers = claim.metadata.finalizers ?? []
    if (!finalizers.includes(PVC_PROTECTION)) claim.metadata.finalizers = [...finalizers, PVC_PROTECTION]
    const spec = makeFields(claim, 'spec')
    if (spec['storageClassName'] === undefined) {
      const name = defaultClass(context)
      if (name) spec['storageClassName'] = name
    }
  },

  keep(claim, old) {
    claim.status = old.status
  },

  admitUpdate(claim, old, context) {
    const before = textAt(old.spec, 'resources', 'requests', 'storage')
    const after = textAt(claim.spec, 'resources', 'requests', 'storage')
    if (compareQuantities(after, before) <= 0) return
    if (textAt(old.status, 'phase') !== 'Bound')
      throw forbidden(claims, claim.metadata.name, 'Only bound persistent volume claims can be expanded')
    const storageClass = context.store.get('storageclasses', '', textAt(claim.spec, 'storageClassName'))
    if (storageClass?.['allowVolumeExpansion'] !== true)
      throw forbidden(
        claims,
        claim.metadata.name,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      )
  },

  validate: (claim) => validateClaimSpec(claim.spec ?? {}, 'spec'),

  validateUpdate(claim, old) {
    const errors = validateClaimSpec(claim.spec ?? {}, 'spec')
    return [...errors, ...validateClaimUpdate(claim, old)]
  },
}

function validateClaimUpdate(claim: KubeObject, old: KubeObject): FieldError[] {
  const spec = claim.spec ?? {}
  const before = old.spec ?? {}
  const munged: Fields = { ...spec }
  const restore = (name: string) => {
    if (before[name] === undefined) delete munged[name]
    else munged[name] = before[name]
  }
  // A volume may be named once, and a class where none was said.
  if (!textAt(before, 'volumeName')) restore('volumeName')
  if (before['storageClassName'] === undefined) restore('storageClassName')
  if (textAt(old.status, 'phase') === 'Bound') {
    restore('volumeAttributesClassName')
    const resources = fieldsAt(spec, 'resources')
    if (resources)
      munged['resources'] = {
        ...resources,
        requests: { ...fieldsAt(resources, 'requests'), storage: valueAt(before, 'resources', 'requests', 'storage') },
      }
  }
  const errors: FieldError[] = []
  if (!sameJson(munged, before))
    errors.push(
      forbiddenField(
        'spec',
        `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${changedFields(before, munged)}`,
      ),
    )
  const size = textAt(spec, 'resources', 'requests', 'storage')
  const shrinks = compareQuantities(size, textAt(before, 'resources', 'requests', 'storage')) < 0
  if (shrinks && compareQuantities(size, textAt(old.status, 'capacity', 'storage') || '0') <= 0)
    errors.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'))
  return errors
}
