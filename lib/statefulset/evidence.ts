import { condition, isTerminal } from './status'
import { millis } from './time'
import type { EndpointSlice, Node, Pod } from './objects'

/**
 * Whether the containers of a pod can still be running, judged from what could be gathered. A force delete only
 * removes the name from the API; if the old containers run on, two pods of one name write to two places.
 */

/** What was gathered at one moment. Null is what could not be asked, with the reason beside it where there is one. */
export type Gathered = {
  pod: Pod
  /** The pod's node; null when the object does not exist. */
  node: Node | null
  /** False when Nodes may not be read. */
  nodeKnown: boolean
  /** `spec.renewTime` of the Lease of the node in kube-node-lease; null when it could not be read. */
  leaseRenewedAt: string | null
  slices: readonly EndpointSlice[]
  /** False when EndpointSlices may not be read. */
  slicesKnown: boolean
  /**
   * The pod's port asked through the API server's pod proxy: `answers` with any HTTP answer of the application,
   * `silent` when the API server could not reach it, `not-asked` when the pod has no port or proxying is forbidden.
   */
  probe: { result: 'answers' | 'silent' | 'not-asked'; port: number | null; detail: string | null }
  /** Nodes of the cluster that are not Ready, of all; null when Nodes may not be listed. */
  silentNodes: { silent: number; total: number } | null
}

export type EvidenceCode =
  | 'node-gone'
  | 'node-not-ready'
  | 'node-ready'
  | 'node-unseen'
  | 'never-bound'
  | 'out-of-service'
  | 'lease-old'
  | 'lease-fresh'
  | 'lease-unseen'
  | 'overdue'
  | 'within-grace'
  | 'not-deleting'
  | 'ended'
  | 'endpoint-serving'
  | 'endpoint-not-serving'
  | 'endpoint-unseen'
  | 'probe-answers'
  | 'probe-silent'
  | 'probe-not-asked'
  | 'many-nodes-silent'
  | 'silent-nodes'
  | 'silent-nodes-unseen'

/** `for`: speaks for the pod being gone · `against`: speaks for it running · `open`: does not tell. */
export type EvidenceItem = {
  code: EvidenceCode
  speaks: 'for' | 'against' | 'open'
  params: Record<string, string | number>
  since: string | null
}

/**
 * `gone` by everything that Kubernetes knows nothing can be running any more · `likely-gone` everything that could be seen speaks for it, and nothing
 * proves it · `unknown` too little can be seen · `contradicted` something says that the pod still runs.
 */
export type Verdict = 'gone' | 'likely-gone' | 'unknown' | 'contradicted'

export type Evidence = {
  verdict: Verdict
  items: EvidenceItem[]
  /** What contradicts that the pod is gone, the strongest first; each has to be typed against. */
  contradictions: EvidenceItem[]
  /** Whether a force delete may be offered at all, and if not why. */
  offered: true | 'not-overdue-and-node-ready' | 'not-bound-and-not-overdue'
  /** Seconds since the deletion time, negative while the grace period runs; null when not deleting. */
  overdueSeconds: number | null
}

/** A lease is renewed every 10 s and runs for 40 s; older than that the kubelet is silent. */
const leaseSeconds = 40
/** At this share of silent nodes the control plane or the network is the more likely fault. */
const manySilent = 0.5

/** The verdict on a pod from what was gathered at `now`. */
export function judgeEvidence(gathered: Gathered, now: Date): Evidence {
  const { pod, node, nodeKnown } = gathered
  const at = now.getTime()
  const items: EvidenceItem[] = []
  const add = (
    code: EvidenceCode,
    speaks: EvidenceItem['speaks'],
    params: EvidenceItem['params'] = {},
    since: string | null = null,
  ) => items.push({ code, speaks, params, since })

  const deletion = millis(pod.metadata.deletionTimestamp)
  const overdueSeconds = deletion === null ? null : Math.floor((at - deletion) / 1000)
  const bound = pod.spec.nodeName !== null && pod.spec.nodeName !== ''
  const nodeName = pod.spec.nodeName ?? ''
  const ready = node === null ? null : condition(node.status.conditions, 'Ready')

  if (!bound) add('never-bound', 'for')
  else if (!nodeKnown) add('node-unseen', 'open', { node: nodeName })
  else if (node === null) add('node-gone', 'for', { node: nodeName })
  else if (ready?.status === 'True') add('node-ready', 'against', { node: nodeName }, ready.lastTransitionTime)
  else
    add(
      'node-not-ready',
      'for',
      { node: nodeName, status: ready?.status ?? 'Unknown', reason: ready?.reason ?? '' },
      ready?.lastTransitionTime ?? null,
    )
  const taint = node?.spec.taints.find((each) => each.key === 'node.kubernetes.io/out-of-service')
  if (taint !== undefined) add('out-of-service', 'for', { node: nodeName }, taint.timeAdded)

  const renewed = millis(gathered.leaseRenewedAt)
  const leaseAge = renewed === null ? null : Math.max(0, Math.floor((at - renewed) / 1000))
  if (bound && node !== null) {
    if (leaseAge === null) add('lease-unseen', 'open', { node: nodeName })
    else if (leaseAge > leaseSeconds)
      add('lease-old', 'for', { node: nodeName, seconds: leaseAge }, gathered.leaseRenewedAt)
    else add('lease-fresh', 'against', { node: nodeName, seconds: leaseAge }, gathered.leaseRenewedAt)
  }

  if (overdueSeconds === null) add('not-deleting', 'open')
  else if (overdueSeconds >= 0) add('overdue', 'for', { seconds: overdueSeconds }, pod.metadata.deletionTimestamp)
  else add('within-grace', 'against', { seconds: -overdueSeconds }, pod.metadata.deletionTimestamp)
  if (isTerminal(pod)) add('ended', 'for', { phase: pod.status.phase })

  addEndpoint(gathered, add)
  if (gathered.probe.result === 'answers')
    add('probe-answers', 'against', { address: pod.status.podIP ?? '', port: gathered.probe.port ?? 0 })
  else if (gathered.probe.result === 'silent')
    add('probe-silent', 'for', { address: pod.status.podIP ?? '', port: gathered.probe.port ?? 0 })
  else add('probe-not-asked', 'open', { detail: gathered.probe.detail ?? '' })

  const silent = gathered.silentNodes
  if (silent === null) add('silent-nodes-unseen', 'open')
  else if (silent.total > 1 && silent.silent > 1 && silent.silent / silent.total >= manySilent)
    add('many-nodes-silent', 'against', { silent: silent.silent, total: silent.total })
  else add('silent-nodes', 'open', { silent: silent.silent, total: silent.total })

  return {
    verdict: verdictOf(items, bound),
    items,
    contradictions: contradictionsOf(items),
    offered: offeredFor(bound, overdueSeconds, nodeKnown, node, ready?.status ?? null),
    overdueSeconds,
  }
}

function addEndpoint(
  { pod, slices, slicesKnown }: Gathered,
  add: (code: EvidenceCode, speaks: EvidenceItem['speaks'], params?: EvidenceItem['params']) => void,
): void {
  if (!slicesKnown) {
    add('endpoint-unseen', 'open')
    return
  }
  const endpoints = slices.flatMap((slice) => slice.endpoints).filter((each) => each.target?.uid === pod.metadata.uid)
  // `ready` says nothing of the pod where the Service publishes pods that are not; `serving` does.
  const serving = endpoints.find((each) => each.serving ?? true)
  if (serving !== undefined) add('endpoint-serving', 'against', { address: serving.addresses[0] ?? '' })
  else add('endpoint-not-serving', 'for')
}

/** What proves that something still runs, the strongest first. */
const contradicting: readonly EvidenceCode[] = [
  'probe-answers',
  'lease-fresh',
  'node-ready',
  'endpoint-serving',
  'many-nodes-silent',
]

function contradictionsOf(items: readonly EvidenceItem[]): EvidenceItem[] {
  const ended = items.some((item) => item.code === 'ended' || item.code === 'never-bound')
  return contradicting.flatMap((code) => {
    const item = items.find((each) => each.code === code)
    // A container that has ended leaves a healthy node behind: that contradicts nothing.
    return item === undefined || (ended && code !== 'probe-answers') ? [] : [item]
  })
}

function verdictOf(items: readonly EvidenceItem[], bound: boolean): Verdict {
  const has = (code: EvidenceCode) => items.some((item) => item.code === code)
  if (contradictionsOf(items).length > 0) return 'contradicted'
  if (!bound || has('ended')) return 'gone'
  if (has('node-gone') || has('out-of-service')) return 'gone'
  if (has('node-not-ready') && has('lease-old')) return 'likely-gone'
  return 'unknown'
}

/**
 * A force delete may be offered for a pod that is terminating beyond its grace period, or that sits on a node that is
 * not Ready; never for a healthy one. What may not be seen does not count as trouble.
 */
function offeredFor(
  bound: boolean,
  overdueSeconds: number | null,
  nodeKnown: boolean,
  node: Node | null,
  ready: string | null,
): Evidence['offered'] {
  if (overdueSeconds !== null && overdueSeconds > 0) return true
  if (!bound) return 'not-bound-and-not-overdue'
  const silent = nodeKnown && (node === null || ready !== 'True')
  return silent ? true : 'not-overdue-and-node-ready'
}
