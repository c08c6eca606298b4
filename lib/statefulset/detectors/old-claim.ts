import { conditionProof, proof } from '@/lib/statefulset/explain/proof'
import type { Claim, SetObjects } from '@/lib/statefulset/model/objects'
import { controllerOf } from '@/lib/statefulset/model/ownership'
import { condition } from '@/lib/statefulset/model/pod-status'
import { millis } from '@/lib/statefulset/model/time'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** A claim that no pod has used for this long has old data. */
const idleSeconds = 300

/** A claim that was made this long before its set was not made for it, but for an earlier installation. */
const earlierSeconds = 600

/** An ordinal is about to start with the data of an earlier life, or keeps ending with it. */
function detect(input: DetectorInput): Detection {
  return waking(input) ?? inherited(input)
}

/** An ordinal about to be created will mount a claim that nothing has used for a while. Told by `Unused` (1.37). */
function waking({ setIndex, explained, now }: DetectorInput): Detection {
  const found: { claim: Claim; ordinal: number; since: string }[] = []
  for (const slot of explained.pass.replicas) {
    if (slot.pod !== null) continue
    for (const { claim } of setIndex.claims.get(slot.ordinal)?.values() ?? []) {
      const unused = condition(claim.status.conditions, 'Unused')
      const at = millis(unused?.lastTransitionTime)
      if (unused?.status !== 'True' || at === null || unused.lastTransitionTime === null) continue
      if (claim.metadata.deletionTimestamp === null && now >= at + idleSeconds * 1000)
        found.push({ claim, ordinal: slot.ordinal, since: unused.lastTransitionTime })
    }
  }
  const [first] = found
  if (first === undefined) return null
  return {
    params: {
      kind: 'waking',
      pod: '',
      claims: listed(found.map(({ claim }) => claim.metadata.name)),
      count: found.length,
      unusedSince: first.since,
    },
    ordinals: [...new Set(found.map(({ ordinal }) => ordinal))],
    since: first.since,
    proof: found
      .slice(0, 5)
      .flatMap(({ claim }) =>
        conditionProof('PersistentVolumeClaim', claim.metadata, claim.status.conditions, 'Unused'),
      ),
  }
}

/**
 * The set was deleted with `--cascade=orphan` and made again: pods and revisions that are older than itself were left to
 * it, and its controller took them over (k8s pkg/controller/statefulset/stateful_set.go `adoptOrphanRevisions`). Then
 * older claims hold the data of this installation. A deletion without `orphan` takes pods and revisions along.
 */
function wasMadeAgainInPlace({ set, pods, revisions }: SetObjects, setMade: number): boolean {
  return [...pods, ...revisions].some(({ metadata }) => {
    const made = millis(metadata.creationTimestamp)
    const isOfSet = controllerOf(metadata)?.uid === set.metadata.uid
    return isOfSet && made !== null && made < setMade - earlierSeconds * 1000
  })
}

/** The container keeps ending, and its claim is older than the set: it runs with what an earlier installation left. */
function inherited({ objects, setIndex, explained }: DetectorInput): Detection {
  const { metadata } = objects.set
  const setMade = millis(metadata.creationTimestamp)
  if (setMade === null || wasMadeAgainInPlace(objects, setMade)) return null
  for (const { pod, name, ordinal } of explained.pass.replicas) {
    const cause = explained.causes.get(ordinal)
    if (pod === null || cause?.reason !== 'crash') continue
    const older = [...(setIndex.claims.get(ordinal)?.values() ?? [])].flatMap(({ claim }) => {
      const made = millis(claim.metadata.creationTimestamp)
      const isMounted = pod.spec.claims.some((each) => each.claim === claim.metadata.name)
      return isMounted && made !== null && made < setMade - earlierSeconds * 1000 ? [claim] : []
    })
    const [first] = older
    if (first === undefined) continue
    return {
      params: {
        kind: 'inherited',
        pod: name,
        claims: listed(older.map((claim) => claim.metadata.name)),
        count: older.length,
        unusedSince: first.metadata.creationTimestamp,
      },
      ordinals: [ordinal],
      since: metadata.creationTimestamp,
      proof: [
        ...[
          { kind: 'StatefulSet', of: metadata },
          ...older.map((claim) => ({ kind: 'PersistentVolumeClaim', of: claim.metadata })),
        ].map(({ kind, of }) =>
          proof(kind, of, 'metadata.creationTimestamp', of.creationTimestamp, of.creationTimestamp),
        ),
        ...cause.proof,
      ],
    }
  }
  return null
}

export const oldClaim: Runbook = { id: 'old-claim', alias: 'R23', severity: 'warning', explains: ['crash'], detect }
