import type { ActionName } from '@/lib/contract/actions/names'
import type { OrdinalView, StatefulSetView } from '@/lib/statefulset/model/view'

/** The actions on one pod. */
export type PodAction = Exclude<ActionName, 'scale' | 'ask-pod'>

/**
 * A write that was accepted, followed until the objects prove it. An answer of the API server is not an effect: the
 * controller has to see the change, and the pods have to come or go.
 */
export type PendingWrite =
  { action: 'scale'; from: number; replicas: number } | { action: PodAction; ordinal: number; uid: string }

export type Reached = 'accepted' | 'observed' | 'in-effect'

/** How far a write has come, as the view of its set shows. `overtaken`: somebody has asked for something else since. */
export function reachedBy(view: StatefulSetView, followed: PendingWrite): { step: Reached; overtaken: boolean } {
  return followed.action === 'scale'
    ? scaleReached(view, followed)
    : { step: podReached(view, followed), overtaken: false }
}

function scaleReached(
  view: StatefulSetView,
  { from, replicas }: { from: number; replicas: number },
): { step: Reached; overtaken: boolean } {
  const { desired } = view.replicas
  if (desired !== replicas) return { step: 'accepted', overtaken: desired !== from }
  if (view.observedGeneration < view.generation) return { step: 'accepted', overtaken: false }
  return { step: isSettled(view) ? 'in-effect' : 'observed', overtaken: false }
}

/** Every wanted ordinal has an available pod, and no other pod of the set is left. */
export function isSettled(view: StatefulSetView): boolean {
  const { desired, created, available } = view.replicas
  const leftovers = view.ordinals.some((one) => !one.inRange && one.pod?.owned)
  return view.observedGeneration >= view.generation && created === desired && available === desired && !leftovers
}

function podReached(
  view: StatefulSetView,
  { ordinal, uid, action }: Exclude<PendingWrite, { action: 'scale' }>,
): Reached {
  const one = view.ordinals.find((each) => each.ordinal === ordinal)
  const pod = one?.pod ?? null
  if (pod?.uid === uid) {
    const seen = action === 'remove-finalizers' ? pod.finalizers.length === 0 : pod.deletionTimestamp !== null
    return seen ? 'observed' : 'accepted'
  }
  return isBack(one) ? 'in-effect' : 'observed'
}

/** The place is as it should be: a ready pod in range, no pod outside of it. */
function isBack(one: OrdinalView | undefined): boolean {
  if (!one?.inRange) return !one?.pod
  return one.pod !== null && one.pod.ready && one.pod.deletionTimestamp === null
}

/** A pod beyond its grace period, or one on a node that is not Ready: only then a force delete is offered. */
export function mayNeedForce(one: OrdinalView, now: number): boolean {
  const { pod, node } = one
  if (!pod || onlyFinalizersHold(one)) return false
  const overdue = pod.deletionTimestamp !== null && now > Date.parse(pod.deletionTimestamp)
  return overdue || (node !== null && node.ready !== 'True')
}

/** The API server has let the pod go, and only its finalizers keep the object: grace period 0, and a list. */
export function onlyFinalizersHold(one: OrdinalView): boolean {
  const { pod } = one
  return (
    pod !== null && pod.deletionTimestamp !== null && pod.deletionGracePeriodSeconds === 0 && pod.finalizers.length > 0
  )
}
