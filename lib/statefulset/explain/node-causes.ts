import { evictionAt, nodeHealth, nodeOf } from '@/lib/statefulset/model/node-health'
import type { Node, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { condition } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'
import { conditionProof, proof, textProof } from './proof'
import { cause, type Reason } from './reasons'

/** The node as the cause, told by what it says: nothing, that it is not ready, or that it is gone. */

/** What proves the state of a pod's node. */
export function nodeProof(pod: Pod, node: Node | undefined): Proof[] {
  if (node === undefined) return [proof('Pod', pod.metadata, 'spec.nodeName', pod.spec.nodeName ?? '')]
  const ready = condition(node.status.conditions, 'Ready')
  return [
    ...conditionProof('Node', node.metadata, node.status.conditions, 'Ready'),
    ...textProof('Node', node.metadata, 'status.conditions[Ready].message', ready?.message),
  ]
}

/** Nobody hears the kubelet, or its Node is gone: what is told of the pod is old. Null when the node speaks. */
export function whyUnheard(objects: SetObjects, pod: Pod, now: number): Reason | null {
  const health = nodeHealth(objects, pod)
  if (health !== 'absent' && health !== 'silent') return null
  return onNode(health === 'absent' ? 'node-gone' : 'node-silent', objects, pod, now)
}

/** The kubelet says that its node is not ready. What it reports of the pod is true, so this is asked last. */
export function whyNodeNotReady(objects: SetObjects, pod: Pod, now: number): Reason | null {
  return nodeHealth(objects, pod) === 'not-ready' ? onNode('node-unready', objects, pod, now) : null
}

function onNode(
  code: 'node-gone' | 'node-silent' | 'node-unready',
  objects: SetObjects,
  pod: Pod,
  now: number,
): Reason {
  const node = nodeOf(objects, pod)
  const ready = condition(node?.status.conditions ?? [], 'Ready')
  const eviction = evictionAt(pod, node)
  return cause(
    code,
    { pod: pod.metadata.name, node: pod.spec.nodeName ?? '', said: ready?.reason ?? 'False' },
    {
      since: ready?.lastTransitionTime ?? null,
      proof: nodeProof(pod, node),
      // The taint manager deletes the pod then; a moment that has passed is no deadline.
      until: (millis(eviction) ?? 0) > now ? eviction : null,
    },
  )
}
