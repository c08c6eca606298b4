import type { Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { condition, containersEnded, isReady, isTerminal, isTerminating } from '@/lib/statefulset/model/pod-status'
import type { SetIndex } from '@/lib/statefulset/model/set-index'
import { whyContainers, whyCrashing } from './container-causes'
import { whyNodeNotReady, whyUnheard } from './node-causes'
import { whyUnscheduled } from './placement'
import { conditionProof, proof, textProof } from './proof'
import { whyUnready } from './ready-causes'
import { cause, type Reason } from './reasons'
import { whyPending, whyStarting } from './start-causes'
import { whyTerminating } from './terminating'

/**
 * Why a pod is not ready, or not gone, each with the fields that prove it. The order is that of what hides what: a
 * node that is not heard makes everything that its kubelet reported old news; a pod that no node has cannot pull an
 * image; and only what nothing else explains is laid to a node that speaks and is not ready.
 */

/** Why a pod that exists is not available at a moment, or is not gone; null when it is available. */
export function whyPod(objects: SetObjects, setIndex: SetIndex, ordinal: number, pod: Pod, now: number): Reason | null {
  const events = setIndex.eventsByUid.get(pod.metadata.uid) ?? []
  if (isTerminating(pod)) return whyTerminating(objects, pod, events, now)
  if (pod.status.phase !== 'Running' || !isReady(pod)) return whyNotReady(objects, setIndex, ordinal, pod, now)
  // The node went silent a moment ago and the pod's own condition has not followed yet.
  return whyUnheard(objects, pod, now) ?? whyCrashing(pod, now, objects.ends)
}

/** Why a pod that is not terminating is not Running and Ready. */
export function whyNotReady(objects: SetObjects, setIndex: SetIndex, ordinal: number, pod: Pod, now: number): Reason {
  const params = { pod: pod.metadata.name }
  const ready = condition(pod.status.conditions, 'Ready')
  const since = ready?.lastTransitionTime ?? pod.metadata.creationTimestamp
  // The phase of a pod on a node that is not heard may be the control plane's: it proves no end.
  const unheard = isTerminal(pod) && containersEnded(pod) === null ? whyUnheard(objects, pod, now) : null
  if (unheard !== null) return unheard
  if (isTerminal(pod))
    return cause(
      'ended',
      { ...params, phase: pod.status.reason ?? pod.status.phase },
      {
        since,
        proof: [
          proof('Pod', pod.metadata, 'status.phase', pod.status.phase),
          ...textProof('Pod', pod.metadata, 'status.message', pod.status.message),
        ],
      },
    )
  const events = setIndex.eventsByUid.get(pod.metadata.uid) ?? []
  return (
    whyUnheard(objects, pod, now) ??
    (pod.spec.nodeName === null
      ? whyUnscheduled(objects, setIndex, ordinal, pod, now)
      : pod.status.phase === 'Pending'
        ? whyPending(objects, setIndex, ordinal, pod, events, now)
        : null) ??
    whyContainers(objects, pod, now) ??
    whyUnready(pod, events) ??
    whyNodeNotReady(objects, pod, now) ??
    whyStarting(objects, pod, events, now) ??
    cause('not-ready', params, {
      since,
      proof: [
        ...conditionProof('Pod', pod.metadata, pod.status.conditions, 'Ready'),
        ...textProof('Pod', pod.metadata, 'status.conditions[Ready].message', ready?.message),
      ],
    })
  )
}
