import { fieldsAt, fill, fillText, makeFields, sameJson, textAt } from '@/lib/demo/api/fields'
import { compareQuantities } from '@/lib/demo/api/quantity'
import type { FieldError } from '@/lib/demo/api/status'
import { validateAccessModes } from './claim'
import { forbiddenField, IMMUTABLE, invalidValue, notSupported, required, type KindRules } from './rules'

/** Volumes, storage classes and attachments: k8s pkg/apis/core/validation, pkg/apis/storage. */

export const PV_PROTECTION = 'kubernetes.io/pv-protection'
const SOURCES = [
  'csi',
  'hostPath',
  'local',
  'nfs',
  'iscsi',
  'fc',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'azureDisk',
]

export const volumeRules: KindRules = {
  defaults(volume) {
    const spec = makeFields(volume, 'spec')
    fillText(spec, 'persistentVolumeReclaimPolicy', 'Retain')
    fill(spec, 'volumeMode', 'Filesystem')
    const host = fieldsAt(spec, 'hostPath')
    if (host) fill(host, 'type', '')
  },
  prepare(volume, { now }) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: `${now.toISOString().slice(0, 19)}Z` }
  },
  admit(volume) {
    const finalizers = volume.metadata.finalizers ?? []
    if (!finalizers.includes(PV_PROTECTION)) volume.metadata.finalizers = [...finalizers, PV_PROTECTION]
  },
  keep(volume, old) {
    volume.status = old.status
  },
  validate: (volume) => validateVolume(volume.spec ?? {}),
  validateUpdate(volume, old) {
    const spec = volume.spec ?? {}
    const errors = validateVolume(spec)
    const source = SOURCES.find((name) => old.spec?.[name] !== undefined)
    if (source && !sameJson(spec[source], old.spec?.[source]))
      errors.push(
        forbiddenField('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'),
      )
    if (!sameJson(spec['volumeMode'], old.spec?.['volumeMode']))
      errors.push(invalidValue('spec.volumeMode', spec['volumeMode'], IMMUTABLE))
    return errors
  },
}

function validateVolume(spec: Record<string, unknown>): FieldError[] {
  const errors = validateAccessModes(spec['accessModes'], 'spec.accessModes')
  const size = textAt(spec, 'capacity', 'storage')
  if (Object.keys(fieldsAt(spec, 'capacity') ?? {}).length === 0) errors.push(required('spec.capacity'))
  else if (compareQuantities(size || '0', '0') <= 0)
    errors.push(invalidValue('spec.capacity[storage]', size, 'must be greater than zero'))
  if (!SOURCES.some((name) => spec[name] !== undefined)) errors.push(required('spec', 'must specify a volume type'))
  const policy = textAt(spec, 'persistentVolumeReclaimPolicy')
  if (!['Delete', 'Recycle', 'Retain'].includes(policy))
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, ['Delete', 'Recycle', 'Retain']))
  return errors
}

export const storageClassRules: KindRules = {
  defaults(storageClass) {
    fill(storageClass, 'reclaimPolicy', 'Delete')
    fill(storageClass, 'volumeBindingMode', 'Immediate')
  },
  validate(storageClass) {
    const errors: FieldError[] = []
    if (!textAt(storageClass, 'provisioner')) errors.push(required('provisioner'))
    const policy = textAt(storageClass, 'reclaimPolicy')
    if (!['Delete', 'Retain'].includes(policy)) errors.push(notSupported('reclaimPolicy', policy, ['Delete', 'Retain']))
    const mode = textAt(storageClass, 'volumeBindingMode')
    if (!['Immediate', 'WaitForFirstConsumer'].includes(mode))
      errors.push(notSupported('volumeBindingMode', mode, ['Immediate', 'WaitForFirstConsumer']))
    return errors
  },
  validateUpdate(storageClass, old) {
    const errors: FieldError[] = []
    if (!sameJson(storageClass['parameters'], old['parameters']))
      errors.push(forbiddenField('parameters', 'updates to parameters are forbidden.'))
    if (storageClass['provisioner'] !== old['provisioner'])
      errors.push(forbiddenField('provisioner', 'updates to provisioner are forbidden.'))
    if (storageClass['reclaimPolicy'] !== old['reclaimPolicy'])
      errors.push(forbiddenField('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'))
    if (storageClass['volumeBindingMode'] !== old['volumeBindingMode'])
      errors.push(invalidValue('volumeBindingMode', storageClass['volumeBindingMode'], IMMUTABLE))
    return errors
  },
}

export const attachmentRules: KindRules = {
  prepare(attachment) {
    attachment.status = { attached: false }
  },
  keep(attachment, old) {
    attachment.status = old.status
  },
  validate(attachment) {
    const errors: FieldError[] = []
    if (!textAt(attachment.spec, 'attacher')) errors.push(required('spec.attacher'))
    if (!textAt(attachment.spec, 'nodeName')) errors.push(required('spec.nodeName'))
    if (!textAt(attachment.spec, 'source', 'persistentVolumeName'))
      errors.push(required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
    return errors
  },
  validateUpdate(attachment, old) {
    return sameJson(attachment.spec, old.spec) ? [] : [invalidValue('spec', attachment.spec, IMMUTABLE)]
  },
}
