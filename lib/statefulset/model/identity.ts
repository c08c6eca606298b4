/**
 * Names: how a set, an ordinal and a claim template make the names of pods, claims and DNS records, and how those
 * names are read back. Sources: k8s pkg/controller/statefulset/stateful_set_utils.go (getPodName,
 * getPersistentVolumeClaimName, getParentNameAndOrdinal).
 */

/** Kubernetes parses ordinals as 32 bit integers; a longer number is no ordinal. */
const largestOrdinal = 2_147_483_647

const ordinalPattern = /^[0-9]+$/

/** The name of the pod at an ordinal of a set. */
export function podName(set: string, ordinal: number): string {
  return `${set}-${ordinal}`
}

/** The name of the claim that a template makes for an ordinal. */
export function claimName(template: string, set: string, ordinal: number): string {
  return `${template}-${set}-${ordinal}`
}

function ordinalAfter(prefix: string, name: string): number | null {
  if (!name.startsWith(prefix)) return null
  const digits = name.slice(prefix.length)
  if (!ordinalPattern.test(digits)) return null
  const ordinal = Number(digits)
  return ordinal <= largestOrdinal ? ordinal : null
}

/**
 * The ordinal that a pod's name gives it within a set, or null when the name is not exactly `<set>-<digits>`. The
 * controller makes no name with a leading zero and reads one all the same: `web-01` is ordinal 1 for it
 * (getParentNameAndOrdinal).
 */
export function ordinalOfPod(set: string, pod: string): number | null {
  return ordinalAfter(`${set}-`, pod)
}

/**
 * The ordinal that a claim's name gives it for one template of a set, or null when it is not such a name. Claims are
 * found by the name that the controller makes, which has no leading zero.
 */
export function ordinalOfClaim(template: string, set: string, claim: string): number | null {
  const ordinal = ordinalAfter(`${template}-${set}-`, claim)
  return ordinal !== null && claim === claimName(template, set, ordinal) ? ordinal : null
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
