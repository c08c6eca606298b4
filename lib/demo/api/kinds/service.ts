import type { Fields, KubeObject, Store } from '@/lib/demo/store'
import { fill, fillText, listAt, makeFields, textAt } from '@/lib/demo/api/fields'
import { problemsOfLabel } from '@/lib/demo/api/grammar'
import type { FieldError } from '@/lib/demo/api/status'
import { duplicate, invalidValue, notSupported, required, type KindRules } from './rules'

/** Services: k8s pkg/apis/core/v1/defaults.go, validation.go ValidateService, pkg/registry/core/service/storage. */

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

/** The next free address of 10.96.0.0/16, beginning at 10.96.0.10. */
function freeAddress(store: Store): string {
  const taken = new Set(store.list('services').map((service) => textAt(service.spec, 'clusterIP')))
  for (let number = 10; number < 65535; number++) {
    const address = `10.96.${number >> 8}.${number & 255}`
    if (!taken.has(address)) return address
  }
  return ''
}

const specOf = (service: KubeObject): Fields => makeFields(service, 'spec')

export const serviceRules: KindRules = {
  defaults(service) {
    const spec = specOf(service)
    fillText(spec, 'sessionAffinity', 'None')
    fillText(spec, 'type', 'ClusterIP')
    for (const port of listAt(spec, 'ports')) {
      fillText(port, 'protocol', 'TCP')
      if (port['targetPort'] === undefined || port['targetPort'] === 0 || port['targetPort'] === '')
        port['targetPort'] = port['port']
    }
    if (textAt(spec, 'type') !== 'ExternalName') fill(spec, 'internalTrafficPolicy', 'Cluster')
    if (spec['publishNotReadyAddresses'] === false) delete spec['publishNotReadyAddresses']
  },

  prepare(service) {
    service.status = { loadBalancer: {} }
  },

  admit(service, { store }) {
    const spec = specOf(service)
    if (textAt(spec, 'type') === 'ExternalName') return
    if (!textAt(spec, 'clusterIP')) spec['clusterIP'] = freeAddress(store)
    fill(spec, 'clusterIPs', [spec['clusterIP']])
    fill(spec, 'ipFamilies', ['IPv4'])
    fill(spec, 'ipFamilyPolicy', 'SingleStack')
  },

  keep(service, old) {
    service.status = old.status
    const spec = specOf(service)
    if (textAt(spec, 'type') === 'ExternalName') return
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
      if (spec[field] === undefined && old.spec?.[field] !== undefined) spec[field] = old.spec[field]
    }
  },

  validate: (service) => validateService(specOf(service)),

  validateUpdate(service, old) {
    const errors = validateService(specOf(service))
    const before = textAt(old.spec, 'clusterIP')
    const now = textAt(service.spec, 'clusterIP')
    const both = textAt(old.spec, 'type') !== 'ExternalName' && textAt(service.spec, 'type') !== 'ExternalName'
    if (both && before && now !== before) {
      errors.push(invalidValue('spec.clusterIPs[0]', [now], 'may not change once set'))
    }
    return errors
  },
}

function validateService(spec: Fields): FieldError[] {
  const errors: FieldError[] = []
  const ports = listAt(spec, 'ports')
  const type = textAt(spec, 'type')
  const headless = textAt(spec, 'clusterIP') === 'None'
  if (ports.length === 0 && !headless && type !== 'ExternalName') errors.push(required('spec.ports'))
  const names = new Set<string>()
  for (const [index, port] of ports.entries()) {
    const path = `spec.ports[${index}]`
    const name = textAt(port, 'name')
    if (name === '' && ports.length > 1) errors.push(required(`${path}.name`))
    if (name !== '') {
      for (const problem of problemsOfLabel(name)) errors.push(invalidValue(`${path}.name`, name, problem))
      if (names.has(name)) errors.push(duplicate(`${path}.name`, name))
      names.add(name)
    }
    const number = typeof port['port'] === 'number' ? port['port'] : 0
    if (number < 1 || number > 65535)
      errors.push(invalidValue(`${path}.port`, number, 'must be between 1 and 65535, inclusive'))
    const protocol = textAt(port, 'protocol')
    if (!['TCP', 'UDP', 'SCTP'].includes(protocol))
      errors.push(notSupported(`${path}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']))
  }
  if (!TYPES.includes(type)) errors.push(notSupported('spec.type', type, TYPES))
  const address = textAt(spec, 'clusterIP')
  if (address && address !== 'None' && !/^\d{1,3}(\.\d{1,3}){3}$/.test(address))
    errors.push(
      invalidValue('spec.clusterIPs[0]', address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
    )
  return errors
}
