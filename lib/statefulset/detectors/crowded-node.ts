import type { Slot } from '@/lib/statefulset/controller/reconcile'
import { proof } from '@/lib/statefulset/explain/proof'
import type { Detection, DetectorInput, Runbook } from './detector'

/** More than half of three or more pods would go down with one node, or with one zone of several. */
function detect({ objects, explained }: DetectorInput): Detection {
  const placed = explained.pass.replicas.filter((slot) => slot.pod?.spec.nodeName)
  if (placed.length < 3) return null
  const onNode = group(placed, (slot) => slot.pod?.spec.nodeName ?? null)
  const node = majority(onNode, placed.length)
  if (node !== null) return placement('node', node, onNode, placed.length)
  if (objects.unknown.nodes !== undefined) return null
  const inZone = group(
    placed,
    (slot) => objects.nodes.get(slot.pod?.spec.nodeName ?? '')?.metadata.labels['topology.kubernetes.io/zone'] ?? null,
  )
  const zone = inZone.size > 1 ? majority(inZone, placed.length) : null
  return zone === null ? null : placement('zone', zone, inZone, placed.length)
}

function group(slots: readonly Slot[], of: (slot: Slot) => string | null): Map<string, Slot[]> {
  const groups = new Map<string, Slot[]>()
  for (const slot of slots) {
    const key = of(slot)
    if (key === null) continue
    const others = groups.get(key)
    if (others === undefined) groups.set(key, [slot])
    else others.push(slot)
  }
  return groups
}

function majority(groups: Map<string, Slot[]>, total: number): string | null {
  for (const [key, slots] of groups) if (slots.length * 2 > total) return key
  return null
}

function placement(kind: string, name: string, groups: Map<string, Slot[]>, total: number): Detection {
  const slots = groups.get(name) ?? []
  return {
    params: { kind, name, count: slots.length, total },
    ordinals: slots.map((slot) => slot.ordinal),
    since: null,
    proof: slots
      .slice(0, 5)
      .flatMap((slot) =>
        slot.pod === null ? [] : [proof('Pod', slot.pod.metadata, 'spec.nodeName', slot.pod.spec.nodeName ?? '')],
      ),
  }
}

export const crowdedNode: Runbook = { id: 'crowded-node', alias: 'R33', severity: 'info', detect }
