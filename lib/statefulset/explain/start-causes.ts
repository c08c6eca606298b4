import { crashLoop } from '@/lib/statefulset/model/crash-loop'
import { brokenContainer, volumesOf } from '@/lib/statefulset/model/ordinal-state'
import { pulling, startTrouble, type StartTrouble } from '@/lib/statefulset/model/events'
import type { Event, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { condition } from '@/lib/statefulset/model/pod-status'
import type { SetIndex } from '@/lib/statefulset/model/set-index'
import { millis } from '@/lib/statefulset/model/time'
import { whyClaims } from './claim-causes'
import { conditionProof, detail, eventProof } from './proof'
import { cause, type Reason } from './reasons'

/** At which step the start of a placed pod stands, and what keeps it there. */

/** A step that lasts longer than this is no longer simply on its way. */
const stepSeconds = 120
/** How long an API server keeps events (`--event-ttl`, an hour unless set otherwise). */
const eventSeconds = 3600

/** Why a Pending pod on a node runs no container yet: its claims, its volumes or its sandbox. */
export function whyPending(
  objects: SetObjects,
  setIndex: SetIndex,
  ordinal: number,
  pod: Pod,
  events: readonly Event[],
  now: number,
): Reason | null {
  const runs = [...pod.status.initContainers, ...pod.status.containers].some((each) => each.state?.kind === 'running')
  if (runs || brokenContainer(pod) !== null || crashLoop(pod, now, objects.ends) !== null) return null
  const claims = whyClaims(objects, setIndex, ordinal, pod, now)
  if (claims !== null) return claims
  const named = pod.spec.claims.map(({ claim: name }) => ({ name, claim: setIndex.claimByName.get(name) }))
  const trouble = startTrouble(pod, events, volumesOf(pod, named))
  return trouble === null ? null : whyTrouble(pod, trouble)
}

function whyTrouble(pod: Pod, { step, event }: StartTrouble): Reason {
  const params = { pod: pod.metadata.name, detail: detail(event.message) }
  const because = { since: event.firstSeen ?? event.lastSeen, proof: [eventProof(event)] }
  if (step === 'sandbox') return cause('sandbox', params, because)
  if (step === 'mount') return cause('volume-mount-failed', params, because)
  // The words of 1.37 and of the versions before it.
  if (/^(Multi-Attach error|Waiting for detach)/.test(event.message))
    return cause('volume-elsewhere', { ...params, users: usersOf(event.message) }, because)
  if (isFull(event.message)) return cause('attach-full', { ...params, node: pod.spec.nodeName ?? '' }, because)
  return cause('volume-attach-failed', params, because)
}

/** The pods that still use the volume, where the attach controller names them; `none` where it does not. */
function usersOf(message: string): string {
  return /already used by pod\(s\) ([a-z0-9.-]+(?:, [a-z0-9.-]+)*)/.exec(message)?.[1] ?? 'none'
}

const fullWords =
  /max(imum)?[ _](number of |persistent[ _])?(\w+ )?(volumes|disks|attachments)|attachment ?limit ?exceeded|too many (volumes|disks)/i

/**
 * The driver holds that its node can attach no more. CSI has a code of its own for that (csi spec, ControllerPublishVolume
 * RESOURCE_EXHAUSTED); drivers that answer with another one say it in their text.
 */
function isFull(message: string): boolean {
  if (!/^AttachVolume\.Attach failed/.test(message)) return false
  // gRPC itself uses the code for messages that are too large, and clouds for too many requests.
  if (/code = ResourceExhausted/.test(message)) return !/larger than max|\brate\b|too many requests/i.test(message)
  return fullWords.test(message)
}

/** The step at which a pod stands that nothing is known to hold; null when it is past starting. */
export function whyStarting(objects: SetObjects, pod: Pod, events: readonly Event[], now: number): Reason | null {
  const params = { pod: pod.metadata.name }
  const created = pod.metadata.creationTimestamp
  const ready = conditionProof('Pod', pod.metadata, pod.status.conditions, 'Ready')
  if (pod.status.phase !== 'Pending') {
    const until = (millis(created) ?? now) + 60_000
    return now < until ? cause('starting', params, { since: created, proof: ready, again: until }) : null
  }
  const pull = pulling(pod, events)
  if (pull !== null)
    return cause(
      'pulling',
      { ...params, image: pull.image },
      { since: pull.event.lastSeen ?? pull.event.firstSeen, proof: [eventProof(pull.event)] },
    )
  const prepared = condition(pod.status.conditions, 'PodReadyToStartContainers')
  const since = prepared?.lastTransitionTime ?? pod.status.startTime ?? created
  const because = {
    since,
    proof: [...conditionProof('Pod', pod.metadata, pod.status.conditions, 'PodReadyToStartContainers'), ...ready],
  }
  const began = millis(since) ?? now
  const long = began + stepSeconds * 1000
  if (now < long) return cause('starting', params, { ...because, again: long })
  if (prepared?.status === 'True') return cause('start-containers', params, because)
  // Without events, or from a kubelet without the condition, it cannot be said at which step it stands.
  if (prepared === null) return cause('start-stands', params, because)
  if (objects.unknown.events !== undefined) return cause('start-prepares', params, because)
  const expired = began + eventSeconds * 1000
  return now < expired
    ? cause('start-prepares', params, { ...because, again: expired })
    : cause('start-expired', params, because)
}
