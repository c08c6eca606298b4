import { liveFailure } from '@/lib/statefulset/model/events'
import { finalizersWithKeepers } from '@/lib/statefulset/model/finalizers'
import { isUnheard, nodeHealth, nodeOf } from '@/lib/statefulset/model/node-health'
import type { Event, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { condition, containersEnded, isTerminal } from '@/lib/statefulset/model/pod-status'
import { deletionRequested, millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'
import { nodeProof } from './node-causes'
import { eventProof, proof } from './proof'
import { cause, type Reason } from './reasons'

/** Why a terminating pod is still there: who has to do what before its object can go. */

/** Whether the kubelet saw the containers end is asked first: then nothing of the pod runs, whatever its node says. */
export function whyTerminating(objects: SetObjects, pod: Pod, events: readonly Event[], now: number): Reason {
  const { metadata } = pod
  const asked = deletionRequested(metadata)
  const deletion = proof('Pod', metadata, 'metadata.deletionTimestamp', metadata.deletionTimestamp ?? '', asked)
  const overdue = now >= (millis(metadata.deletionTimestamp) ?? now)
  const ended = containersEnded(pod)
  const kill = liveFailure(events, 'FailedKillPod', [])
  const shared: Shared = { objects, pod, since: asked, proof: [deletion], overdue, kill }
  return (ended === null ? whyRunning(shared) : whyEnded(shared, ended)) ?? plainly(shared)
}

type Shared = {
  objects: SetObjects
  pod: Pod
  since: string | null
  proof: Proof[]
  overdue: boolean
  /** The kubelet's newest word that it cannot take the pod down. */
  kill: Event | null
}

function plainly({ pod, since, proof, overdue }: Shared): Reason {
  const params = { pod: pod.metadata.name }
  return overdue
    ? cause('terminating-overdue', params, { since, proof })
    : cause('terminating', params, { since, proof, until: pod.metadata.deletionTimestamp })
}

/** The containers have ended: only the object is left, and each of its holders is another matter. */
function whyEnded({ objects, pod, proof: deletion, kill }: Shared, ended: { at: string | null }): Reason | null {
  const params = { pod: pod.metadata.name, node: pod.spec.nodeName ?? '' }
  const health = nodeHealth(objects, pod)
  const because = { since: ended.at, proof: [...deletion, ...endProof(pod)] }
  if (isUnheard(health))
    return cause('terminating-ended-silent', params, {
      ...because,
      proof: [...because.proof, ...nodeProof(pod, nodeOf(objects, pod))],
    })
  if (pod.metadata.finalizers.length > 0) return heldBy(pod, because.since, because.proof)
  if (kill !== null)
    return cause('terminating-sandbox', params, { ...because, proof: [...because.proof, eventProof(kill)] })
  return null
}

function endProof(pod: Pod): Proof[] {
  return pod.status.containers.flatMap(({ state }, index) =>
    state?.kind === 'terminated'
      ? [
          proof(
            'Pod',
            pod.metadata,
            `status.containerStatuses[${index}].state.terminated.exitCode`,
            state.exitCode,
            state.finishedAt,
          ),
        ]
      : [],
  )
}

function heldBy(pod: Pod, since: string | null, deletion: Proof[]): Reason {
  return cause(
    'terminating-finalizers',
    { pod: pod.metadata.name, finalizers: finalizersWithKeepers(pod.metadata) },
    { since, proof: [...deletion, proof('Pod', pod.metadata, 'metadata.finalizers', pod.metadata.finalizers)] },
  )
}

/** A container may still run: what its node says decides whether that can be known. */
function whyRunning({ objects, pod, since, proof: deletion, overdue, kill }: Shared): Reason | null {
  const node = nodeOf(objects, pod)
  const health = nodeHealth(objects, pod)
  const params = { pod: pod.metadata.name, node: pod.spec.nodeName ?? '' }
  // The API server has let the pod go: only its finalizers keep the object, whatever the node does.
  if (pod.metadata.deletionGracePeriodSeconds === 0 && pod.metadata.finalizers.length > 0)
    return heldBy(pod, since, [...deletion, ...nodeProof(pod, node)])
  const withNode = { since, proof: [...deletion, ...nodeProof(pod, node)] }
  if (isUnheard(health))
    return cause(health === 'absent' ? 'terminating-node-gone' : 'terminating-silent', params, {
      ...withNode,
      until: overdue ? null : pod.metadata.deletionTimestamp,
    })
  if (pod.metadata.finalizers.length > 0 && (overdue || isTerminal(pod))) return heldBy(pod, since, deletion)
  if (!overdue) return null
  if (kill !== null) return cause('terminating-kill', params, { since, proof: [...deletion, eventProof(kill)] })
  if (health === 'not-ready')
    return cause(
      'terminating-unready-node',
      { ...params, said: condition(node?.status.conditions ?? [], 'Ready')?.reason ?? 'False' },
      withNode,
    )
  return null
}
