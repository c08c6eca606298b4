import type { Event, Metadata } from '@/lib/statefulset/model/objects'
import type { Proof } from '@/lib/statefulset/model/view'

/** One field as proof. */
export function proof(kind: string, about: Metadata, field: string, value: unknown, at: string | null = null): Proof {
  const name = about.namespace === '' ? about.name : `${about.namespace}/${about.name}`
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return { object: `${kind} ${name}`, field, value: text, at }
}

/** A condition of an object as proof. */
export function conditionProof(
  kind: string,
  about: Metadata,
  conditions: readonly { type: string; status: string; reason: string | null; lastTransitionTime: string | null }[],
  type: string,
): Proof[] {
  const index = conditions.findIndex((each) => each.type === type)
  const found = conditions[index]
  if (found === undefined) return []
  const value = found.reason === null || found.reason === '' ? found.status : `${found.status} (${found.reason})`
  return [proof(kind, about, `status.conditions[${index}].status`, value, found.lastTransitionTime)]
}

/** An event as proof. */
export function eventProof(event: Event): Proof {
  return {
    object: `Event ${event.metadata.namespace}/${event.metadata.name}`,
    field: 'message',
    value: `${event.reason}: ${event.message}`,
    at: event.lastSeen,
  }
}

/** A text of the API as proof: whole, because the sentence says it in words of ours. Nothing when there is none. */
export function textProof(kind: string, about: Metadata, field: string, text: string | null | undefined): Proof[] {
  const said = detail(text)
  return said === '' ? [] : [proof(kind, about, field, said)]
}

/** The text of an event or condition, cut to what fits a sentence. */
export function detail(text: string | null | undefined): string {
  const line = (text ?? '').replaceAll(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
