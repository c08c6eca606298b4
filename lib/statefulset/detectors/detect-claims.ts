import { whyClaimPending } from '@/lib/statefulset/explain/pod-causes'
import { conditionProof, proof } from '@/lib/statefulset/explain/proof'
import { listed, type Detection, type DetectorInput } from './detector'
import type { Claim } from '@/lib/statefulset/model/objects'
import { quantity, sizeText } from '@/lib/statefulset/model/quantity'
import { claimTrouble } from '@/lib/statefulset/model/ordinal-state'
import { condition } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'
import type { Proof } from '@/lib/statefulset/model/view'

/** Findings about claims: R04, R06, R10, R21, R22, R23. */

/** A claim that waits this long for a volume though its pod is placed is not just being provided. */
const pendingSeconds = 300
/** A claim that no pod has used for this long has old data. */
const idleSeconds = 300

const claimsKnown = ({ objects }: DetectorInput) => objects.unknown.persistentvolumeclaims === undefined

/** R04: claims in range whose size is not the template's, so that new ordinals get another one. */
export function detectTemplateDrift(scene: DetectorInput): Detection {
  const { objects, setIndex, explained } = scene
  const ordinals = new Set<number>()
  const proofs: Proof[] = []
  const names: string[] = []
  let wanted = ''
  for (const { ordinal } of explained.pass.replicas)
    for (const template of objects.set.spec.claimTemplates) {
      const claim = setIndex.claims.get(ordinal)?.get(template.name)?.claim
      const has = quantity(claim?.spec.requested ?? null)
      const should = quantity(template.requested)
      if (claim === undefined || has === null || should === null || has === should) continue
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
    runbook: 'R04',
    params: { claims: listed(names), count: names.length, wanted },
    ordinals: [...ordinals],
    since: null,
    proof: proofs,
  }
}

/** R06: the scheduler finds no node that both fits the pod and reaches its volume. */
export function detectZones(scene: DetectorInput): Detection {
  const { objects, setIndex, explained } = scene
  for (const slot of [...explained.pass.replicas, ...explained.pass.condemned]) {
    const cause = explained.causes.get(slot.ordinal)
    if (cause?.reason !== 'volume-zone' || slot.pod === null) continue
    const volumes = [...(setIndex.claims.get(slot.ordinal)?.values() ?? [])].flatMap(({ claim }) => {
      const volume = claim.spec.volumeName === null ? undefined : objects.volumes.get(claim.spec.volumeName)
      return volume === undefined ? [] : [volume]
    })
    const places = [...new Set(volumes.flatMap((volume) => [...volume.spec.zones, ...volume.spec.hostnames]))]
    return {
      runbook: 'R06',
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

/** R10: claims outside the range that no pod mounts. */
export function detectLeftClaims(scene: DetectorInput): Detection {
  const { setIndex } = scene
  // Without the pods it cannot be said that nothing mounts them.
  if (scene.objects.unknown.pods !== undefined) return null
  const mounted = new Set(scene.objects.pods.flatMap((pod) => pod.spec.claims.map((each) => each.claim)))
  const left: { claim: Claim; ordinal: number }[] = []
  for (const [ordinal, claims] of [...setIndex.claims].toSorted((a, b) => a[0] - b[0])) {
    if (ordinal >= setIndex.first && ordinal <= setIndex.last) continue
    for (const { claim } of claims.values())
      if (!mounted.has(claim.metadata.name) && claim.metadata.deletionTimestamp === null) left.push({ claim, ordinal })
  }
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
    runbook: 'R10',
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

/** As the catalogue selects its sentence. */
const pendingWords = new Map<string, string>([
  ['claim-no-class', 'noClass'],
  ['claim-class-missing', 'classMissing'],
  ['claim-provisioning-failed', 'provisioningFailed'],
])

/** R21: a claim that nobody will ever give a volume, or that has waited for one too long. */
export function detectPendingClaims(scene: DetectorInput): Detection {
  const { objects, setIndex, explained, now } = scene
  let until: number | null = null
  for (const slot of explained.pass.replicas)
    for (const { claim } of setIndex.claims.get(slot.ordinal)?.values() ?? []) {
      if (claimTrouble(claim) !== 'pending') continue
      const why = whyClaimPending(objects, setIndex, slot.name, claim)
      const storageClass = objects.storageClasses.get(claim.spec.storageClassName ?? '')
      if (why.reason === 'claim-pending') {
        const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !slot.pod?.spec.nodeName
        if (waits) continue
        const at = (millis(claim.metadata.creationTimestamp) ?? now) + pendingSeconds * 1000
        if (now < at) {
          until = until === null ? at : Math.min(until, at)
          continue
        }
      }
      return {
        runbook: 'R21',
        params: {
          claim: claim.metadata.name,
          pod: slot.name,
          reason: pendingWords.get(why.reason) ?? 'pending',
          class: claim.spec.storageClassName ?? '',
        },
        ordinals: [slot.ordinal],
        since: why.since,
        proof: why.proof,
      }
    }
  return until === null ? null : { until }
}

/** R22: a claim is being deleted under its pod, or a pod waits for a claim that is gone. */
export function detectMissingClaims(scene: DetectorInput): Detection {
  const { objects, setIndex, explained } = scene
  if (!claimsKnown(scene)) return null
  for (const slot of explained.pass.replicas) {
    for (const { claim } of setIndex.claims.get(slot.ordinal)?.values() ?? [])
      if (claim.metadata.deletionTimestamp !== null)
        return {
          runbook: 'R22',
          params: { claim: claim.metadata.name, pod: slot.name, kind: slot.pod === null ? 'waits' : 'inUse' },
          ordinals: [slot.ordinal],
          since: claim.metadata.deletionTimestamp,
          proof: [
            proof(
              'PersistentVolumeClaim',
              claim.metadata,
              'metadata.deletionTimestamp',
              claim.metadata.deletionTimestamp,
            ),
            proof('PersistentVolumeClaim', claim.metadata, 'metadata.finalizers', claim.metadata.finalizers),
          ],
        }
    const { pod } = slot
    if (pod === null || slot.terminating || pod.status.phase !== 'Pending') continue
    const missing = pod.spec.claims.find(
      (each) =>
        objects.set.spec.claimTemplates.some((template) => template.name === each.volume) &&
        !setIndex.claimByName.has(each.claim),
    )
    if (missing !== undefined)
      return {
        runbook: 'R22',
        params: { claim: missing.claim, pod: slot.name, kind: 'missing' },
        ordinals: [slot.ordinal],
        since: pod.metadata.creationTimestamp,
        proof: explained.causes.get(slot.ordinal)?.proof ?? [],
      }
  }
  return null
}

/** R23: an ordinal about to be created will mount a claim that nothing has used for a while. Told by `Unused` (1.37). */
export function detectWakingClaims({ setIndex, explained, now }: DetectorInput): Detection {
  const waking: { claim: Claim; ordinal: number; since: string }[] = []
  for (const slot of explained.pass.replicas) {
    if (slot.pod !== null) continue
    for (const { claim } of setIndex.claims.get(slot.ordinal)?.values() ?? []) {
      const unused = condition(claim.status.conditions, 'Unused')
      const at = millis(unused?.lastTransitionTime)
      if (unused?.status !== 'True' || at === null || unused.lastTransitionTime === null) continue
      if (claim.metadata.deletionTimestamp === null && now >= at + idleSeconds * 1000)
        waking.push({ claim, ordinal: slot.ordinal, since: unused.lastTransitionTime })
    }
  }
  const [first] = waking
  if (first === undefined) return null
  return {
    runbook: 'R23',
    params: {
      claims: listed(waking.map(({ claim }) => claim.metadata.name)),
      count: waking.length,
      unusedSince: first.since,
    },
    ordinals: [...new Set(waking.map(({ ordinal }) => ordinal))],
    since: first.since,
    proof: waking
      .slice(0, 5)
      .flatMap(({ claim }) =>
        conditionProof('PersistentVolumeClaim', claim.metadata, claim.status.conditions, 'Unused'),
      ),
  }
}
