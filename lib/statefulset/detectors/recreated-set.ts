import { proof } from '@/lib/statefulset/explain/proof'
import type { Slot } from '@/lib/statefulset/controller/reconcile'
import { controllerOf, groupOf } from '@/lib/statefulset/model/ownership'
import { templatesWithoutVolume } from '@/lib/statefulset/model/storage-match'
import type { Proof } from '@/lib/statefulset/model/view'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/**
 * A set was deleted with its pods left, and made again otherwise: its pods have no volume for one of its claim
 * templates, or are not its own.
 */
function detect({ objects, explained }: DetectorInput): Detection {
  const { set } = objects
  if (set.metadata.deletionTimestamp !== null) return null
  const lacking = explained.pass.replicas.flatMap((slot) => {
    if (slot.pod === null || slot.terminating) return []
    const templates = templatesWithoutVolume(set, slot.ordinal, slot.pod)
    return templates.length === 0 ? [] : [{ slot, templates }]
  })
  if (lacking.length > 0)
    return {
      params: paramsOf('claims', lacking, [...new Set(lacking.flatMap(({ templates }) => templates))]),
      ordinals: lacking.map(({ slot }) => slot.ordinal),
      since: set.metadata.creationTimestamp,
      proof: [
        proof(
          'StatefulSet',
          set.metadata,
          'spec.volumeClaimTemplates',
          set.spec.claimTemplates.map(({ name }) => name),
        ),
        ...lacking.slice(0, 5).flatMap(({ slot }) => {
          const mounted = slot.pod?.spec.claims.map(({ volume }) => volume)
          return slot.pod === null ? [] : [proof('Pod', slot.pod.metadata, 'spec.volumes', mounted)]
        }),
      ],
    }
  const left = explained.pass.replicas.filter((slot) => isLeftOver(slot, set.metadata.uid))
  if (left.length === 0) return null
  return {
    params: paramsOf(
      'pods',
      left.map((slot) => ({ slot })),
      [],
    ),
    ordinals: left.map((slot) => slot.ordinal),
    since: set.metadata.creationTimestamp,
    proof: [
      proof('StatefulSet', set.metadata, 'metadata.uid', set.metadata.uid),
      proof('StatefulSet', set.metadata, 'spec.selector', set.spec.selector),
      ...left.slice(0, 5).flatMap(proofOf),
    ],
  }
}

/** A pod that holds a name of the set, and is nobody's, or an earlier set's of the same name. */
function isLeftOver({ taken }: Slot, setUid: string): boolean {
  if (taken === null || taken.claimed === 'released' || taken.pod.metadata.deletionTimestamp !== null) return false
  const controller = controllerOf(taken.pod.metadata)
  if (controller === null) return true
  return (
    controller.kind === 'StatefulSet' &&
    groupOf(controller) === 'apps' &&
    controller.uid !== setUid &&
    taken.pod.metadata.name.startsWith(`${controller.name}-`)
  )
}

function proofOf({ taken }: Slot): Proof[] {
  if (taken === null) return []
  const { metadata } = taken.pod
  const controller = controllerOf(metadata)
  return controller === null
    ? [proof('Pod', metadata, 'metadata.labels', metadata.labels)]
    : [proof('Pod', metadata, 'metadata.ownerReferences[].uid', controller.uid)]
}

function paramsOf(
  kind: 'claims' | 'pods',
  found: readonly { slot: Slot }[],
  templates: readonly string[],
): Record<string, string | number> {
  const names = found.map(({ slot }) => slot.name)
  return { kind, pods: listed(names), pod: names[0] ?? '', count: names.length, templates: listed(templates) }
}

export const recreatedSet: Runbook = {
  id: 'recreated-set',
  alias: 'R26',
  severity: 'warning',
  explains: ['update-refused', 'name-taken'],
  detect,
}
