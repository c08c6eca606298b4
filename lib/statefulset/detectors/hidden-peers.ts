import { conditionProof, eventProof, proof } from '@/lib/statefulset/explain/proof'
import { newestEvent } from '@/lib/statefulset/model/events'
import { isHeadless, isPublished } from '@/lib/statefulset/model/network-identity'
import type { Event, Pod } from '@/lib/statefulset/model/objects'
import { millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'
import { neverReady } from './never-ready'

/** Pods that run this long without any of the set ever having been ready are not just starting. */
const startSeconds = 60

/** How programs say that a name cannot be resolved. */
const unresolved =
  /no such host|name or service not known|nxdomain|could ?n.t resolve|could not resolve|getaddrinfo|temporary failure in name resolution|bad address|unknown host/i

/**
 * DNS does not publish pods before they are ready, and they need each other's names to become ready. Proved by a
 * program that says so in a probe or in its last words, or by a Parallel set whose pods all run and were never ready.
 */
function detect({ objects, setIndex, explained, now }: DetectorInput): Detection {
  const { service } = objects
  const { pass } = explained
  if (service === null || !isHeadless(service) || service.spec.publishNotReadyAddresses) return null
  const running = pass.replicas.filter((slot) => slot.pod?.status.phase === 'Running')
  const hidden = running.filter((slot) => slot.pod !== null && !isPublished(service, slot.pod) && !slot.terminating)
  const about = proof('Service', service.metadata, 'spec.publishNotReadyAddresses', false)
  for (const slot of hidden) {
    const said = slot.pod === null ? null : lastWords(slot.pod, setIndex.eventsByUid.get(slot.pod.metadata.uid) ?? [])
    if (said === null || slot.pod === null) continue
    return {
      params: { pods: slot.name, count: 1, service: service.metadata.name },
      ordinals: [slot.ordinal],
      since: said.at,
      proof: [about, said, ...conditionProof('Pod', slot.pod.metadata, slot.pod.status.conditions, 'Ready')],
    }
  }
  if (pass.ordered || running.length < 2 || hidden.length < running.length || !hidden.every(neverReady)) return null
  const started = Math.max(...hidden.map((slot) => millis(slot.pod?.status.startTime) ?? now))
  if (now < started + startSeconds * 1000) return { until: started + startSeconds * 1000 }
  return {
    params: { pods: listed(hidden.map((slot) => slot.name)), count: hidden.length, service: service.metadata.name },
    ordinals: hidden.map((slot) => slot.ordinal),
    since: new Date(started).toISOString().replace(/\.\d+Z$/, 'Z'),
    proof: [
      about,
      ...hidden
        .slice(0, 5)
        .flatMap((slot) =>
          slot.pod === null ? [] : conditionProof('Pod', slot.pod.metadata, slot.pod.status.conditions, 'Ready'),
        ),
    ],
  }
}

function lastWords(pod: Pod, events: readonly Event[]): Proof | null {
  const event = newestEvent(events, (each) => unresolved.test(each.message))
  if (event !== null) return eventProof(event)
  for (const [list, field] of [
    [pod.status.containers, 'containerStatuses'],
    [pod.status.initContainers, 'initContainerStatuses'],
  ] as const)
    for (const [index, status] of list.entries())
      for (const [state, where] of [
        [status.state, 'state'],
        [status.lastState, 'lastState'],
      ] as const)
        if (state?.kind === 'terminated' && unresolved.test(state.message ?? ''))
          return proof(
            'Pod',
            pod.metadata,
            `status.${field}[${index}].${where}.terminated.message`,
            state.message,
            state.finishedAt,
          )
  return null
}

export const hiddenPeers: Runbook = { id: 'hidden-peers', alias: 'R07', severity: 'warning', explains: 'any', detect }
