import { proof } from '@/lib/statefulset/explain/proof'
import { selectorMatches } from '@/lib/statefulset/model/ownership'
import type { Detection, DetectorInput, Runbook } from './detector'

/** A node is to be emptied, and a budget lets none of the set's pods go. */
function detect({ objects, explained }: DetectorInput): Detection {
  for (const slot of explained.pass.replicas) {
    const { pod } = slot
    const node = pod?.spec.nodeName ? objects.nodes.get(pod.spec.nodeName) : undefined
    if (pod === null || slot.terminating || node === undefined || !node.spec.unschedulable) continue
    const budget = objects.budgets.find(
      ({ selector, status }) =>
        selector !== null &&
        selectorMatches(selector, pod.metadata.labels) &&
        status !== null &&
        status.disruptionsAllowed === 0 &&
        status.expectedPods > 0,
    )
    if (!budget?.status) continue
    const { metadata, status } = budget
    return {
      params: {
        pod: slot.name,
        node: node.metadata.name,
        budget: metadata.name,
        healthy: status.currentHealthy,
        desired: status.desiredHealthy,
      },
      ordinals: [slot.ordinal],
      since: node.spec.taints.find((each) => each.key === 'node.kubernetes.io/unschedulable')?.timeAdded ?? null,
      proof: [
        proof('Node', node.metadata, 'spec.unschedulable', true),
        proof('PodDisruptionBudget', metadata, 'status.disruptionsAllowed', status.disruptionsAllowed),
        proof('PodDisruptionBudget', metadata, 'status.currentHealthy', status.currentHealthy),
        proof('PodDisruptionBudget', metadata, 'status.desiredHealthy', status.desiredHealthy),
      ],
    }
  }
  return null
}

export const blockedDrain: Runbook = { id: 'blocked-drain', alias: 'R13', severity: 'warning', detect }
