import 'server-only'
import type { Condition } from '@/lib/statefulset/model/objects'
import { array, filled, record, text, word } from './read-json'

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
