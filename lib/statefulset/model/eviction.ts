import type { DisruptionBudget, Metadata, Pod } from './objects'
import { selectorMatches } from './ownership'
import { isReady } from './pod-status'

/**
 * What the API server answers when a pod is to be evicted, as a drain asks for each pod of a node. Source: k8s
 * pkg/registry/core/pod/storage/eviction.go (`Create`, `canIgnorePDB`, `getPodDisruptionBudgets`,
 * `checkAndDecrement`), 1.34 to 1.37.
 */

export type Eviction = { allowed: true } | Refusal
export type Refusal = {
  allowed: false
  /**
   * `several`: more than one budget selects the pod, which is not supported. `unseen`: the budget was changed and not
   * counted since. `unconfirmed`: too many evictions have not been seen to happen. `exhausted`: no pod may go now.
   */
  why: 'several' | 'unseen' | 'unconfirmed' | 'exhausted'
  budgets: readonly [DisruptionBudget, ...DisruptionBudget[]]
}

/** `MaxDisruptedPodSize`. */
const mostUnconfirmed = 2000

export function evictionOf(pod: Pod, budgets: readonly DisruptionBudget[]): Eviction {
  if (asksNoBudget(pod)) return { allowed: true }
  const [budget, ...others] = budgetsOf(pod.metadata, budgets)
  if (budget === undefined) return { allowed: true }
  const refused = (why: Refusal['why']): Refusal => ({ allowed: false, why, budgets: [budget, ...others] })
  if (others.length > 0) return refused('several')
  const { status, metadata } = budget
  if (!isReady(pod) && budget.unhealthyPodEvictionPolicy === 'AlwaysAllow') return { allowed: true }
  if (status === null) return refused('unseen')
  if (!isReady(pod) && status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0)
    return { allowed: true }
  if (status.observedGeneration < (metadata.generation ?? 0)) return refused('unseen')
  if (status.disruptedPods > mostUnconfirmed) return refused('unconfirmed')
  return status.disruptionsAllowed > 0 ? { allowed: true } : refused('exhausted')
}

/** A pod that does not run, or already goes, is disrupted whether it is evicted or not. */
function asksNoBudget({ metadata, status }: Pod): boolean {
  return ['Pending', 'Succeeded', 'Failed'].includes(status.phase) || metadata.deletionTimestamp !== null
}

/** The budgets that select a pod with these labels; none does a pod without labels. */
export function budgetsOf(
  { namespace, labels }: Pick<Metadata, 'namespace' | 'labels'>,
  budgets: readonly DisruptionBudget[],
): DisruptionBudget[] {
  if (Object.keys(labels).length === 0) return []
  return budgets.filter(
    ({ metadata, selector }) =>
      metadata.namespace === namespace && selector !== null && selectorMatches(selector, labels),
  )
}
