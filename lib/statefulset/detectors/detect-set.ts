import { isMember, selectorMatches } from '@/lib/statefulset/model/ownership'
import { proof } from '@/lib/statefulset/explain/proof'
import { listed, type Detection, type DetectorInput } from './detector'
import { latest } from '@/lib/statefulset/model/time'

/** Findings about the set among others: R13, R19, R34. */

/** R13: a node is to be emptied, and a budget lets none of the set's pods go. */
export function detectBlockedDrain({ objects, explained }: DetectorInput): Detection {
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
      runbook: 'R13',
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

/** A writer that will write again by itself: an autoscaler through the scale subresource, or a server-side apply. */
const isAutomatic = (each: { manager: string; operation: string; subresource: string | null }) =>
  each.operation === 'Apply' ||
  (each.subresource === 'scale' && /^(kube-controller-manager|keda|horizontal|hpa)/i.test(each.manager)) ||
  /^(argocd|flux|helm-controller|kustomize-controller|keda)/i.test(each.manager)

/** R19: more than one writer owns `spec.replicas`, and at least one of them writes by itself. */
export function detectReplicaOwners({ objects }: DetectorInput): Detection {
  const { set } = objects
  const owners = new Map(set.replicasManagers.map((each) => [each.manager, each]))
  if (owners.size < 2 || ![...owners.values()].some(isAutomatic)) return null
  const names = [...owners.keys()].toSorted()
  return {
    runbook: 'R19',
    params: { managers: listed(names), count: owners.size },
    ordinals: [],
    since: latest([...owners.values()].map((each) => each.time)),
    proof: names.map((name) => {
      const owner = owners.get(name)
      const how =
        owner === undefined ? '' : `${owner.operation}${owner.subresource === null ? '' : ` ${owner.subresource}`}`
      return proof('StatefulSet', set.metadata, `metadata.managedFields[${name}].f:replicas`, how, owner?.time ?? null)
    }),
  }
}

/** R34: the range was moved up, and pods or claims of the ordinals below are still there. */
export function detectMovedOrdinals({ objects, setIndex }: DetectorInput): Detection {
  const { set } = objects
  if (set.spec.ordinalsStart === 0) return null
  const below = new Set<number>()
  for (const [ordinal, { claimed }] of setIndex.pods)
    if (ordinal < setIndex.first && isMember(claimed)) below.add(ordinal)
  for (const ordinal of setIndex.claims.keys()) if (ordinal < setIndex.first) below.add(ordinal)
  if (below.size === 0) return null
  const ordinals = [...below].toSorted((a, b) => a - b)
  return {
    runbook: 'R34',
    params: { start: set.spec.ordinalsStart, count: ordinals.length },
    ordinals,
    since: null,
    proof: [proof('StatefulSet', set.metadata, 'spec.ordinals.start', set.spec.ordinalsStart)],
  }
}
