import { proof } from '@/lib/statefulset/explain/proof'
import type { Detection, DetectorInput, Runbook } from './detector'

/** The scheduler finds no node that both fits the pod and reaches its volume. */
function detect(scene: DetectorInput): Detection {
  const { objects, setIndex, explained } = scene
  for (const slot of explained.pass.replicas) {
    const cause = explained.causes.get(slot.ordinal)
    if (cause?.reason !== 'volume-zone' || slot.pod === null) continue
    const volumes = [...(setIndex.claims.get(slot.ordinal)?.values() ?? [])].flatMap(({ claim }) => {
      const volume = claim.spec.volumeName === null ? undefined : objects.volumes.get(claim.spec.volumeName)
      return volume === undefined ? [] : [volume]
    })
    const places = [...new Set(volumes.flatMap((volume) => [...volume.spec.zones, ...volume.spec.hostnames]))]
    return {
      params: { pod: slot.name, place: places.join(', ') || '?' },
      ordinals: [slot.ordinal],
      since: cause.since,
      proof: [
        ...cause.proof,
        ...volumes.map((volume) =>
          proof('PersistentVolume', volume.metadata, 'spec.nodeAffinity', [
            ...volume.spec.zones,
            ...volume.spec.hostnames,
          ]),
        ),
      ],
    }
  }
  return null
}

export const volumeZone: Runbook = {
  id: 'volume-zone',
  alias: 'R06',
  severity: 'warning',
  explains: ['volume-zone'],
  detect,
}
