import type { Fields, KubeObject } from '@/lib/demo/store'
import {
  fieldsAt,
  fill,
  fillText,
  listAt,
  makeFields,
  numberAt,
  sameJson,
  textAt,
  valueAt,
} from '@/lib/demo/api/fields'
import { problemsOfLabel } from '@/lib/demo/api/grammar'
import { selectorOf } from '@/lib/demo/api/selectors'
import type { FieldError } from '@/lib/demo/api/status'
import { claimSpecDefaults, validateClaimSpec } from './claim'
import { validateAnnotations, validateLabels } from './metadata'
import { defaultPodSpec, validatePodSpec } from './pod-template'
import { forbiddenField, IMMUTABLE, invalidValue, notNegative, notSupported, required, type KindRules } from './rules'

/** StatefulSets: k8s pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation/validation.go, pkg/registry/apps/statefulset/strategy.go. */

const specOf = (set: KubeObject): Fields => makeFields(set, 'spec')

export const statefulSetRules: KindRules = {
  defaults(set) {
    const spec = specOf(set)
    fillText(spec, 'podManagementPolicy', 'OrderedReady')
    const strategy = makeFields(spec, 'updateStrategy')
    if (!textAt(strategy, 'type')) {
      strategy['type'] = 'RollingUpdate'
      // Only where the type was left out too; `type: RollingUpdate` alone keeps rollingUpdate absent.
      fill(makeFields(strategy, 'rollingUpdate'), 'partition', 0)
    }
    const rolling = fieldsAt(strategy, 'rollingUpdate')
    if (rolling && textAt(strategy, 'type') === 'RollingUpdate') {
      fill(rolling, 'partition', 0)
      fill(rolling, 'maxUnavailable', 1)
    }
    const retention = makeFields(spec, 'persistentVolumeClaimRetentionPolicy')
    fillText(retention, 'whenDeleted', 'Retain')
    fillText(retention, 'whenScaled', 'Retain')
    fill(spec, 'replicas', 1)
    fill(spec, 'revisionHistoryLimit', 10)
    const template = makeFields(spec, 'template')
    defaultPodSpec(makeFields(template, 'spec'))
    for (const claim of listAt(spec, 'volumeClaimTemplates')) {
      claim['apiVersion'] = 'v1'
      claim['kind'] = 'PersistentVolumeClaim'
      makeFields(claim, 'metadata')
      claimSpecDefaults(makeFields(claim, 'spec'))
      fill(makeFields(claim, 'status'), 'phase', 'Pending')
    }
  },

  prepare(set) {
    set.status = { replicas: 0, availableReplicas: 0 }
  },

  keep(set, old) {
    set.status = old.status
  },

  validate: (set) => validateSpec(specOf(set)),

  validateUpdate(set, old) {
    const spec = specOf(set)
    const before = old.spec ?? {}
    const errors = validateSpec(spec)
    for (const field of ['selector', 'volumeClaimTemplates', 'serviceName', 'podManagementPolicy']) {
      const empty = field === 'serviceName' ? '' : null
      const now = spec[field] ?? empty
      if (!sameJson(now, before[field] ?? empty)) errors.push(invalidValue(`spec.${field}`, now, IMMUTABLE))
    }
    return errors
  },

  validateStatus(set, old) {
    const status = set.status ?? {}
    const counts = ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas']
    const errors = [...counts, 'observedGeneration', 'collisionCount'].flatMap((name) =>
      notNegative(`status.${name}`, status[name]),
    )
    const number = (name: string) => numberAt(status, name) ?? 0
    for (const name of counts.slice(1)) {
      if (number(name) > number('replicas'))
        errors.push(invalidValue(`status.${name}`, number(name), 'cannot be greater than status.replicas'))
    }
    if (number('availableReplicas') > number('readyReplicas'))
      errors.push(
        invalidValue(
          'status.availableReplicas',
          number('availableReplicas'),
          'cannot be greater than status.readyReplicas',
        ),
      )
    if (number('collisionCount') < (numberAt(old.status, 'collisionCount') ?? 0))
      errors.push(invalidValue('status.collisionCount', number('collisionCount'), 'cannot be decremented'))
    return errors
  },

  warnings(set) {
    const limit = numberAt(set.spec, 'revisionHistoryLimit')
    return limit !== undefined && limit < 0
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []
  },
}

function validateStrategy(strategy: Fields): FieldError[] {
  const type = textAt(strategy, 'type')
  const rolling = fieldsAt(strategy, 'rollingUpdate')
  const path = 'spec.updateStrategy'
  if (type === 'OnDelete')
    return rolling
      ? [invalidValue(`${path}.rollingUpdate`, rolling, "only allowed for updateStrategy 'RollingUpdate'")]
      : []
  if (type !== 'RollingUpdate') return [invalidValue(path, strategy, "must be 'RollingUpdate' or 'OnDelete'")]
  if (!rolling) return []
  const errors = notNegative(`${path}.rollingUpdate.partition`, rolling['partition'])
  return [...errors, ...validateMaxUnavailable(`${path}.rollingUpdate.maxUnavailable`, rolling['maxUnavailable'])]
}

function validateMaxUnavailable(field: string, value: unknown): FieldError[] {
  if (typeof value === 'number') {
    if (value < 0) return notNegative(field, value)
    return value === 0 ? [invalidValue(field, value, 'cannot be 0')] : []
  }
  if (typeof value !== 'string') return []
  const percent = /^(\d+)%$/.exec(value)
  if (!percent)
    return [
      invalidValue(
        field,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ),
    ]
  if (Number(percent[1]) === 0) return [invalidValue(field, value, 'cannot be 0')]
  return Number(percent[1]) > 100 ? [invalidValue(field, value, 'must not be greater than 100%')] : []
}

function validateSpec(spec: Fields): FieldError[] {
  const errors: FieldError[] = []
  const policy = textAt(spec, 'podManagementPolicy')
  if (policy !== 'OrderedReady' && policy !== 'Parallel')
    errors.push(invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"))
  errors.push(...validateStrategy(fieldsAt(spec, 'updateStrategy') ?? {}))
  for (const when of ['whenDeleted', 'whenScaled']) {
    const value = textAt(spec, 'persistentVolumeClaimRetentionPolicy', when)
    if (value !== 'Retain' && value !== 'Delete')
      errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${when}`, value, ['Retain', 'Delete']))
  }
  for (const [index, claim] of listAt(spec, 'volumeClaimTemplates').entries())
    errors.push(...validateClaimSpec(fieldsAt(claim, 'spec') ?? {}, `spec.volumeClaimTemplates[${index}].spec`))
  errors.push(...notNegative('spec.replicas', spec['replicas']))
  errors.push(...notNegative('spec.minReadySeconds', spec['minReadySeconds']))
  errors.push(...notNegative('spec.ordinals.start', valueAt(spec, 'ordinals', 'start')))
  const service = textAt(spec, 'serviceName')
  if (service)
    for (const problem of problemsOfLabel(service)) errors.push(invalidValue('spec.serviceName', service, problem))
  errors.push(...validateSelectorAndTemplate(spec))
  return errors
}

function validateSelectorAndTemplate(spec: Fields): FieldError[] {
  const errors: FieldError[] = []
  const selector = fieldsAt(spec, 'selector')
  const template = fieldsAt(spec, 'template') ?? {}
  const labels = (fieldsAt(template, 'metadata', 'labels') ?? {}) as Record<string, string>
  if (!selector)
    errors.push(
      required('spec.selector'),
      invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
    )
  else {
    const size =
      Object.keys(fieldsAt(selector, 'matchLabels') ?? {}).length + listAt(selector, 'matchExpressions').length
    if (size === 0) errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for statefulset'))
    const matches = selectorOf(selector)
    if (!matches) errors.push(invalidValue('spec.selector', selector, ''))
    else if (size > 0 && !matches(labels))
      errors.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'))
  }
  const podSpec = fieldsAt(template, 'spec') ?? {}
  // Hostname and subdomain are written by the controller; claim templates stand in for volumes of their names.
  const claims = listAt(spec, 'volumeClaimTemplates').map((claim) => textAt(claim, 'metadata', 'name'))
  const volumes = [
    ...claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...listAt(podSpec, 'volumes').filter((volume) => !claims.includes(textAt(volume, 'name'))),
  ]
  const checked = { ...podSpec, volumes, hostname: undefined, subdomain: undefined }
  errors.push(...validateLabels(labels, 'spec.template.labels'))
  errors.push(
    ...validateAnnotations(
      fieldsAt(template, 'metadata', 'annotations') as Record<string, string> | undefined,
      'spec.template.annotations',
    ),
  )
  errors.push(...validatePodSpec(checked, 'spec.template.spec'))
  const restart = textAt(podSpec, 'restartPolicy')
  if (restart !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', restart, ['Always']))
  if (podSpec['activeDeadlineSeconds'] !== undefined)
    errors.push(
      forbiddenField(
        'spec.template.spec.activeDeadlineSeconds',
        'activeDeadlineSeconds in StatefulSet is not Supported',
      ),
    )
  return errors
}
