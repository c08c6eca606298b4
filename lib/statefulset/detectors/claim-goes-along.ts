import { proof } from '@/lib/statefulset/explain/proof'
import type { Claim } from '@/lib/statefulset/model/objects'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/**
 * A claim in range is owned by its pod: the garbage collector takes it along when the pod is deleted. The controller
 * itself makes pods owners only of claims outside the range (k8s pkg/controller/statefulset/stateful_set_utils.go
 * `updateClaimOwnerRefForSetAndPod`).
 */
function detect({ setIndex, explained }: DetectorInput): Detection {
  const owned: { claim: Claim; ordinal: number; name: string }[] = []
  for (const { pod, ordinal, name } of explained.pass.replicas) {
    if (pod === null) continue
    for (const { claim } of setIndex.claims.get(ordinal)?.values() ?? [])
      if (claim.metadata.owners.some(({ kind, uid }) => kind === 'Pod' && uid === pod.metadata.uid))
        owned.push({ claim, ordinal, name })
  }
  const [first] = owned
  if (first === undefined) return null
  return {
    params: {
      claims: listed(owned.map(({ claim }) => claim.metadata.name)),
      count: owned.length,
      pod: first.name,
    },
    ordinals: [...new Set(owned.map(({ ordinal }) => ordinal))],
    since: null,
    proof: owned
      .slice(0, 5)
      .map(({ claim, name }) =>
        proof('PersistentVolumeClaim', claim.metadata, 'metadata.ownerReferences', `Pod ${name}`),
      ),
  }
}

export const claimGoesAlong: Runbook = { id: 'claim-goes-along', alias: 'R35', severity: 'warning', detect }
