import { proof } from '@/lib/statefulset/explain/proof'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/**
 * A pod belongs to the set and its labels no longer fit the selector: the controller lets it go, and its name stays
 * taken (k8s pkg/controller/controller_ref_manager.go `ClaimPods`).
 */
function detect({ objects, setIndex }: DetectorInput): Detection {
  const { set } = objects
  // One outside the range counts too: it is let go and runs on, with nobody to remove it.
  const released = [...setIndex.pods.values()]
    .flatMap(({ pod, claimed, ordinal }) =>
      claimed === 'released' && pod.metadata.deletionTimestamp === null
        ? [{ pod, name: pod.metadata.name, ordinal }]
        : [],
    )
    .toSorted((a, b) => a.ordinal - b.ordinal)
  if (released.length === 0) return null
  return {
    params: { pods: listed(released.map(({ name }) => name)), count: released.length },
    ordinals: released.map(({ ordinal }) => ordinal),
    since: null,
    proof: [
      proof('StatefulSet', set.metadata, 'spec.selector', set.spec.selector),
      ...released.slice(0, 5).map(({ pod }) => proof('Pod', pod.metadata, 'metadata.labels', pod.metadata.labels)),
    ],
  }
}

export const overlappingSelectors: Runbook = { id: 'overlapping-selectors', alias: 'R37', severity: 'warning', detect }
