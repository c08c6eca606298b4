import type { Node, Pod, SetObjects } from './objects'
import { condition } from './pod-status'
import { earliest, millis } from './time'

/**
 * What the node of a pod says. Ready=False is the kubelet's own word, so what it reports of its pods is true now;
 * Unknown is set by the node controller when nothing was heard, so what was reported is old (k8s
 * pkg/controller/nodelifecycle). A Node without the condition has never reported.
 */
export type NodeHealth = 'ready' | 'not-ready' | 'silent' | 'absent'

/** The Ready condition of a node as one of its three values. */
export function nodeReadiness(node: Node): 'True' | 'False' | 'Unknown' {
  const status = condition(node.status.conditions, 'Ready')?.status
  return status === 'True' || status === 'False' ? status : 'Unknown'
}

/** The health of a node that exists or not. */
export function healthOfNode(node: Node | undefined): NodeHealth {
  if (node === undefined) return 'absent'
  const readiness = nodeReadiness(node)
  return readiness === 'True' ? 'ready' : readiness === 'False' ? 'not-ready' : 'silent'
}

/** The node that a pod is bound to; undefined without one, or when the object is gone or cannot be read. */
export function nodeOf(objects: SetObjects, pod: Pod): Node | undefined {
  return pod.spec.nodeName === null ? undefined : objects.nodes.get(pod.spec.nodeName)
}

/**
 * The health of the node that a pod is bound to; null when the pod has none, or when the node is not seen and Nodes
 * cannot be seen whole.
 */
export function nodeHealth(objects: SetObjects, pod: Pod): NodeHealth | null {
  if (pod.spec.nodeName === null) return null
  const node = nodeOf(objects, pod)
  return node === undefined && objects.unknown.nodes !== undefined ? null : healthOfNode(node)
}

/** Nobody would tell if the pod on such a node stopped: its kubelet is not heard, or the Node object is gone. */
export function isUnheard(health: NodeHealth | null): health is 'silent' | 'absent' {
  return health === 'silent' || health === 'absent'
}

/** A toleration of more than a century means for ever. */
const neverSeconds = 3_155_760_000

/**
 * When the taint manager deletes a pod from its node: after the shortest toleration of a NoExecute taint that says
 * when it was added (k8s pkg/controller/tainteviction). Null when no taint evicts, or each is tolerated for ever.
 */
export function evictionAt(pod: Pod, node: Node | undefined): string | null {
  const moments = (node?.spec.taints ?? [])
    .filter((taint) => taint.effect === 'NoExecute')
    .map((taint) => {
      const tolerated = pod.spec.tolerations.filter(
        (each) =>
          (each.effect === null || each.effect === 'NoExecute') &&
          (each.key === null ? each.operator === 'Exists' : each.key === taint.key),
      )
      const limits = tolerated.flatMap((each) => (each.seconds === null ? [] : [each.seconds]))
      const added = millis(taint.timeAdded)
      const limit = Math.max(0, Math.min(...limits))
      return added === null || limits.length === 0 || limit > neverSeconds ? null : added + limit * 1000
    })
  return earliest(moments)
}
