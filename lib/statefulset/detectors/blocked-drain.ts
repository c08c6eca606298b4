import { compareNames } from '@/lib/statefulset/model/natural-order'
import { proof } from '@/lib/statefulset/explain/proof'
import { evictionOf, type Refusal } from '@/lib/statefulset/model/eviction'
import type { Proof } from '@/lib/statefulset/model/view'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** A node is to be emptied, and the API refuses to evict the set's pods from it. */
function detect({ objects, explained }: DetectorInput): Detection {
  const refused = explained.pass.replicas.flatMap((slot) => {
    const node = objects.nodes.get(slot.pod?.spec.nodeName ?? '')
    if (slot.pod === null || node?.spec.unschedulable !== true) return []
    const eviction = evictionOf(slot.pod, objects.budgets)
    return eviction.allowed ? [] : [{ slot, node, eviction }]
  })
  const [first] = refused
  if (first === undefined) return null
  const { slot, node, eviction } = first
  const [{ metadata, status }] = eviction.budgets
  return {
    params: {
      pod: slot.name,
      node: node.metadata.name,
      why: eviction.why,
      budget: metadata.name,
      budgets: listed(eviction.budgets.map((budget) => budget.metadata.name).toSorted(compareNames)),
      count: eviction.budgets.length,
      healthy: status?.currentHealthy ?? '?',
      desired: status?.desiredHealthy ?? '?',
    },
    ordinals: refused.map((each) => each.slot.ordinal),
    since: node.spec.taints.find((each) => each.key === 'node.kubernetes.io/unschedulable')?.timeAdded ?? null,
    proof: [proof('Node', node.metadata, 'spec.unschedulable', true), ...proofOf(eviction)],
  }
}

function proofOf({ why, budgets }: Refusal): Proof[] {
  const of = (budget: (typeof budgets)[number], field: string, value: unknown) =>
    proof('PodDisruptionBudget', budget.metadata, field, value)
  if (why === 'several') return budgets.map((budget) => of(budget, 'spec.selector', budget.selector))
  const [budget] = budgets
  const { status } = budget
  if (why === 'unseen')
    return [
      of(budget, 'metadata.generation', budget.metadata.generation),
      of(budget, 'status.observedGeneration', status?.observedGeneration ?? 0),
    ]
  if (status === null) return []
  if (why === 'unconfirmed') return [of(budget, 'status.disruptedPods', status.disruptedPods)]
  return [
    of(budget, 'status.disruptionsAllowed', status.disruptionsAllowed),
    of(budget, 'status.currentHealthy', status.currentHealthy),
    of(budget, 'status.desiredHealthy', status.desiredHealthy),
  ]
}

export const blockedDrain: Runbook = { id: 'blocked-drain', alias: 'R13', severity: 'warning', detect }
