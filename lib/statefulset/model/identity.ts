/**
 * Names: how a set, an ordinal and a claim template make the names of pods, claims and DNS records, and how those
 * names are read back. Sources: k8s pkg/controller/statefulset/stateful_set_utils.go (getPodName,
 * getPersistentVolumeClaimName, getParentNameAndOrdinal).
 */

/** Kubernetes parses ordinals as 32 bit integers; a longer number is no ordinal. */
const largestOrdinal = 2_147_483_647

/** The name of the pod at an ordinal of a set. */
export function podName(set: string, ordinal: number): string {
  return `${set}-${ordinal}`
}

/** The name of the claim that a template makes for an ordinal. */
export function claimName(template: string, set: string, ordinal: number): string {
  return `${template}-${set}-${ordinal}`
}

/** The ordinal that a name ends with from a place on, or null when digits are not all that is there. */
function ordinalFrom(start: number, name: string): number | null {
  if (start >= name.length) return null
  let ordinal = 0
  for (let at = start; at < name.length; at += 1) {
    const digit = name.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return null
    ordinal = ordinal * 10 + digit
  }
  return ordinal <= largestOrdinal ? ordinal : null
}

/** Where a part of a name that ends with a dash is over; null when the name has no such part there. */
function endOf(part: string, name: string, start: number): number | null {
  const dash = start + part.length
  return name.startsWith(part, start) && name[dash] === '-' ? dash + 1 : null
}

/**
 * The ordinal that a pod's name gives it within a set, or null when the name is not exactly `<set>-<digits>`. The
 * controller makes no name with a leading zero and reads one all the same: `web-01` is ordinal 1 for it
 * (getParentNameAndOrdinal).
 */
export function ordinalOfPod(set: string, pod: string): number | null {
  const end = endOf(set, pod, 0)
  return end === null ? null : ordinalFrom(end, pod)
}

/**
 * The ordinal that a claim's name gives it for one template of a set, or null when it is not such a name. Claims are
 * found by the name that the controller makes, which has no leading zero.
 */
export function ordinalOfClaim(template: string, set: string, claim: string): number | null {
  const middle = endOf(template, claim, 0)
  const end = middle === null ? null : endOf(set, claim, middle)
  if (end === null || (claim[end] === '0' && claim.length > end + 1)) return null
  return ordinalFrom(end, claim)
}

/**
 * True when the claim's name could also have been made by a template of the other set: template `data-a` of set `b`
 * and template `data` of set `a-b` both make `data-a-b-0`.
 */
export function claimNameFits(set: string, claim: string): boolean {
  const match = /^(.+)-(?:0|[1-9][0-9]*)$/.exec(claim)
  return match?.[1] !== undefined && match[1].endsWith(`-${set}`) && match[1].length > set.length + 1
}

/**
 * The DNS name of an ordinal: `<pod>.<service>.<namespace>.svc.<zone>`, without the final dot. A set without a
 * governing Service gives its pods a hostname and no DNS name.
 */
export function dnsName(pod: string, service: string, namespace: string, zone: string = clusterZone): string {
  return service === '' ? pod : `${pod}.${service}.${namespace}.svc.${zone}`
}

/** The zone that nearly every cluster uses; Kubernetes' API does not tell it. */
export const clusterZone = 'cluster.local'
