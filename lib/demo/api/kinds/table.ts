import type { KubeObject, ResourceType } from '@/lib/demo/store'
import { fieldsAt, fill, fillText, listAt, makeFields, numberAt, sameJson, textAt } from '@/lib/demo/api/fields'
import type { FieldError } from '@/lib/demo/api/status'
import { configMapRules } from './config-map'
import { claimRules } from './claim'
import { podRules } from './pod'
import { IMMUTABLE, invalidValue, notNegative, notSupported, required, type KindRules } from './rules'
import { serviceRules } from './service'
import { statefulSetRules } from './stateful-set'
import { attachmentRules, storageClassRules, volumeRules } from './storage'

const keepStatus = (object: KubeObject, old: KubeObject) => {
  if (old.status === undefined) delete object.status
  else object.status = old.status
}

const namespaceRules: KindRules = {
  defaults(namespace) {
    namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name }
  },
  prepare(namespace) {
    const spec = makeFields(namespace, 'spec')
    const finalizers = Array.isArray(spec['finalizers']) ? spec['finalizers'] : []
    spec['finalizers'] = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes']
    namespace.status = { phase: 'Active' }
  },
  keep(namespace, old) {
    keepStatus(namespace, old)
    if (old.spec) namespace.spec = old.spec
  },
}

const nodeRules: KindRules = {
  prepare(node) {
    const status = makeFields(node, 'status')
    if (fieldsAt(status, 'capacity')) fill(status, 'allocatable', status['capacity'])
  },
  admit(node) {
    // Until its kubelet reports, a new node is not ready (admission TaintNodesByCondition).
    const spec = makeFields(node, 'spec')
    const key = 'node.kubernetes.io/not-ready'
    const taints = listAt(spec, 'taints')
    if (!taints.some((taint) => textAt(taint, 'key') === key && textAt(taint, 'effect') === 'NoSchedule'))
      spec['taints'] = [...taints, { key, effect: 'NoSchedule' }]
  },
  keep: keepStatus,
  validateUpdate(node, old) {
    const before = textAt(old.spec, 'podCIDR')
    const errors: FieldError[] = []
    if (before && textAt(node.spec, 'podCIDR') !== before)
      errors.push({
        field: 'spec.podCIDRs',
        type: 'Forbidden',
        detail: 'node updates may not change podCIDR except from "" to valid',
      })
    return [...errors, ...validateTaints(node)]
  },
  validate: validateTaints,
}

function validateTaints(node: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
  const seen = new Set<string>()
  for (const [index, taint] of listAt(node.spec, 'taints').entries()) {
    const path = `spec.taints[${index}]`
    const effect = textAt(taint, 'effect')
    if (!textAt(taint, 'key')) errors.push(invalidValue(`${path}.key`, '', 'name part must be non-empty'))
    if (!effect) errors.push(required(`${path}.effect`))
    else if (!effects.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, effects))
    const id = `${textAt(taint, 'key')}:${effect}`
    if (seen.has(id))
      errors.push({
        field: path,
        type: 'Duplicate',
        value: taint,
        detail: 'taints must be unique by key and effect pair',
      })
    seen.add(id)
  }
  return errors
}

const revisionRules: KindRules = {
  validate(revision) {
    const errors: FieldError[] = []
    if (revision['data'] === undefined) errors.push(required('data', 'data is mandatory'))
    return [...errors, ...notNegative('revision', revision['revision'])]
  },
  validateUpdate(revision, old) {
    return sameJson(revision['data'], old['data']) ? [] : [invalidValue('data', revision['data'] ?? null, IMMUTABLE)]
  },
}

const budgetRules: KindRules = {
  prepare(budget) {
    budget.status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }
  },
  keep: keepStatus,
  validate(budget) {
    const { minAvailable, maxUnavailable } = budget.spec ?? {}
    const errors: FieldError[] = []
    if (minAvailable !== undefined && maxUnavailable !== undefined)
      errors.push(invalidValue('spec', budget.spec, 'minAvailable and maxUnavailable cannot be both set'))
    return [
      ...errors,
      ...notNegative('spec.minAvailable', minAvailable),
      ...notNegative('spec.maxUnavailable', maxUnavailable),
    ]
  },
}

const autoscalerRules: KindRules = {
  defaults(scaler) {
    const spec = makeFields(scaler, 'spec')
    fill(spec, 'minReplicas', 1)
    if (listAt(spec, 'metrics').length === 0)
      spec['metrics'] = [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ]
  },
  prepare(scaler) {
    scaler.status = { desiredReplicas: 0, currentMetrics: null }
  },
  keep: keepStatus,
  validate(scaler) {
    const errors: FieldError[] = []
    const most = numberAt(scaler.spec, 'maxReplicas') ?? 0
    const least = numberAt(scaler.spec, 'minReplicas') ?? 1
    if (most < 1) errors.push(invalidValue('spec.maxReplicas', most, 'must be greater than 0'))
    if (least < 0) errors.push(invalidValue('spec.minReplicas', least, 'must be greater than or equal to 0'))
    if (most < least)
      errors.push(invalidValue('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`'))
    for (const field of ['kind', 'name'])
      if (!textAt(scaler.spec, 'scaleTargetRef', field)) errors.push(required(`spec.scaleTargetRef.${field}`))
    return errors
  },
}

const leaseRules: KindRules = {
  validate: (lease) => {
    const seconds = numberAt(lease.spec, 'leaseDurationSeconds')
    return seconds !== undefined && seconds <= 0
      ? [invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0')]
      : []
  },
}

const sliceRules: KindRules = {
  defaults(slice) {
    for (const port of listAt(slice, 'ports')) {
      fill(port, 'name', '')
      fillText(port, 'protocol', 'TCP')
    }
    fill(slice, 'endpoints', null)
    fill(slice, 'ports', null)
  },
  changesGeneration: (slice, old) =>
    !sameJson(
      [slice['endpoints'], slice['ports'], slice['addressType']],
      [old['endpoints'], old['ports'], old['addressType']],
    ) || !sameJson(slice.metadata.labels, old.metadata.labels),
  validate(slice) {
    const type = textAt(slice, 'addressType')
    if (!type) return [required('addressType')]
    return ['FQDN', 'IPv4', 'IPv6'].includes(type) ? [] : [notSupported('addressType', type, ['FQDN', 'IPv4', 'IPv6'])]
  },
  validateUpdate: (slice, old) =>
    slice['addressType'] === old['addressType'] ? [] : [invalidValue('addressType', slice['addressType'], IMMUTABLE)],
}

const eventRules: KindRules = {
  validate(event) {
    const about = fieldsAt(event, 'involvedObject')
    const namespace = textAt(about, 'namespace')
    // Events about objects without a namespace belong to `default`.
    return namespace !== '' && namespace !== event.metadata.namespace
      ? [invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace')]
      : []
  },
}

const quotaRules: KindRules = {
  prepare(quota) {
    quota.status = {}
  },
  keep: keepStatus,
}

const secretRules: KindRules = {
  defaults(secret) {
    fill(secret, 'type', 'Opaque')
    const plain = fieldsAt(secret, 'stringData')
    if (!plain) return
    const data = makeFields(secret, 'data')
    for (const [name, value] of Object.entries(plain)) data[name] = Buffer.from(String(value)).toString('base64')
    delete secret['stringData']
  },
}

/** The rules of each kind; a kind that is not here has none of its own. */
export const KIND_RULES: Readonly<Record<ResourceType, KindRules>> = {
  configmaps: configMapRules,
  controllerrevisions: revisionRules,
  endpointslices: sliceRules,
  events: eventRules,
  horizontalpodautoscalers: autoscalerRules,
  leases: leaseRules,
  namespaces: namespaceRules,
  nodes: nodeRules,
  persistentvolumeclaims: claimRules,
  persistentvolumes: volumeRules,
  poddisruptionbudgets: budgetRules,
  pods: podRules,
  resourcequotas: quotaRules,
  secrets: secretRules,
  services: serviceRules,
  statefulsets: statefulSetRules,
  storageclasses: storageClassRules,
  volumeattachments: attachmentRules,
}
