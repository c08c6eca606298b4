import type { Fields } from '@/lib/demo/store'
import {
  fieldsAt,
  fill,
  fillNumber,
  fillText,
  isFields,
  listAt,
  makeFields,
  textAt,
  valueAt,
} from '@/lib/demo/api/fields'
import { problemsOfLabel } from '@/lib/demo/api/grammar'
import { compareQuantities } from '@/lib/demo/api/quantity'
import type { FieldError } from '@/lib/demo/api/status'
import { duplicate, invalidValue, notNegative, notSupported, required } from './rules'

/** Defaults and rules of pod specs, in pods as in templates (k8s pkg/apis/core/v1/defaults.go, validation/validation.go). */

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe']

/** `latest`, explicit or implied, is pulled always. */
function pullPolicy(image: string): string {
  const name = image.split('@')[0] ?? ''
  const colon = name.lastIndexOf(':')
  const tag = colon > name.lastIndexOf('/') ? name.slice(colon + 1) : image.includes('@') ? '' : 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

function defaultHttpGet(action: Fields | undefined): void {
  if (!action) return
  fillText(action, 'path', '/')
  fillText(action, 'scheme', 'HTTP')
}

function defaultContainer(container: Fields): void {
  fillText(container, 'imagePullPolicy', pullPolicy(textAt(container, 'image')))
  fillText(container, 'terminationMessagePath', '/dev/termination-log')
  fillText(container, 'terminationMessagePolicy', 'File')
  fill(container, 'resources', {})
  for (const port of listAt(container, 'ports')) fillText(port, 'protocol', 'TCP')
  for (const name of PROBES) {
    const probe = fieldsAt(container, name)
    if (!probe) continue
    fillNumber(probe, 'timeoutSeconds', 1)
    fillNumber(probe, 'periodSeconds', 10)
    fillNumber(probe, 'successThreshold', 1)
    fillNumber(probe, 'failureThreshold', 3)
    defaultHttpGet(fieldsAt(probe, 'httpGet'))
    const grpc = fieldsAt(probe, 'grpc')
    if (grpc) fill(grpc, 'service', '')
  }
  for (const hook of ['postStart', 'preStop']) defaultHttpGet(fieldsAt(container, 'lifecycle', hook, 'httpGet'))
  for (const variable of listAt(container, 'env')) {
    const field = fieldsAt(variable, 'valueFrom', 'fieldRef')
    if (field) fillText(field, 'apiVersion', 'v1')
  }
}

function defaultVolume(volume: Fields): void {
  if (Object.keys(volume).length === 1) volume['emptyDir'] = {}
  for (const name of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const source = fieldsAt(volume, name)
    if (!source) continue
    fill(source, 'defaultMode', 0o644)
    for (const part of listAt(source, 'sources')) {
      const token = fieldsAt(part, 'serviceAccountToken')
      if (token) fill(token, 'expirationSeconds', 3600)
    }
    for (const item of [
      ...listAt(source, 'items'),
      ...listAt(source, 'sources').flatMap((one) => listAt(one, 'downwardAPI', 'items')),
    ]) {
      const field = fieldsAt(item, 'fieldRef')
      if (field) fillText(field, 'apiVersion', 'v1')
    }
  }
  const host = fieldsAt(volume, 'hostPath')
  if (host) fill(host, 'type', '')
  const claim = fieldsAt(volume, 'ephemeral', 'volumeClaimTemplate', 'spec')
  if (claim) fill(claim, 'volumeMode', 'Filesystem')
}

/** Fills in a pod spec as templates and pods have it in common. */
export function defaultPodSpec(spec: Fields): void {
  if (!textAt(spec, 'serviceAccountName') && textAt(spec, 'serviceAccount'))
    spec['serviceAccountName'] = spec['serviceAccount']
  if (textAt(spec, 'serviceAccountName')) spec['serviceAccount'] = spec['serviceAccountName']
  fillText(spec, 'dnsPolicy', 'ClusterFirst')
  fillText(spec, 'restartPolicy', 'Always')
  fill(spec, 'securityContext', {})
  fill(spec, 'terminationGracePeriodSeconds', 30)
  fillText(spec, 'schedulerName', 'default-scheduler')
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'])
    listAt(spec, list).forEach(defaultContainer)
  listAt(spec, 'volumes').forEach(defaultVolume)
}

/** Fills in what only pods get: requests from limits, and the admission's defaults. */
export function defaultPodOnly(spec: Fields): void {
  for (const container of [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]) {
    const limits = fieldsAt(container, 'resources', 'limits')
    if (!limits) continue
    const requests = makeFields(makeFields(container, 'resources'), 'requests')
    for (const [name, value] of Object.entries(limits)) fill(requests, name, value)
  }
  fill(spec, 'enableServiceLinks', true)
}

export function validatePodSpec(spec: Fields, path: string): FieldError[] {
  const errors: FieldError[] = []
  const volumes = new Set<string>()
  for (const [index, volume] of listAt(spec, 'volumes').entries()) {
    const field = `${path}.volumes[${index}].name`
    const name = textAt(volume, 'name')
    if (name === '') errors.push(required(field))
    else for (const problem of problemsOfLabel(name)) errors.push(invalidValue(field, name, problem))
    if (volumes.has(name)) errors.push(duplicate(field, name))
    volumes.add(name)
    if (Object.keys(volume).filter((key) => key !== 'name').length > 1)
      errors.push({
        field: `${path}.volumes[${index}]`,
        type: 'Forbidden',
        detail: 'may not specify more than 1 volume type',
      })
    const claim = fieldsAt(volume, 'persistentVolumeClaim')
    if (claim && textAt(claim, 'claimName') === '')
      errors.push(required(`${path}.volumes[${index}].persistentVolumeClaim.claimName`))
  }
  const containers = listAt(spec, 'containers')
  if (containers.length === 0) errors.push(required(`${path}.containers`))
  const names = new Set<string>()
  for (const list of ['containers', 'initContainers']) {
    for (const [index, container] of listAt(spec, list).entries())
      errors.push(...validateContainer(container, `${path}.${list}[${index}]`, volumes, names))
  }
  const restart = textAt(spec, 'restartPolicy')
  if (!['Always', 'OnFailure', 'Never'].includes(restart))
    errors.push(notSupported(`${path}.restartPolicy`, restart, ['Always', 'OnFailure', 'Never']))
  const dns = textAt(spec, 'dnsPolicy')
  const policies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']
  if (!policies.includes(dns)) errors.push(notSupported(`${path}.dnsPolicy`, dns, policies))
  errors.push(...notNegative(`${path}.terminationGracePeriodSeconds`, spec['terminationGracePeriodSeconds']))
  for (const name of ['hostname', 'subdomain']) {
    const value = textAt(spec, name)
    if (value)
      for (const problem of problemsOfLabel(value)) errors.push(invalidValue(`${path}.${name}`, value, problem))
  }
  for (const [index, toleration] of listAt(spec, 'tolerations').entries()) {
    if (typeof toleration['tolerationSeconds'] === 'number' && textAt(toleration, 'effect') !== 'NoExecute')
      errors.push(
        invalidValue(
          `${path}.tolerations[${index}].effect`,
          textAt(toleration, 'effect'),
          "effect must be 'NoExecute' when `tolerationSeconds` is set",
        ),
      )
  }
  return errors
}

function validateContainer(container: Fields, path: string, volumes: Set<string>, names: Set<string>): FieldError[] {
  const errors: FieldError[] = []
  const name = textAt(container, 'name')
  if (name === '') errors.push(required(`${path}.name`))
  else for (const problem of problemsOfLabel(name)) errors.push(invalidValue(`${path}.name`, name, problem))
  if (textAt(container, 'image') === '') errors.push(required(`${path}.image`))
  if (names.has(name)) errors.push(duplicate(`${path}.name`, name))
  names.add(name)
  const ports = new Set<string>()
  for (const [index, port] of listAt(container, 'ports').entries()) {
    const field = `${path}.ports[${index}]`
    const number = port['containerPort']
    if (typeof number !== 'number' || number === 0) errors.push(required(`${field}.containerPort`))
    else if (number < 1 || number > 65535)
      errors.push(invalidValue(`${field}.containerPort`, number, 'must be between 1 and 65535, inclusive'))
    const portName = textAt(port, 'name')
    if (portName && ports.has(portName)) errors.push(duplicate(`${field}.name`, portName))
    ports.add(portName)
    const protocol = textAt(port, 'protocol')
    if (!['TCP', 'UDP', 'SCTP'].includes(protocol))
      errors.push(notSupported(`${field}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']))
  }
  for (const [index, mount] of listAt(container, 'volumeMounts').entries()) {
    const field = `${path}.volumeMounts[${index}]`
    const volume = textAt(mount, 'name')
    if (volume === '') errors.push(required(`${field}.name`))
    else if (!volumes.has(volume)) errors.push({ field: `${field}.name`, type: 'NotFound', value: volume, detail: '' })
    if (textAt(mount, 'mountPath') === '') errors.push(required(`${field}.mountPath`))
  }
  for (const [index, variable] of listAt(container, 'env').entries()) {
    if (textAt(variable, 'name') === '') errors.push(required(`${path}.env[${index}].name`))
  }
  const pull = textAt(container, 'imagePullPolicy')
  if (!['Always', 'IfNotPresent', 'Never'].includes(pull))
    errors.push(notSupported(`${path}.imagePullPolicy`, pull, ['Always', 'IfNotPresent', 'Never']))
  const limits = fieldsAt(container, 'resources', 'limits') ?? {}
  for (const [resource, request] of Object.entries(fieldsAt(container, 'resources', 'requests') ?? {})) {
    const limit = limits[resource]
    if (typeof request !== 'string') continue
    if (request.startsWith('-'))
      errors.push(
        invalidValue(`${path}.resources.requests[${resource}]`, request, 'must be greater than or equal to 0'),
      )
    if (typeof limit === 'string' && compareQuantities(request, limit) > 0)
      errors.push(
        invalidValue(
          `${path}.resources.requests`,
          request,
          `must be less than or equal to ${resource} limit of ${limit}`,
        ),
      )
  }
  for (const probe of PROBES) errors.push(...validateProbe(fieldsAt(container, probe), `${path}.${probe}`))
  return errors
}

function validateProbe(probe: Fields | undefined, path: string): FieldError[] {
  if (!probe) return []
  const errors: FieldError[] = []
  const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'].filter((name) => isFields(probe[name]))
  if (handlers.length === 0) errors.push(required(path, 'must specify a handler type'))
  for (const extra of handlers.slice(1))
    errors.push({ field: `${path}.${extra}`, type: 'Forbidden', detail: 'may not specify more than 1 handler type' })
  for (const name of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'])
    errors.push(...notNegative(`${path}.${name}`, valueAt(probe, name)))
  const threshold = probe['successThreshold']
  if (!path.endsWith('readinessProbe') && typeof threshold === 'number' && threshold !== 1)
    errors.push(invalidValue(`${path}.successThreshold`, threshold, 'must be 1'))
  return errors
}
