import 'server-only'
import type { Condition, ContainerPort, LabelSelector } from '@/lib/statefulset/model/objects'
import { array, filled, integer, type Json, record, text, textMap, texts, word } from './read-json'

/** Parts that objects of several resources have in common. */

/** `status.conditions` of any kind. */
export function conditionsOf(value: unknown): Condition[] {
  return array(value, 'status.conditions').map((item) => {
    const condition = record(item, 'status.conditions')
    return {
      type: word(condition.type, 'conditions.type') ?? '',
      status: word(condition.status, 'conditions.status') ?? '',
      reason: filled(condition.reason, 'conditions.reason'),
      message: text(condition.message, 'conditions.message', 4096) || null,
      lastTransitionTime: text(condition.lastTransitionTime, 'conditions.lastTransitionTime'),
    }
  })
}

/** A label selector; what is absent selects everything, so ask `present` first where that matters. */
export function selectorOf(value: unknown): LabelSelector {
  const selector = record(value, 'spec.selector')
  return {
    matchLabels: textMap(selector.matchLabels, 'spec.selector.matchLabels'),
    matchExpressions: array(selector.matchExpressions, 'spec.selector.matchExpressions').map((item) => {
      const expression = record(item, 'matchExpressions')
      return {
        key: text(expression.key, 'matchExpressions.key') ?? '',
        operator: text(expression.operator, 'matchExpressions.operator') ?? '',
        values: texts(expression.values, 'matchExpressions.values'),
      }
    }),
  }
}

export function namedImage(container: Json): { name: string; image: string } {
  return { name: word(container.name, 'containers.name') ?? '', image: word(container.image, 'containers.image') ?? '' }
}

export function portsOf(value: unknown): ContainerPort[] {
  return array(value, 'containers.ports').map((item) => {
    const port = record(item, 'containers.ports')
    return {
      name: filled(port.name, 'ports.name'),
      containerPort: integer(port.containerPort, 'ports.containerPort') ?? 0,
      protocol: filled(port.protocol, 'ports.protocol') ?? 'TCP',
    }
  })
}

/** `spec.resources.requests.storage` of a claim. */
export function requestedOf(spec: Json): string | null {
  const requests = record(record(spec.resources, 'spec.resources').requests, 'spec.resources.requests')
  return text(requests.storage, 'spec.resources.requests.storage')
}

export function storageOf(value: unknown): string | null {
  return text(record(value, 'capacity').storage, 'capacity.storage')
}
