import { parseQuantity } from '@/lib/demo/api/quantity'
import {
  selectorMatches,
  type Node,
  type NodeSelectorTerm,
  type Pod,
  type PodAffinityTerm,
  type PodSpec,
  type Taint,
  type Toleration,
} from '@/lib/demo/controllers/objects'

/** Why a pod does not fit a node, in the scheduler's words (k8s pkg/scheduler/framework/plugins). Pure. */

export type Load = { cpu: bigint; memory: bigint; pods: number }

/** The same few quantities are asked for again and again: each text is read once. */
const known = new Map<string, bigint>()
const mostKnown = 10_000

function milli(quantity = '0'): bigint {
  const before = known.get(quantity)
  if (before !== undefined) return before
  const value = (parseQuantity(quantity)?.nano ?? 0n) / 1_000_000n
  if (known.size >= mostKnown) known.clear()
  known.set(quantity, value)
  return value
}

/** What a pod asks for: the sum over its containers, or its largest init container, as the scheduler counts. */
export function requestOf(spec: PodSpec): Load {
  const sum = (containers: PodSpec['containers'], of: 'cpu' | 'memory') =>
    containers.reduce((total, { resources }) => total + milli(resources?.requests?.[of]), 0n)
  const most = (of: 'cpu' | 'memory') =>
    (spec.initContainers ?? []).reduce((max, { resources }) => {
      const value = milli(resources?.requests?.[of])
      return value > max ? value : max
    }, 0n)
  const of = (resource: 'cpu' | 'memory') => {
    const [containers, init] = [sum(spec.containers, resource), most(resource)]
    return containers > init ? containers : init
  }
  return { cpu: of('cpu'), memory: of('memory'), pods: 1 }
}

export function tolerates(tolerations: Toleration[] | undefined, taint: Taint): boolean {
  return (tolerations ?? []).some(
    ({ key, operator = 'Equal', value = '', effect }) =>
      (!effect || effect === taint.effect) &&
      (!key ? operator === 'Exists' : key === taint.key) &&
      (operator === 'Exists' || value === (taint.value ?? '')),
  )
}

export function termMatches(term: NodeSelectorTerm, node: Readonly<Node>): boolean {
  const matches = (value: string | undefined, operator: string, values: string[] = []) => {
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value)
      case 'NotIn':
        return value === undefined || !values.includes(value)
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
      case 'Gt':
        return value !== undefined && Number(value) > Number(values[0])
      case 'Lt':
        return value !== undefined && Number(value) < Number(values[0])
      default:
        return false
    }
  }
  return (
    (term.matchExpressions ?? []).every(({ key, operator, values }) =>
      matches(node.metadata.labels?.[key], operator, values),
    ) &&
    (term.matchFields ?? []).every(
      ({ key, operator, values }) => key === 'metadata.name' && matches(node.metadata.name, operator, values),
    )
  )
}

/** The first reasons that keep the pod from the node; none means that it fits. Volumes and other pods are asked elsewhere. */
export function misfits(pod: Readonly<Pod>, node: Readonly<Node>, load: Load, request: Load): string[] {
  const { spec } = pod
  if (node.spec.unschedulable && !tolerates(spec.tolerations, unschedulableTaint)) {
    return ['node(s) were unschedulable']
  }
  const taint = (node.spec.taints ?? []).find(
    (one) => one.effect !== 'PreferNoSchedule' && !tolerates(spec.tolerations, one),
  )
  if (taint) return ["node(s) had taints that the pod didn't tolerate"]
  const selector = Object.entries(spec.nodeSelector ?? {})
  const affinity = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const wanted =
    selector.every(([key, value]) => node.metadata.labels?.[key] === value) &&
    (!affinity || affinity.nodeSelectorTerms.some((term) => termMatches(term, node)))
  if (!wanted) return ["node(s) didn't match Pod's node affinity/selector"]
  const allocatable = node.status.allocatable ?? {}
  const reasons: string[] = []
  if (load.pods + 1 > Number(allocatable.pods ?? '110')) reasons.push('Too many pods')
  if (request.cpu > 0n && load.cpu + request.cpu > milli(allocatable.cpu)) reasons.push('Insufficient cpu')
  if (request.memory > 0n && load.memory + request.memory > milli(allocatable.memory)) {
    reasons.push('Insufficient memory')
  }
  return reasons
}

const unschedulableTaint: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** Whether another pod is one that an affinity term speaks of. */
export const isMeant = (term: PodAffinityTerm, own: Readonly<Pod>, other: Readonly<Pod>): boolean =>
  (term.namespaces ?? [own.metadata.namespace ?? '']).includes(other.metadata.namespace ?? '') &&
  selectorMatches(term.labelSelector, other.metadata.labels)

/** `0/5 nodes are available: …`, with each reason and how many nodes it holds for, in the order of the text. */
export function unschedulableMessage(
  nodes: number,
  preFilter: string | null,
  reasons: string[][],
  helpless: number,
): string {
  const histogram = new Map<string, number>()
  for (const list of reasons) for (const reason of list) histogram.set(reason, (histogram.get(reason) ?? 0) + 1)
  const told = [...histogram].map(([reason, count]) => `${count} ${reason}`).sort()
  const why = preFilter ? ` ${preFilter}.` : told.length > 0 ? ` ${told.join(', ')}.` : ''
  const words: string[] = []
  const victims = nodes - helpless
  if (victims > 0) words.push(`${victims} No preemption victims found for incoming pod`)
  if (helpless > 0) words.push(`${helpless} Preemption is not helpful for scheduling`)
  const preemption = words.length > 0 ? ` preemption: 0/${nodes} nodes are available: ${words.join(', ')}.` : ''
  return nodes === 0 ? 'no nodes available to schedule pods' : `0/${nodes} nodes are available:${why}${preemption}`
}
