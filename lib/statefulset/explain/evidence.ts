import { containersHaveEnded } from './ended-containers'
import { conditionProof, proof } from './proof'
import type { EndpointSlice, Node, Pod } from '@/lib/statefulset/model/objects'
import { condition } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'

/**
 * Whether the containers of a pod can still be running, judged from what could be gathered. A force delete only
 * removes the name from the API; if the old containers run on, two pods of one name write to two places.
 *
 * Silence is no evidence: behind a cut network a living pod looks exactly as a dead one. Only a proof says that it is
 * gone, and only a sign of life says that it is not. What follows from one fact counts with it, not beside it.
 */

/** What is known of the Lease of the pod's node in kube-node-lease. */
export type LeaseReading = {
  /** `spec.renewTime`, by the node's own clock; null when the node has no Lease. */
  renewedAt: string | null
  /** `spec.leaseDurationSeconds`; null for Kubernetes' default. */
  durationSeconds: number | null
  /** Seconds since the renew time was last seen to change between two readings; null when it was not. */
  movedSecondsAgo: number | null
  /** For how many seconds repeated readings have shown this very renew time; 0 at the first. */
  stillForSeconds: number
}

/** What was gathered at one moment. Null is what could not be asked. */
export type Gathered = {
  /** The pod as it was just read. */
  pod: Pod
  /** The pod's node; null when the object does not exist. */
  node: Node | null
  /** False when Nodes may not be read. */
  nodeKnown: boolean
  /** The boot id that the node told when the pod was already being deleted; null when that is not known. */
  earlierBootID: string | null
  /** Null when the Lease could not be read. */
  lease: LeaseReading | null
  /** The slices of the governing Service. */
  slices: readonly EndpointSlice[]
  /** False when EndpointSlices may not be read. */
  slicesKnown: boolean
  /**
   * The pod's port asked through the API server's pod proxy: `answers` with any answer of the application, `refused`
   * when a network stack at the pod's address says that nobody listens, `silent` when the API server could not reach
   * it, `not-asked` when the pod has no port or proxying is forbidden.
   */
  probe: { result: 'answers' | 'refused' | 'silent' | 'not-asked'; port: number | null; detail: string | null }
  /** Nodes of the cluster that nobody hears from, of all; null when Nodes may not be listed. */
  silentNodes: { silent: number; total: number } | null
}

export type EvidenceCode =
  | 'node-gone'
  | 'node-silent'
  | 'node-unready'
  | 'node-ready'
  | 'node-unseen'
  | 'never-bound'
  | 'out-of-service'
  | 'rebooted'
  | 'lease-moves'
  | 'lease-fresh'
  | 'lease-old'
  | 'lease-still'
  | 'lease-absent'
  | 'lease-unseen'
  | 'overdue'
  | 'within-grace'
  | 'not-deleting'
  | 'ended'
  | 'endpoint-serving'
  | 'endpoint-not-serving'
  | 'endpoint-unseen'
  | 'probe-answers'
  | 'probe-refused'
  | 'probe-silent'
  | 'probe-not-asked'
  | 'many-nodes-silent'
  | 'silent-nodes'
  | 'silent-nodes-unseen'

/** `for`: proves that the pod is gone · `against`: a sign that it runs · `open`: does not tell. */
export type EvidenceItem = {
  code: EvidenceCode
  speaks: 'for' | 'against' | 'open'
  params: Record<string, string | number>
  since: string | null
  proof: Proof[]
  /** The item that brings this one about; it then says nothing of its own. Null for a fact that stands alone. */
  follows: EvidenceCode | null
}

/**
 * `gone` something proves that nothing of it runs · `likely-gone` its Node object is gone and the machine gives no sign
 * of life, which proves nothing · `unknown` neither · `contradicted` something says that it still runs.
 */
export type Verdict = 'gone' | 'likely-gone' | 'unknown' | 'contradicted'

/**
 * What helps without a force delete: `wait-grace` the grace period still runs · `plain-delete` nobody has asked the
 * pod to go yet · `wait-for-node` repair the node or wait for it · `out-of-service` taint it where it is known to be
 * off · `delete-node` where it is gone for good · `remove-finalizers` only they hold the pod.
 */
export type SaferWay =
  'wait-grace' | 'plain-delete' | 'wait-for-node' | 'out-of-service' | 'delete-node' | 'remove-finalizers'

export type Evidence = {
  verdict: Verdict
  items: EvidenceItem[]
  /** What contradicts that the pod is gone, the strongest first; each has to be typed against. */
  contradictions: EvidenceItem[]
  /** Whether a force delete may be offered at all, and if not why. */
  offered: true | 'not-overdue-and-node-answers' | 'not-bound-and-not-overdue' | 'only-finalizers-hold'
  /** In the order in which they should be tried. */
  saferWays: SaferWay[]
  /** What to offer first: the force delete only where the pod is proved to be gone or nothing else is left. */
  primary: SaferWay | 'force-delete'
  /** Seconds since the deletion time, negative while the grace period runs; null when not deleting. */
  overdueSeconds: number | null
}

/** A lease is renewed every 10 s and runs for 40 s unless it says otherwise. */
const leaseSeconds = 40
/** A kubelet renews every 10 s, so that two readings this far apart show whether it does. */
export const leaseReadingSeconds = 12
/** At this share of silent nodes the control plane or the network is the more likely fault. */
const manySilent = 0.5

/** The verdict on a pod from what was gathered at `now` (best the API server's own clock). */
export function judgeEvidence(gathered: Gathered, now: Date): Evidence {
  const { pod } = gathered
  const deletion = millis(pod.metadata.deletionTimestamp)
  const overdueSeconds = deletion === null ? null : Math.floor((now.getTime() - deletion) / 1000)
  const items = grouped([
    ...nodeItems(gathered),
    ...leaseItems(gathered, now.getTime()),
    ...deletionItems(gathered, overdueSeconds),
    endpointItem(gathered),
    probeItem(gathered),
    nodesItem(gathered),
  ])
  const verdict = verdictOf(items)
  const saferWays = saferWaysFor(gathered, items, overdueSeconds)
  return {
    verdict,
    items,
    contradictions: contradictionsOf(items),
    offered: offeredFor(gathered, overdueSeconds),
    saferWays,
    primary: verdict === 'gone' ? 'force-delete' : (saferWays[0] ?? 'force-delete'),
    overdueSeconds,
  }
}

type Found = Omit<EvidenceItem, 'follows'>

function item(
  code: EvidenceCode,
  speaks: EvidenceItem['speaks'],
  params: EvidenceItem['params'] = {},
  proof: Proof[] = [],
  since: string | null = null,
): Found {
  return { code, speaks, params, since, proof }
}

const isBound = (pod: Pod) => pod.spec.nodeName !== null && pod.spec.nodeName !== ''
const readyOf = (node: Node | null) => (node === null ? null : condition(node.status.conditions, 'Ready'))

/**
 * The kubelet writes Ready as True and as False; Unknown is what the control plane writes when it hears nothing (k8s
 * pkg/controller/nodelifecycle/node_lifecycle_controller.go tryUpdateNodeHealth).
 */
const kubeletSpeaks = (node: Node | null) => ['True', 'False'].includes(readyOf(node)?.status ?? '')

function nodeItems({ pod, node, nodeKnown, earlierBootID }: Gathered): Found[] {
  const name = pod.spec.nodeName ?? ''
  if (!isBound(pod)) return [item('never-bound', 'for', {}, [proof('Pod', pod.metadata, 'spec.nodeName', '')])]
  if (!nodeKnown) return [item('node-unseen', 'open', { node: name })]
  if (node === null)
    return [item('node-gone', 'open', { node: name }, [proof('Pod', pod.metadata, 'spec.nodeName', name)])]
  const ready = readyOf(node)
  const proofs = conditionProof('Node', node.metadata, node.status.conditions, 'Ready')
  const since = ready?.lastTransitionTime ?? null
  const found =
    ready?.status === 'True'
      ? [item('node-ready', 'against', { node: name }, proofs, since)]
      : ready?.status === 'False'
        ? [item('node-unready', 'against', { node: name, reason: ready.reason ?? ready.status }, proofs, since)]
        : [item('node-silent', 'open', { node: name }, proofs, since)]
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
  const { bootID } = node.status
  const told = earlierBootID !== null && earlierBootID !== '' && bootID !== null && bootID !== ''
  // Nothing survives a reboot, and a kubelet does not start a pod again that is being deleted.
  if (told && bootID !== earlierBootID && pod.metadata.deletionTimestamp !== null)
    found.push(
      item('rebooted', 'for', { node: name }, [proof('Node', node.metadata, 'status.nodeInfo.bootID', bootID)]),
    )
  return found
}

/**
 * Whether the kubelet renews. Kubernetes does not compare a renew time with a clock either, because it is the node's
 * own: it looks whether it changes (k8s node_lifecycle_controller.go). A first reading can only tell that the lease is
 * young by that clock, which is taken for a sign of life until the readings show that it stands still.
 */
function leaseItems({ pod, lease }: Gathered, now: number): Found[] {
  const name = pod.spec.nodeName ?? ''
  if (!isBound(pod)) return []
  if (lease === null) return [item('lease-unseen', 'open', { node: name })]
  const { renewedAt, movedSecondsAgo, stillForSeconds } = lease
  const renewed = millis(renewedAt)
  if (renewed === null) return [item('lease-absent', 'open', { node: name })]
  const seconds = Math.max(0, Math.floor((now - renewed) / 1000))
  const proofs: Proof[] = [
    { object: `Lease kube-node-lease/${name}`, field: 'spec.renewTime', value: renewedAt ?? '', at: renewedAt },
  ]
  const runsFor = lease.durationSeconds ?? leaseSeconds
  const as = (code: EvidenceCode, speaks: EvidenceItem['speaks'], told: number): Found[] => [
    item(code, speaks, { node: name, seconds: Math.floor(told) }, proofs, renewedAt),
  ]
  if (movedSecondsAgo !== null && movedSecondsAgo <= runsFor) return as('lease-moves', 'against', movedSecondsAgo)
  if (seconds <= runsFor && stillForSeconds < runsFor) return as('lease-fresh', 'against', seconds)
  if (stillForSeconds >= leaseReadingSeconds) return as('lease-still', 'open', stillForSeconds)
  return as('lease-old', 'open', seconds)
}

function deletionItems({ pod, node, lease }: Gathered, overdueSeconds: number | null): Found[] {
  const { deletionTimestamp } = pod.metadata
  const proofs = [proof('Pod', pod.metadata, 'metadata.deletionTimestamp', deletionTimestamp ?? '', deletionTimestamp)]
  const found =
    overdueSeconds === null
      ? [item('not-deleting', 'open')]
      : overdueSeconds >= 0
        ? [item('overdue', 'open', { seconds: overdueSeconds }, proofs, deletionTimestamp)]
        : [item('within-grace', 'open', { seconds: -overdueSeconds }, proofs, deletionTimestamp)]
  const speaks = kubeletSpeaks(node) || (lease?.movedSecondsAgo ?? null) !== null
  if (isBound(pod) && containersHaveEnded(pod, speaks))
    found.push(
      item(
        'ended',
        'for',
        { phase: pod.status.phase },
        pod.status.containers.length === 0
          ? [proof('Pod', pod.metadata, 'status.phase', pod.status.phase)]
          : pod.status.containers.map(({ name, state }) =>
              proof(
                'Pod',
                pod.metadata,
                `status.containerStatuses[${name}].state`,
                state?.kind === 'terminated' ? `terminated (${state.reason ?? state.exitCode})` : 'never started',
                state?.kind === 'terminated' ? state.finishedAt : null,
              ),
            ),
      ),
    )
  return found
}

function endpointItem({ pod, slices, slicesKnown }: Gathered): Found {
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
  return item('endpoint-not-serving', 'open')
}

function probeItem({ pod, probe }: Gathered): Found {
  const said = probe.detail ?? ''
  if (probe.result === 'not-asked') return item('probe-not-asked', 'open', { detail: said })
  const params = { address: pod.status.podIP ?? '', port: probe.port ?? 0, detail: said }
  const proofs = [proof('Pod', pod.metadata, `proxy:${probe.port ?? ''}`, said)]
  if (probe.result === 'answers') return item('probe-answers', 'against', params, proofs)
  return probe.result === 'refused'
    ? item('probe-refused', 'against', params, proofs)
    : item('probe-silent', 'open', params, proofs)
}

function nodesItem({ silentNodes }: Gathered): Found {
  if (silentNodes === null) return item('silent-nodes-unseen', 'open')
  const { silent, total } = silentNodes
  const many = silent > 1 && silent / total >= manySilent
  return item(many ? 'many-nodes-silent' : 'silent-nodes', many ? 'against' : 'open', { silent, total })
}

/** Facts that bring others about, the one that explains the most first. */
const heads: readonly EvidenceCode[] = ['never-bound', 'ended', 'rebooted', 'node-gone', 'node-silent']

/** What each of them brings about: a port of a node that nobody reaches is silent whatever runs there. */
const consequences: Partial<Record<EvidenceCode, readonly EvidenceCode[]>> = {
  'never-bound': ['endpoint-not-serving', 'probe-not-asked'],
  ended: ['endpoint-not-serving', 'probe-silent', 'probe-refused'],
  rebooted: ['endpoint-not-serving', 'probe-silent', 'probe-refused'],
  'node-gone': ['lease-old', 'lease-still', 'lease-absent', 'overdue', 'endpoint-not-serving', 'probe-silent'],
  'node-silent': ['lease-old', 'lease-still', 'overdue', 'endpoint-not-serving', 'probe-silent'],
}

/** Each item with the fact that it follows from, beside its likes and after that fact. */
function grouped(found: readonly Found[]): EvidenceItem[] {
  const present = heads.filter((head) => found.some(({ code }) => code === head))
  const items = found.map((each) => ({
    ...each,
    follows: present.find((head) => consequences[head]?.includes(each.code)) ?? null,
  }))
  return items.flatMap((each) =>
    each.follows === null ? [each, ...items.filter(({ follows }) => follows === each.code)] : [],
  )
}

/** What says that something still runs, the strongest first. */
const contradicting: readonly EvidenceCode[] = [
  'probe-answers',
  'lease-moves',
  'lease-fresh',
  'node-ready',
  'node-unready',
  'probe-refused',
  'endpoint-serving',
  'many-nodes-silent',
]

function contradictionsOf(items: readonly EvidenceItem[]): EvidenceItem[] {
  const has = (code: EvidenceCode) => items.some((each) => each.code === code)
  // Containers that have ended leave a healthy node behind: that contradicts nothing.
  const ended = has('ended') || has('never-bound') || has('rebooted')
  return contradicting
    .filter((code) => !ended || code === 'probe-answers')
    .flatMap((code) => items.filter((each) => each.code === code))
}

function verdictOf(items: readonly EvidenceItem[]): Verdict {
  // That many nodes are silent is no sign of life: it says that silence means even less.
  if (contradictionsOf(items).some(({ code }) => code !== 'many-nodes-silent')) return 'contradicted'
  if (items.some(({ speaks }) => speaks === 'for')) return 'gone'
  const has = (code: EvidenceCode) => items.some((each) => each.code === code)
  // A cloud deletes the Node of a machine that it has ended, and people delete the Node of one that runs on.
  return has('node-gone') && (has('lease-still') || has('lease-absent')) && !has('many-nodes-silent')
    ? 'likely-gone'
    : 'unknown'
}

const onlyFinalizersHold = (pod: Pod) =>
  pod.metadata.deletionTimestamp !== null &&
  pod.metadata.deletionGracePeriodSeconds === 0 &&
  pod.metadata.finalizers.length > 0

/**
 * A force delete may be offered for a pod that is terminating beyond its grace period, or that sits on a node that
 * nobody hears from; never for one whose kubelet speaks and can stop it, and not where it would change nothing. What
 * may not be seen is no trouble.
 */
function offeredFor({ pod, node, nodeKnown }: Gathered, overdueSeconds: number | null): Evidence['offered'] {
  if (onlyFinalizersHold(pod)) return 'only-finalizers-hold'
  if (overdueSeconds !== null && overdueSeconds > 0) return true
  if (!isBound(pod)) return 'not-bound-and-not-overdue'
  return !nodeKnown || kubeletSpeaks(node) ? 'not-overdue-and-node-answers' : true
}

/** The ways that take a Node or its volumes away are for machines without a sign of life. */
function saferWaysFor({ pod }: Gathered, items: readonly EvidenceItem[], overdueSeconds: number | null): SaferWay[] {
  const has = (code: EvidenceCode) => items.some((each) => each.code === code)
  const ended = has('ended') || has('never-bound') || has('rebooted')
  const lives = has('lease-moves') || has('lease-fresh') || has('probe-answers') || has('probe-refused')
  const silent = has('node-silent')
  const ways: SaferWay[] = []
  if (overdueSeconds === null) ways.push('plain-delete')
  else if (overdueSeconds < 0) ways.push('wait-grace')
  if (!ended && (silent || has('node-unready') || (has('node-gone') && lives))) ways.push('wait-for-node')
  if (!ended && silent && !lives && !has('out-of-service')) ways.push('out-of-service')
  if (!ended && silent && !lives) ways.push('delete-node')
  if (onlyFinalizersHold(pod)) ways.push('remove-finalizers')
  return ways
}
