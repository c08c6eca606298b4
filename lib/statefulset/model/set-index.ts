import { claimsOfSet, isMember, podsByOrdinal, type ClaimOfOrdinal, type PodOfOrdinal } from './ownership'
import type { Claim, Event, Pod, SetObjects } from './objects'

/** The objects of a set sorted into ordinals, once for all rules. */

/**
 * Rows without any object are listed up to this many: a set scaled to a million by mistake must not fill the memory.
 * `ordinalsOmitted` then says how many are left out.
 */
export const emptyRowsListed = 2000

/** Which rows there are: every ordinal in range (empty ones up to a limit), then what is left outside the range. */
export type Rows = { inRange: number[]; outside: number[]; omitted: number }

export type SetIndex = {
  pods: Map<number, PodOfOrdinal>
  claims: Map<number, Map<string, ClaimOfOrdinal>>
  /** All claims by name. */
  claimByName: Map<string, Claim>
  eventsByUid: Map<string, Event[]>
  first: number
  last: number
  rows: Rows
}

/** Sorts a set's objects by ordinal. The order of the input does not matter. */
export function indexByOrdinal(objects: SetObjects): SetIndex {
  const claims = new Map<number, Map<string, ClaimOfOrdinal>>()
  for (const each of claimsOfSet(objects)) {
    const ofOrdinal = claims.get(each.ordinal) ?? new Map<string, ClaimOfOrdinal>()
    claims.set(each.ordinal, ofOrdinal.set(each.template, each))
  }
  const eventsByUid = new Map<string, Event[]>()
  for (const event of objects.events) {
    if (event.involved.uid === null) continue
    const list = eventsByUid.get(event.involved.uid)
    if (list === undefined) eventsByUid.set(event.involved.uid, [event])
    else list.push(event)
  }
  const { ordinalsStart: first, replicas } = objects.set.spec
  const last = first + replicas - 1
  const pods = podsByOrdinal(objects)
  return {
    pods,
    claims,
    claimByName: new Map(objects.claims.map((claim) => [claim.metadata.name, claim])),
    eventsByUid,
    first,
    last,
    rows: rowsOf({ pods, claims, first, last }),
  }
}

/**
 * The revision that new pods get: the newest ControllerRevision, which the controller writes before it acts, or what
 * the status says where revisions may not be listed.
 */
export function updateRevisionOf(objects: SetObjects): string {
  let newest: { name: string; revision: number } | null = null
  for (const each of objects.revisions) {
    if (!each.metadata.owners.some((owner) => owner.controller && owner.uid === objects.set.metadata.uid)) continue
    if (newest === null || each.revision > newest.revision)
      newest = { name: each.metadata.name, revision: each.revision }
  }
  return newest?.name ?? objects.set.status.updateRevision
}

function rowsOf(setIndex: Pick<SetIndex, 'pods' | 'claims' | 'first' | 'last'>): Rows {
  const inRange: number[] = []
  let empty = 0
  let omitted = 0
  const { first, last } = setIndex
  const held = (ordinal: number) => setIndex.pods.has(ordinal) || setIndex.claims.has(ordinal)
  const walked = Math.min(last, first + emptyRowsListed + setIndex.pods.size + setIndex.claims.size - 1)
  for (let ordinal = first; ordinal <= walked; ordinal += 1) {
    if (held(ordinal)) inRange.push(ordinal)
    else if (empty < emptyRowsListed) {
      inRange.push(ordinal)
      empty += 1
    } else omitted += 1
  }
  if (last > walked) {
    const beyond = new Set(
      [...setIndex.pods.keys(), ...setIndex.claims.keys()].filter((each) => each > walked && each <= last),
    )
    inRange.push(...[...beyond].toSorted((a, b) => a - b))
    omitted += last - walked - beyond.size
  }
  const outside = new Set<number>()
  for (const [ordinal, { claimed, pod }] of setIndex.pods)
    if ((ordinal < first || ordinal > last) && (isMember(claimed) || mountsClaimOf(pod, setIndex.claims.get(ordinal))))
      outside.add(ordinal)
  for (const ordinal of setIndex.claims.keys()) if (ordinal < first || ordinal > last) outside.add(ordinal)
  return { inRange, outside: [...outside].toSorted((a, b) => a - b), omitted }
}

function mountsClaimOf(pod: Pod, claims: Map<string, ClaimOfOrdinal> | undefined): boolean {
  if (claims === undefined) return false
  const names = new Set(pod.spec.claims.map((each) => each.claim))
  return [...claims.values()].some((each) => names.has(each.claim.metadata.name))
}
