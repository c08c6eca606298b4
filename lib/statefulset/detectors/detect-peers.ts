import { conditionProof, eventProof, newestEvent, proof } from '@/lib/statefulset/explain/proof'
import { listed, type Detection, type DetectorInput } from './detector'
import { neverReady } from './detect-pods'
import type { Event, Pod } from '@/lib/statefulset/model/objects'
import { isHeadless, isPublished, serviceProblem } from '@/lib/statefulset/model/network-identity'
import { millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'

/** Findings about names and the governing Service: R07, R17. */

/** Pods that run this long without any of the set ever having been ready are not just starting. */
const startSeconds = 60

/** How programs say that a name cannot be resolved. */
const unresolved =
  /no such host|name or service not known|nxdomain|could ?n.t resolve|could not resolve|getaddrinfo|temporary failure in name resolution|bad address|unknown host/i

/**
 * R07: DNS does not publish pods before they are ready, and they need each other's names to become ready. Proved by a
 * program that says so in a probe or in its last words, or by a Parallel set whose pods all run and were never ready.
 */
export function detectHiddenPeers({ objects, setIndex, explained, now }: DetectorInput): Detection {
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
      runbook: 'R07',
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
    runbook: 'R07',
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

/** As the catalogue selects its sentence, whose selectors know no hyphens. */
const problemWords = { missing: 'missing', 'not-headless': 'notHeadless', 'selects-nothing': 'selectsNothing' } as const

/** R17: no such Service, one with an address of its own, one that selects nothing, or pods made for another. */
export function detectGoverningService({ objects, explained }: DetectorInput): Detection {
  const { set, service } = objects
  const { pass } = explained
  const slots = pass.replicas.filter((slot) => slot.pod !== null)
  const pods = slots.flatMap((slot) => (slot.pod === null ? [] : [slot.pod]))
  const problem = serviceProblem(service, objects.unknown.services === undefined, set.spec.template.labels, pods)
  if (problem === 'unknown') return null
  const named = proof('StatefulSet', set.metadata, 'spec.serviceName', set.spec.serviceName)
  if (problem !== null)
    return {
      runbook: 'R17',
      params: {
        problem: set.spec.serviceName === '' ? 'noName' : problemWords[problem],
        service: set.spec.serviceName,
      },
      ordinals: [],
      since: null,
      proof: [
        named,
        ...(service === null
          ? []
          : problem === 'not-headless'
            ? [proof('Service', service.metadata, 'spec.clusterIP', service.spec.clusterIP ?? '')]
            : [proof('Service', service.metadata, 'spec.selector', service.spec.selector ?? {})]),
      ],
    }
  const moved = slots.filter((slot) => slot.pod !== null && (slot.pod.spec.subdomain ?? '') !== set.spec.serviceName)
  if (moved.length === 0) return null
  return {
    runbook: 'R17',
    params: { problem: 'otherSubdomain', service: set.spec.serviceName },
    ordinals: moved.map((slot) => slot.ordinal),
    since: null,
    proof: [
      named,
      ...moved
        .slice(0, 5)
        .flatMap((slot) =>
          slot.pod === null ? [] : [proof('Pod', slot.pod.metadata, 'spec.subdomain', slot.pod.spec.subdomain ?? '')],
        ),
    ],
  }
}
