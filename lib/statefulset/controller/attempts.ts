import { newestEvent, timeOf } from '@/lib/statefulset/model/events'
import type { Event, SetObjects } from '@/lib/statefulset/model/objects'

/**
 * What the controller tried and the API server refused, from the set's own events. Texts: k8s
 * pkg/controller/statefulset/stateful_pod_control.go recordPodEvent, recordClaimEvent.
 */
export type Attempt = 'create' | 'update' | 'delete'

const reasons = new Map<string, { attempt: Attempt; failed: boolean }>([
  ['FailedCreate', { attempt: 'create', failed: true }],
  ['SuccessfulCreate', { attempt: 'create', failed: false }],
  ['FailedUpdate', { attempt: 'update', failed: true }],
  ['SuccessfulUpdate', { attempt: 'update', failed: false }],
  ['FailedDelete', { attempt: 'delete', failed: true }],
  ['SuccessfulDelete', { attempt: 'delete', failed: false }],
])

/** The newest refusal of each pod that no success has followed, by `attempt pod`. */
export function refusedAttempts(objects: SetObjects): ReadonlyMap<string, Event> {
  const newest = new Map<string, Event>()
  for (const event of objects.events) {
    const told = reasons.get(event.reason)
    if (told === undefined || event.involved.uid !== objects.set.metadata.uid) continue
    const pod = /^\w+ (?:Pod (\S+) in|Claim \S+ (?:for )?Pod (\S+) in)/i.exec(event.message)
    const name = pod?.[1] ?? pod?.[2]
    // A claim that was made says nothing of the pod, so only failures of claims count.
    if (name === undefined || (!told.failed && pod?.[1] === undefined)) continue
    const key = `${told.attempt} ${name}`
    const other = newest.get(key)
    if (other === undefined || newestEvent([event, other], () => true) === event) newest.set(key, event)
  }
  for (const [key, event] of newest) if (reasons.get(event.reason)?.failed !== true) newest.delete(key)
  return newest
}

/** The refusal that concerns a pod as it is: one of before it was made was about another pod of its name. */
export function refusalOf(
  refused: ReadonlyMap<string, Event>,
  attempt: Attempt,
  pod: { name: string; madeAt: number },
): Event | null {
  const event = refused.get(`${attempt} ${pod.name}`)
  return event === undefined || timeOf(event) < pod.madeAt ? null : event
}
