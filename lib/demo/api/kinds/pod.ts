import type { Fields, KubeObject } from '@/lib/demo/store'
import { fieldsAt, fill, isFields, listAt, makeFields, numberAt, sameJson, textAt } from '@/lib/demo/api/fields'
import { forbidden, type FieldError } from '@/lib/demo/api/status'
import { defaultPodOnly, defaultPodSpec, validatePodSpec } from './pod-template'
import { forbiddenField, IMMUTABLE, invalidValue, type KindRules, type RuleContext } from './rules'

/** Pods: k8s pkg/registry/core/pod/strategy.go and the admission plugins ServiceAccount, Priority, DefaultTolerationSeconds. */

export const pods = { group: '', resource: 'pods', kind: 'Pod' }

/** How long a pod stays on a silent node unless it says otherwise (--default-not-ready-toleration-seconds). */
const TOLERATION_SECONDS = 300

function specOf(pod: KubeObject): Fields {
  return makeFields(pod, 'spec')
}

/** Guaranteed, Burstable or BestEffort, from cpu and memory (k8s pkg/apis/core/v1/helper/qos). */
function qosClass(spec: Fields): string {
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
  let any = false
  let guaranteed = true
  for (const container of containers) {
    const requests = fieldsAt(container, 'resources', 'requests') ?? {}
    const limits = fieldsAt(container, 'resources', 'limits') ?? {}
    for (const resource of ['cpu', 'memory']) {
      if (requests[resource] !== undefined || limits[resource] !== undefined) any = true
      if (limits[resource] === undefined || requests[resource] !== limits[resource]) guaranteed = false
    }
  }
  return !any ? 'BestEffort' : guaranteed ? 'Guaranteed' : 'Burstable'
}

function tolerates(spec: Fields, key: string): boolean {
  return listAt(spec, 'tolerations').some((toleration) => {
    const effect = textAt(toleration, 'effect')
    const tolerated = textAt(toleration, 'key')
    return (tolerated === key || tolerated === '') && (effect === 'NoExecute' || effect === '')
  })
}

function addTolerations(spec: Fields): void {
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter((key) => !tolerates(spec, key))
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS }))
  if (added.length > 0) spec['tolerations'] = [...listAt(spec, 'tolerations'), ...added]
}

/** The one mirror of what admission adds to each pod: its account and, unless refused, the volume with its token. */
function addServiceAccount(pod: KubeObject, { store }: RuleContext): void {
  const spec = specOf(pod)
  const namespace = pod.metadata.namespace ?? ''
  fill(spec, 'serviceAccountName', 'default')
  const name = textAt(spec, 'serviceAccountName')
  const account = store.get('serviceaccounts', namespace, name)
  if (!account)
    throw forbidden(
      pods,
      pod.metadata.name,
      `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
    )
  spec['serviceAccount'] = name
}

export const podRules: KindRules = {
  defaults(pod) {
    const spec = specOf(pod)
    defaultPodSpec(spec)
    defaultPodOnly(spec)
    const grace = numberAt(spec, 'terminationGracePeriodSeconds')
    if (grace !== undefined && grace < 0) spec['terminationGracePeriodSeconds'] = 1
  },

  prepare(pod) {
    pod.status = { phase: 'Pending', qosClass: qosClass(specOf(pod)) }
    if (listAt(pod.spec, 'schedulingGates').length > 0) {
      pod.status['conditions'] = [
        {
          type: 'PodScheduled',
          status: 'False',
          observedGeneration: 1,
          lastProbeTime: null,
          lastTransitionTime: null,
          reason: 'SchedulingGated',
          message: 'Scheduling is blocked due to non-empty scheduling gates',
        },
      ]
    }
  },

  admit(pod, context) {
    addServiceAccount(pod, context)
    const spec = specOf(pod)
    addTolerations(spec)
    fill(spec, 'priority', 0)
    fill(spec, 'preemptionPolicy', 'PreemptLowerPriority')
  },

  keep(pod, old) {
    pod.status = old.status
  },

  admitUpdate(pod) {
    addTolerations(specOf(pod))
  },

  validate: (pod) => validatePodSpec(specOf(pod), 'spec'),

  validateUpdate(pod, old) {
    const errors = validatePodSpec(specOf(pod), 'spec')
    return [...errors, ...validatePodUpdate(specOf(pod), old.spec ?? {})]
  },

  validateStatus(pod, old) {
    const before = textAt(old.status, 'qosClass')
    const after = textAt(pod.status, 'qosClass')
    return before === after ? [] : [invalidValue('status.qosClass', after, IMMUTABLE)]
  },
}

/** What of a pod may change: images, a first or shorter deadline, more tolerations, fewer scheduling gates. */
function validatePodUpdate(spec: Fields, old: Fields): FieldError[] {
  for (const list of ['containers', 'initContainers']) {
    if (listAt(spec, list).length !== listAt(old, list).length)
      return [forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')]
  }
  const errors: FieldError[] = []
  const tolerations = listAt(spec, 'tolerations')
  for (const before of listAt(old, 'tolerations')) {
    const stays = tolerations.some((now) =>
      sameJson({ ...now, tolerationSeconds: 0 }, { ...before, tolerationSeconds: 0 }),
    )
    if (!stays) {
      errors.push(
        forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'),
      )
      break
    }
  }
  const gates = listAt(old, 'schedulingGates').map((gate) => textAt(gate, 'name'))
  const added = listAt(spec, 'schedulingGates').filter((gate) => !gates.includes(textAt(gate, 'name')))
  if (added.length > 0)
    errors.push(
      forbiddenField(
        'spec.schedulingGates',
        `only deletion is allowed, but found new scheduling gates '${added.map((gate) => textAt(gate, 'name')).join(', ')}'`,
      ),
    )
  const munged: Fields = { ...spec }
  for (const field of ['activeDeadlineSeconds', 'tolerations', 'schedulingGates']) {
    if (old[field] === undefined) delete munged[field]
    else munged[field] = old[field]
  }
  for (const list of ['containers', 'initContainers']) {
    const before = listAt(old, list)
    const now = munged[list]
    if (Array.isArray(now))
      munged[list] = now.map((container, index) =>
        isFields(container) ? { ...container, image: before[index]?.['image'] } : container,
      )
  }
  if (!sameJson(munged, old)) {
    errors.push(
      forbiddenField(
        'spec',
        `pod updates may not change fields other than ${[
          '`spec.containers[*].image`',
          '`spec.initContainers[*].image`',
          '`spec.activeDeadlineSeconds`',
          '`spec.tolerations` (only additions to existing tolerations)',
          '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
        ].join(',')}\n${changedFields(old, munged)}`,
      ),
    )
  }
  return errors
}

/** Which fields differ, one line each with a minus and a plus. */
export function changedFields(old: Fields, now: Fields): string {
  const lines: string[] = []
  for (const name of [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()) {
    if (sameJson(old[name], now[name])) continue
    if (old[name] !== undefined) lines.push(`- ${name}: ${JSON.stringify(old[name])}`)
    if (now[name] !== undefined) lines.push(`+ ${name}: ${JSON.stringify(now[name])}`)
  }
  return lines.join('\n')
}
