import { proof } from '@/lib/statefulset/explain/proof'
import { isGrowing } from '@/lib/statefulset/model/claim-size'
import { quantity } from '@/lib/statefulset/model/quantity'
import type { Proof } from '@/lib/statefulset/model/view'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** Claims in range whose size is not the template's, so that new ordinals get another one. */
function detect(scene: DetectorInput): Detection {
  const { objects, setIndex, explained } = scene
  const ordinals = new Set<number>()
  const proofs: Proof[] = []
  const names: string[] = []
  let wanted = ''
  for (const { ordinal } of explained.pass.replicas)
    for (const template of objects.set.spec.claimTemplates) {
      const claim = setIndex.claims.get(ordinal)?.get(template.name)?.claim
      if (claim === undefined || claim.spec.requested === template.requested) continue
      const has = quantity(claim.spec.requested)
      const should = quantity(template.requested)
      if (has === null || should === null || has === should) continue
      // What is still growing is told by the expansion.
      if (isGrowing(claim)) continue
      ordinals.add(ordinal)
      names.push(claim.metadata.name)
      wanted = template.requested ?? ''
      if (proofs.length < 5)
        proofs.push(
          proof('PersistentVolumeClaim', claim.metadata, 'spec.resources.requests.storage', claim.spec.requested),
          proof(
            'StatefulSet',
            objects.set.metadata,
            `spec.volumeClaimTemplates[${template.name}].spec.resources.requests.storage`,
            template.requested,
          ),
        )
    }
  if (names.length === 0) return null
  return {
    params: { claims: listed(names), count: names.length, wanted },
    ordinals: [...ordinals],
    since: null,
    proof: proofs,
  }
}

export const claimDrift: Runbook = { id: 'claim-drift', alias: 'R04', severity: 'info', detect }
