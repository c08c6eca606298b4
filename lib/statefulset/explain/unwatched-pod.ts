import type { Node } from '@/lib/statefulset/model/objects'
import { condition } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'

/**
 * A pod that was there when somebody last looked, and is not there when somebody looks again: nobody saw it go. What can
 * be known of its end is what its node and its successor tell now.
 */

/** A bound pod as it was last seen. `bootID` is its node's then; null when it was not told. */
export type SeenPod = {
  namespace: string
  set: string
  ordinal: number
  pod: string
  uid: string
  node: string
  nodeUid: string | null
  bootID: string | null
  /** Nobody heard from its node already then. */
  silent: boolean
  /** When it was last seen, milliseconds since the epoch. */
  leftMs: number
}

/** Kubernetes takes a kubelet for silent at most so long after it was last heard (50 s since 1.32). */
const unnoticedMs = 60_000

/**
 * `lost`: its containers may run on. `lease`: they may, if its kubelet no longer renews its lease. `stopped`: it went
 * while its kubelet was there to stop it, or its machine has rebooted since. The successor is made only when the pod
 * before it is gone (k8s pkg/controller/statefulset), so that its creation says by when that was.
 */
export function unwatchedEnd(
  seen: Pick<SeenPod, 'silent' | 'bootID'>,
  now: {
    node: Node | undefined
    /** When the pod that bears the name now was made; null when none does. */
    successorAt: string | null
    /** Whether the set has this ordinal: one that was scaled away has no second pod. */
    wanted: boolean
  },
): 'lost' | 'lease' | 'stopped' {
  const { node, successorAt, wanted } = now
  // Nodes that were heard from and are gone now were taken away by somebody who moved their pods first.
  if (node === undefined) return seen.silent ? 'lost' : 'stopped'
  const { bootID } = node.status
  if (seen.bootID && bootID && seen.bootID !== bootID) return 'stopped'
  if (successorAt === null && !wanted) return 'stopped'
  const ready = condition(node.status.conditions, 'Ready')
  const since = millis(ready?.lastTransitionTime)
  const made = millis(successorAt)
  const madeBefore = (ms: number) => made !== null && since !== null && made < since - ms
  if (ready?.status === 'True') return seen.silent && madeBefore(0) ? 'lost' : 'stopped'
  if (!seen.silent && madeBefore(unnoticedMs)) return 'stopped'
  return ready?.status === 'False' ? 'lease' : 'lost'
}
