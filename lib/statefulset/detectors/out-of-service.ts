import { compareNames } from '@/lib/statefulset/model/natural-order'
import { conditionProof, proof } from '@/lib/statefulset/explain/proof'
import type { Node, Taint } from '@/lib/statefulset/model/objects'
import { condition } from '@/lib/statefulset/model/pod-status'
import { latest } from '@/lib/statefulset/model/time'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** The taint that says of a node that it is switched off (KEP-2268; k8s pkg/controller/podgc, attachdetach/reconciler). */
const outOfService = 'node.kubernetes.io/out-of-service'

/** A node of the set's pods answers, and still bears the taint that says that it is off. */
function detect({ objects, explained }: DetectorInput): Detection {
  const slots = [...explained.pass.replicas, ...explained.pass.condemned]
  const used = new Set(slots.map((slot) => slot.pod?.spec.nodeName ?? ''))
  const found: { node: Node; taint: Taint }[] = []
  for (const node of objects.nodes.values()) {
    const taint = node.spec.taints.find((each) => each.key === outOfService)
    const isAlive = condition(node.status.conditions, 'Ready')?.status === 'True'
    if (taint !== undefined && isAlive && used.has(node.metadata.name)) found.push({ node, taint })
  }
  if (found.length === 0) return null
  const names = found.map(({ node }) => node.metadata.name).toSorted(compareNames)
  return {
    params: { nodes: listed(names), count: names.length },
    ordinals: slots.filter((slot) => names.includes(slot.pod?.spec.nodeName ?? '')).map((slot) => slot.ordinal),
    since: latest(found.map(({ taint }) => taint.timeAdded)),
    proof: found.flatMap(({ node, taint }) => [
      proof('Node', node.metadata, `spec.taints[${outOfService}].effect`, taint.effect, taint.timeAdded),
      ...conditionProof('Node', node.metadata, node.status.conditions, 'Ready'),
    ]),
  }
}

export const outOfServiceNode: Runbook = { id: 'out-of-service', alias: 'R25', severity: 'warning', detect }
