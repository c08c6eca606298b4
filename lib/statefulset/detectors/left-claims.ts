import { conditionProof, proof } from '@/lib/statefulset/explain/proof'
import type { Claim } from '@/lib/statefulset/model/objects'
import { condition } from '@/lib/statefulset/model/pod-status'
import { quantity, sizeText } from '@/lib/statefulset/model/quantity'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** Claims outside the range that no pod mounts. */
function detect(scene: DetectorInput): Detection {
  const { setIndex } = scene
  // Without the pods it cannot be said that nothing mounts them.
  if (scene.objects.unknown.pods !== undefined) return null
  const outside = [...setIndex.claims].filter(([ordinal]) => ordinal < setIndex.first || ordinal > setIndex.last)
  if (outside.length === 0) return null
  const mounted = new Set(scene.objects.pods.flatMap((pod) => pod.spec.claims.map((each) => each.claim)))
  const left: { claim: Claim; ordinal: number }[] = []
  for (const [ordinal, claims] of outside.toSorted((a, b) => a[0] - b[0]))
    for (const { claim } of claims.values())
      if (!mounted.has(claim.metadata.name) && claim.metadata.deletionTimestamp === null) left.push({ claim, ordinal })
  if (left.length === 0) return null
  const since = left
    .flatMap(({ claim }) => {
      const unused = condition(claim.status.conditions, 'Unused')
      return unused?.status === 'True' && unused.lastTransitionTime !== null ? [unused.lastTransitionTime] : []
    })
    .toSorted()[0]
  const sizes = left.map(({ claim }) => quantity(claim.status.capacity ?? claim.spec.requested))
  const known = sizes.filter((each) => each !== null)
  const total = sizeText(known.reduce((sum, each) => sum + each, 0))
  return {
    params: {
      claims: listed(left.map(({ claim }) => claim.metadata.name)),
      count: left.length,
      size: known.length === 0 ? '?' : known.length < sizes.length ? `≥ ${total}` : total,
    },
    ordinals: [...new Set(left.map(({ ordinal }) => ordinal))],
    since: since ?? null,
    proof: left
      .slice(0, 5)
      .flatMap(({ claim }) => [
        proof(
          'PersistentVolumeClaim',
          claim.metadata,
          'metadata.name',
          claim.metadata.name,
          claim.metadata.creationTimestamp,
        ),
        ...conditionProof('PersistentVolumeClaim', claim.metadata, claim.status.conditions, 'Unused'),
      ]),
  }
}

export const leftClaims: Runbook = { id: 'left-claims', alias: 'R10', severity: 'info', detect }
