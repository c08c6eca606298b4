import { compareNames } from '@/lib/statefulset/model/natural-order'
import { placementOf, type Misfit, type Placement } from '@/lib/statefulset/model/scheduling'
import type { Pod, SetObjects } from '@/lib/statefulset/model/objects'
import type { SetIndex } from '@/lib/statefulset/model/set-index'
import { condition } from '@/lib/statefulset/model/pod-status'
import { whyClaims } from './claim-causes'
import { conditionProof, detail, proof } from './proof'
import { cause, type Reason } from './reasons'

/** Why the scheduler has not placed a pod, from its own condition. */

const misfits = [
  'free-volume',
  'volume-zone',
  'volume-limit',
  'volume-used',
  'storage',
  'resources',
  'taint',
  'affinity',
  'neighbours',
  'spread',
  'cordoned',
  'ports',
  'other',
] as const satisfies readonly Misfit[]

/** The counts as parameters of one sentence: a number for each kind of misfit, zero where no node has it. */
function countsOf(placement: Placement): Record<string, number> {
  return Object.fromEntries(
    misfits.map((each) => [
      each.replace(/-(.)/, (_, letter: string) => letter.toUpperCase()),
      placement.misfits.get(each) ?? 0,
    ]),
  )
}

const goneCodes: ReadonlySet<string> = new Set(['claim-missing', 'claim-deleting', 'claim-lost'])

/** Why a pod without a node has none. */
export function whyUnscheduled(
  objects: SetObjects,
  setIndex: SetIndex,
  ordinal: number,
  pod: Pod,
  now: number,
): Reason {
  const params = { pod: pod.metadata.name }
  const scheduled = condition(pod.status.conditions, 'PodScheduled')
  const since = scheduled?.lastTransitionTime ?? pod.metadata.creationTimestamp
  const proofs = conditionProof('Pod', pod.metadata, pod.status.conditions, 'PodScheduled')
  const claims = whyClaims(objects, setIndex, ordinal, pod, now)
  // A claim that is gone, going or lost keeps the pod back whatever the scheduler said of the nodes before.
  if (claims !== null && goneCodes.has(claims.reason)) return { ...claims, proof: [...claims.proof, ...proofs] }
  if (scheduled?.reason === 'SchedulingGated')
    return cause(
      'scheduling-gated',
      { ...params, gates: pod.spec.schedulingGates.join(', ') },
      { since, proof: proofs },
    )
  const text = detail(scheduled?.message)
  const said = text === '' ? [] : [proof('Pod', pod.metadata, 'status.conditions[PodScheduled].message', text, since)]
  const because = { since, proof: [...proofs, ...said] }
  const placement = placementOf(scheduled?.message ?? '')
  if (placement.claims && claims !== null) return { ...claims, proof: [...claims.proof, ...because.proof] }
  const code = whichMisfit(placement)
  if (code !== null) {
    const details = {
      ...params,
      ...countsOf(placement),
      nodes: placement.nodes ?? 0,
      lacking: placement.resources.join(', '),
      class: classesWithoutVolume(objects, setIndex, ordinal),
      detail: text,
    }
    return cause(code, details, because)
  }
  if (scheduled?.status === 'False' && scheduled.reason !== null)
    return cause('unplaced', { ...params, detail: text || scheduled.reason }, because)
  if (claims !== null && claims.reason !== 'claim-pending') return claims
  return cause('not-scheduled', params, { since: pod.metadata.creationTimestamp, proof: proofs })
}

/** What nodes lack that would fit otherwise: beside one of these the number of volumes is not the only thing in the way. */
const roomless: ReadonlySet<Misfit> = new Set([
  'resources',
  'storage',
  'free-volume',
  'volume-used',
  'neighbours',
  'spread',
  'ports',
  'other',
])

function whichMisfit(placement: Placement): 'volume-zone' | 'attach-limit' | 'preempting' | 'unschedulable' | null {
  if (placement.nodes === null || placement.misfits.size === 0) return placement.preempting ? 'preempting' : null
  if (placement.misfits.has('volume-zone') && !placement.misfits.has('free-volume')) return 'volume-zone'
  if (placement.misfits.has('volume-limit') && ![...placement.misfits.keys()].some((each) => roomless.has(each)))
    return 'attach-limit'
  return placement.preempting ? 'preempting' : 'unschedulable'
}

/** The storage classes of the ordinal's claims that have no volume yet, for the sentence. */
function classesWithoutVolume(objects: SetObjects, setIndex: SetIndex, ordinal: number): string {
  const classes = new Set<string>()
  for (const { claim } of setIndex.claims.get(ordinal)?.values() ?? [])
    if (claim.status.phase !== 'Bound' && claim.spec.storageClassName !== null) classes.add(claim.spec.storageClassName)
  return [...classes].toSorted(compareNames).join(', ')
}
