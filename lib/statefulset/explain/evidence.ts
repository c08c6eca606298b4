import { conditionProof, proof } from './proof'
import type { EndpointSlice, Node, Pod } from '@/lib/statefulset/model/objects'
import { condition, isTerminal } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'

/**
 * Whether the containers of a pod can still be running, judged from what could be gathered. A force delete only
 * removes the name from the API; if the old containers run on, two pods of one name write to two places.
 */

/** What was gathered at one moment. Null is what could not be asked. */
export type Gathered = {
  /** The pod as it was just read. */
  pod: Pod
  /** The pod's node; null when the object does not exist. */
  node: Node | null
  /** False when Nodes may not be read. */
  nodeKnown: boolean
  /** `spec.renewTime` of the Lease of the node in kube-node-lease; null when it could not be read. */
  leaseRenewedAt: string | null
  /** `spec.leaseDurationSeconds` of that Lease; left out, Kubernetes' default of 40. */
  leaseDurationSeconds?: number | null
  /** The slices of the governing Service. */
  slices: readonly EndpointSlice[]
  /** False when EndpointSlices may not be read. */
  slicesKnown: boolean
  /**
   * The pod's port asked through the API server's pod proxy: `answers` with any answer of the application, `silent`
   * when the API server could not reach it, `not-asked` when the pod has no port or proxying is forbidden.
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
  proof: Proof[]
}

/**
 * `gone` by everything that Kubernetes knows nothing can be running any more · `likely-gone` everything that could be seen speaks for it, and nothing
 * proves it · `unknown` too little can be seen · `contradicted` something says that the pod still runs.
 */
export type Verdict = 'gone' | 'likely-gone' | 'unknown' | 'contradicted'

/**
 * What helps without a force delete: `wait-grace` the grace period still runs · `plain-delete` nobody has asked the
 * pod to go yet · `wait-for-node` repair the node or wait for it · `delete-node` where it is gone for good ·
 * `out-of-service` taint it where it is known to be off · `remove-finalizers` only they hold the pod.
 */
export type SaferWay =
  'wait-grace' | 'plain-delete' | 'wait-for-node' | 'delete-node' | 'out-of-service' | 'remove-finalizers'

export type Evidence = {
  verdict: Verdict
  items: EvidenceItem[]
  /** What contradicts that the pod is gone, the strongest first; each has to be typed against. */
  contradictions: EvidenceItem[]
  /** Whether a force delete may be offered at all, and if not why. */
  offered: true | 'not-overdue-and-node-ready' | 'not-bound-and-not-overdue' | 'only-finalizers-hold'
  /** In the order in which they should be tried. */
  saferWays: SaferWay[]
  /** Seconds since the deletion time, negative while the grace period runs; null when not deleting. */
  overdueSeconds: number | null
}

/** A lease is renewed every 10 s and runs for 40 s unless it says otherwise; older than that the kubelet is silent. */
const leaseSeconds = 40
/** At this share of silent nodes the control plane or the network is the more likely fault. */
const manySilent = 0.5

/** The verdict on a pod from what was gathered at `now` (best the API server's own clock). */
export function judgeEvidence(gathered: Gathered, now: Date): Evidence {
  const { pod } = gathered
  const deletion = millis(pod.metadata.deletionTimestamp)
  const overdueSeconds = deletion === null ? null : Math.floor((now.getTime() - deletion) / 1000)
  const items = [
    ...nodeItems(gathered),
    ...leaseItems(gathered, now.getTime()),
    ...deletionItems(pod, overdueSeconds),
    endpointItem(gathered),
    probeItem(gathered),
    nodesItem(gathered),
  ]
  return {
    verdict: verdictOf(items),
    items,
    contradictions: contradictionsOf(items),
    offered: offeredFor(gathered, overdueSeconds),
    saferWays: saferWaysFor(gathered, items, overdueSeconds),
    overdueSeconds,
  }
}

function item(
  code: EvidenceCode,
  speaks: EvidenceItem['speaks'],
  params: EvidenceItem['params'] = {},
  proof: Proof[] = [],
  since: string | null = null,
): EvidenceItem {
  return { code, speaks, params, since, proof }
}

const isBound = (pod: Pod) => pod.spec.nodeName !== null && pod.spec.nodeName !== ''

function nodeItems({ pod, node, nodeKnown }: Gathered): EvidenceItem[] {
  const name = pod.spec.nodeName ?? ''
  if (!isBound(pod)) return [item('never-bound', 'for', {}, [proof('Pod', pod.metadata, 'spec.nodeName', '')])]
  if (!nodeKnown) return [item('node-unseen', 'open', { node: name })]
  if (node === null)
    return [item('node-gone', 'for', { node: name }, [proof('Pod', pod.metadata, 'spec.nodeName', name)])]
  const ready = condition(node.status.conditions, 'Ready')
  const proofs = conditionProof('Node', node.metadata, node.status.conditions, 'Ready')
  const since = ready?.lastTransitionTime ?? null
  const found =
    ready?.status === 'True'
      ? [item('node-ready', 'against', { node: name }, proofs, since)]
      : [
          item(
            'node-not-ready',
            'for',
            { node: name, status: ready?.status ?? 'Unknown', reason: ready?.reason ?? '' },
            proofs,
            since,
          ),
        ]
  const taint = node.spec.taints.find((each) => each.key === 'node.kubernetes.io/out-of-service')
  if (taint !== undefined)
    found.push(
      item(
        'out-of-service',
        'for',
        { node: name },
        [proof('Node', node.metadata, 'spec.taints[].key', taint.key, taint.timeAdded)],
        taint.timeAdded,
      ),
    )
  return found
}

function leaseItems({ pod, node, leaseRenewedAt, leaseDurationSeconds }: Gathered, now: number): EvidenceItem[] {
  const name = pod.spec.nodeName ?? ''
  if (!isBound(pod) || node === null) return []
  const renewed = millis(leaseRenewedAt)
  if (renewed === null) return [item('lease-unseen', 'open', { node: name })]
  const seconds = Math.max(0, Math.floor((now - renewed) / 1000))
  const proofs: Proof[] = [
    {
      object: `Lease kube-node-lease/${name}`,
      field: 'spec.renewTime',
      value: leaseRenewedAt ?? '',
      at: leaseRenewedAt,
    },
  ]
  const old = seconds > (leaseDurationSeconds ?? leaseSeconds)
  const code = old ? 'lease-old' : 'lease-fresh'
  return [item(code, old ? 'for' : 'against', { node: name, seconds }, proofs, leaseRenewedAt)]
}

function deletionItems(pod: Pod, overdueSeconds: number | null): EvidenceItem[] {
  const { deletionTimestamp } = pod.metadata
  const proofs = [proof('Pod', pod.metadata, 'metadata.deletionTimestamp', deletionTimestamp ?? '', deletionTimestamp)]
  const found =
    overdueSeconds === null
      ? [item('not-deleting', 'open')]
      : overdueSeconds >= 0
        ? [item('overdue', 'for', { seconds: overdueSeconds }, proofs, deletionTimestamp)]
        : [item('within-grace', 'open', { seconds: -overdueSeconds }, proofs, deletionTimestamp)]
  if (isTerminal(pod))
    found.push(
      item('ended', 'for', { phase: pod.status.phase }, [proof('Pod', pod.metadata, 'status.phase', pod.status.phase)]),
    )
  return found
}

function endpointItem({ pod, slices, slicesKnown }: Gathered): EvidenceItem {
  if (!slicesKnown) return item('endpoint-unseen', 'open')
  // `ready` says nothing of the pod where the Service publishes pods that are not; `serving` does.
  for (const slice of slices)
    for (const [index, endpoint] of slice.endpoints.entries())
      if (endpoint.target?.uid === pod.metadata.uid && (endpoint.serving ?? true))
        return item('endpoint-serving', 'against', { address: endpoint.addresses[0] ?? '' }, [
          proof(
            'EndpointSlice',
            slice.metadata,
            `endpoints[${index}].conditions.serving`,
            endpoint.serving ?? 'not told',
          ),
        ])
  return item('endpoint-not-serving', 'for')
}

function probeItem({ pod, probe }: Gathered): EvidenceItem {
  const said = probe.detail ?? ''
  if (probe.result === 'not-asked') return item('probe-not-asked', 'open', { detail: said })
  const params = { address: pod.status.podIP ?? '', port: probe.port ?? 0, detail: said }
  const proofs = [proof('Pod', pod.metadata, `proxy:${probe.port ?? ''}`, said)]
  return probe.result === 'answers'
    ? item('probe-answers', 'against', params, proofs)
    : item('probe-silent', 'for', params, proofs)
}

function nodesItem({ silentNodes }: Gathered): EvidenceItem {
  if (silentNodes === null) return item('silent-nodes-unseen', 'open')
  const { silent, total } = silentNodes
  const many = silent > 1 && silent / total >= manySilent
  return item(many ? 'many-nodes-silent' : 'silent-nodes', many ? 'against' : 'open', { silent, total })
}

/** What says that something still runs, the strongest first. */
const contradicting: readonly EvidenceCode[] = [
  'probe-answers',
  'lease-fresh',
  'node-ready',
  'endpoint-serving',
  'many-nodes-silent',
]

function contradictionsOf(items: readonly EvidenceItem[]): EvidenceItem[] {
  // Containers that have ended leave a healthy node behind: that contradicts nothing.
  const ended = items.some((each) => each.code === 'ended' || each.code === 'never-bound')
  return contradicting.flatMap((code) =>
    items.filter((each) => each.code === code && (!ended || code === 'probe-answers')),
  )
}

function verdictOf(items: readonly EvidenceItem[]): Verdict {
  const has = (code: EvidenceCode) => items.some((each) => each.code === code)
  if (contradictionsOf(items).length > 0) return 'contradicted'
  if (has('never-bound') || has('ended') || has('node-gone') || has('out-of-service')) return 'gone'
  return has('node-not-ready') && has('lease-old') ? 'likely-gone' : 'unknown'
}

const onlyFinalizersHold = (pod: Pod) =>
  pod.metadata.deletionTimestamp !== null &&
  pod.metadata.deletionGracePeriodSeconds === 0 &&
  pod.metadata.finalizers.length > 0

/**
 * A force delete may be offered for a pod that is terminating beyond its grace period, or that sits on a node that is
 * not Ready; never for a healthy one, and not where it would change nothing. What may not be seen is no trouble.
 */
function offeredFor({ pod, node, nodeKnown }: Gathered, overdueSeconds: number | null): Evidence['offered'] {
  if (onlyFinalizersHold(pod)) return 'only-finalizers-hold'
  if (overdueSeconds !== null && overdueSeconds > 0) return true
  if (!isBound(pod)) return 'not-bound-and-not-overdue'
  if (!nodeKnown) return 'not-overdue-and-node-ready'
  const ready = node !== null && condition(node.status.conditions, 'Ready')?.status === 'True'
  return ready ? 'not-overdue-and-node-ready' : true
}

function saferWaysFor({ pod }: Gathered, items: readonly EvidenceItem[], overdueSeconds: number | null): SaferWay[] {
  const silent = items.some((each) => each.code === 'node-not-ready')
  const tainted = items.some((each) => each.code === 'out-of-service')
  const ways: SaferWay[] = []
  if (overdueSeconds === null) ways.push('plain-delete')
  else if (overdueSeconds < 0) ways.push('wait-grace')
  if (silent) ways.push('wait-for-node', 'delete-node')
  if (silent && !tainted) ways.push('out-of-service')
  if (onlyFinalizersHold(pod)) ways.push('remove-finalizers')
  return ways
}
