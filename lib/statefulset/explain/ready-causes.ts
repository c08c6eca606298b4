import { newestEvent, timeOf } from '@/lib/statefulset/model/events'
import type { Event, Pod } from '@/lib/statefulset/model/objects'
import { condition, isReady, runningParts } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'
import { conditionProof, detail, eventProof, textProof } from './proof'
import { cause, type Reason } from './reasons'

/**
 * Why containers that run do not make a Ready pod. The kubelet asks for all containers, sidecars included, before it
 * looks at readiness gates (k8s pkg/kubelet/status/generate.go).
 */

/** A probe that fails is told before the condition turns; this much of that is the same story. */
const slackMillis = 5000

/** The containers that say no, or the gate that is missing; null when neither can be named. */
export function whyUnready(pod: Pod, events: readonly Event[]): Reason | null {
  if (isReady(pod)) return null
  const ready = condition(pod.status.conditions, 'Ready')
  const since = ready?.lastTransitionTime ?? pod.metadata.creationTimestamp
  const proofs = () => [
    ...conditionProof('Pod', pod.metadata, pod.status.conditions, 'Ready'),
    ...textProof('Pod', pod.metadata, 'status.conditions[Ready].message', ready?.message),
  ]
  const parts = runningParts(pod)
  const unready = parts.filter(({ status }) => status.state?.kind === 'running' && !status.ready)
  const failed = unready
    .map((part) => ({ part, event: failedProbe(events, part.status.name, since) }))
    // One whose probe is told to fail says more than one that is merely not ready.
    .find(({ event }) => event !== null)
  const [first] = unready
  if (failed !== undefined && failed.event !== null) {
    const { part, event } = failed
    const params = { pod: pod.metadata.name, container: part.status.name, answer: shortAnswer(event.message) }
    return cause(
      part.sidecar ? 'sidecar-probe' : 'probe',
      { ...params, detail: detail(event.message) },
      { since, proof: [...proofs(), eventProof(event)] },
    )
  }
  if (first !== undefined)
    return first.sidecar
      ? cause('sidecar-unready', { pod: pod.metadata.name, container: first.status.name }, { since, proof: proofs() })
      : null
  if (parts.length === 0 || parts.some(({ status }) => !status.ready)) return null
  const gate = pod.spec.readinessGates.find((each) => condition(pod.status.conditions, each)?.status !== 'True')
  if (gate === undefined) return null
  return cause(
    'readiness-gate',
    { pod: pod.metadata.name, gate },
    { since, proof: [...proofs(), ...conditionProof('Pod', pod.metadata, pod.status.conditions, gate)] },
  )
}

/** The newest word of a container's failing probe since the pod is not ready. */
function failedProbe(events: readonly Event[], container: string, since: string | null): Event | null {
  return newestEvent(
    events,
    (each) =>
      each.reason === 'Unhealthy' &&
      timeOf(each) >= (millis(since) ?? 0) - slackMillis &&
      (each.involved.container === null || each.involved.container === container),
  )
}

/** What a probe got, as a word that fits the sentence; `none` when there is none, and the proof has the text. */
function shortAnswer(message: string): string {
  const status = /statuscode: (\d{3})/.exec(message)?.[1]
  if (status !== undefined) return status
  const known = ['connection refused', 'i/o timeout', 'no such host', 'context deadline exceeded']
  return known.find((each) => message.includes(each)) ?? 'none'
}
