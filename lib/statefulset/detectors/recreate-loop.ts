import { eventProof } from '@/lib/statefulset/explain/proof'
import type { Event, SetObjects } from '@/lib/statefulset/model/objects'
import { isTerminal } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'
import type { Detection, DetectorInput, Runbook } from './detector'

/** This many creations of one pod within this time are a loop. */
const loopCreations = 3
const loopSeconds = 30 * 60

/**
 * One ordinal is created again and again because its pod ends; only the set's event counts show it. The controller
 * writes the same events when it scales or rolls, so what changes of the set can account for is no loop.
 */
function detect({ objects, explained, now }: DetectorInput): Detection {
  const created = new Map<string, Event>()
  const deleted = new Map<string, Event>()
  for (const event of objects.events) {
    if (event.involved.uid !== objects.set.metadata.uid || event.count < loopCreations) continue
    const pod = /^(?:create|delete) Pod (\S+) in/i.exec(event.message)?.[1]
    if (pod === undefined) continue
    if (event.reason === 'SuccessfulCreate') created.set(pod, newer(event, created.get(pod)))
    if (event.reason === 'SuccessfulDelete') deleted.set(pod, newer(event, deleted.get(pod)))
  }
  for (const slot of explained.pass.replicas) {
    const make = created.get(slot.name)
    const remove = deleted.get(slot.name)
    if (make === undefined || remove === undefined) continue
    const first = millis(make.firstSeen) ?? 0
    const last = millis(make.lastSeen) ?? 0
    // The average of a loop, so that a pod that was replaced now and then over days is none.
    const pace = (last - first) / 1000 / Math.max(1, make.count - 1)
    if (now - last > loopSeconds * 1000 || pace > loopSeconds / loopCreations) continue
    if (changesAccountFor(make.count - 1, first, objects)) continue
    const ended = slot.pod !== null && isTerminal(slot.pod) ? (slot.pod.status.reason ?? slot.pod.status.phase) : ''
    return {
      params: { pod: slot.name, count: make.count, reason: ended || 'none' },
      ordinals: [slot.ordinal],
      since: make.firstSeen,
      proof: [eventProof(make), eventProof(remove)],
    }
  }
  return null
}

/** Whether so many replacements since a moment may all come from somebody's changes: each takes at least one. */
function changesAccountFor(replacements: number, since: number, { set, revisions, unknown }: SetObjects): boolean {
  if (replacements > (set.metadata.generation ?? Infinity) - 1) return false
  const changes = [
    ...set.replicasManagers.map(({ time }) => millis(time)),
    ...revisions.map(({ metadata }) => millis(metadata.creationTimestamp)),
  ]
  const known = set.replicasManagers.length > 0 && unknown.controllerrevisions === undefined
  return !known || changes.some((time) => time === null || time > since)
}

function newer(event: Event, other: Event | undefined): Event {
  return other === undefined || (millis(event.lastSeen) ?? 0) > (millis(other.lastSeen) ?? 0) ? event : other
}

export const recreateLoop: Runbook = { id: 'recreate-loop', alias: 'R32', severity: 'warning', explains: 'any', detect }
