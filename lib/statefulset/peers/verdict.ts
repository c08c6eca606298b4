import type { Expected, Unpublished } from './expected'
import { familyOf } from './expected'

/**
 * One verdict for each ordinal, from what Kubernetes' rules promise, what the slices have, and what DNS answers. DNS makes
 * its answers of the slices alone, and the slices are made of the pods, each a moment later.
 */
export const verdictCodes = [
  'agree',
  'behind',
  'not-published',
  'other-address',
  'no-such-name',
  'duplicated',
  'absent',
  'unknown',
] as const
export type VerdictCode = (typeof verdictCodes)[number]

export type Verdict = {
  code: VerdictCode
  /** `behind`: which of the two is; `not-published`, `absent`: why; `unknown`: what is not known. */
  because: Unpublished | 'endpointslice' | 'dns' | 'pending' | 'pods' | 'services' | null
  /** `behind`: how many seconds what DNS has answered may still be remembered. */
  left: number | null
  /** `duplicated`: the other ordinals with the address. */
  others: number[]
}

/** What DNS has answered for one name; null while it is not known. */
export type Answered = {
  addresses: string[]
  /** How long the answer, or the "no such name", may be remembered. */
  ttl: number | null
}

export type Evidence = {
  expected: Expected
  /** Of the endpoints that bear the ordinal's name and count as ready; null where slices may not be read. */
  sliced: string[] | null
  dns: Answered | null
  /** How many seconds ago the pod last changed in a way that DNS follows; null without one. */
  changedSeconds: number | null
  /** Why `expected` or `dns` is not known. */
  unknown: 'pods' | 'services' | 'pending' | 'dns' | null
  /** Other ordinals for whose name DNS answers one of the same addresses. */
  sharedWith: number[]
}

/** What the watch, the endpoint controller and DNS need to follow, beside the time that an answer is remembered. */
const slackSeconds = 10
/** kubeadm's; where no answer tells one. */
const usualTtl = 30

export function judge(evidence: Evidence): Verdict {
  const { expected, dns, sharedWith } = evidence
  if (evidence.unknown !== null || dns === null) return verdict('unknown', { because: evidence.unknown ?? 'dns' })
  const wanted = expected.addresses
  if (sameSet(wanted, dns.addresses)) {
    if (wanted.length > 0) return verdict('agree')
    return verdict(expected.because === 'no-pod' ? 'absent' : 'not-published', { because: expected.because })
  }
  if (sharedWith.length > 0 || hasFamilyTwice(dns.addresses)) return verdict('duplicated', { others: sharedWith })
  // What should be gone and is still answered can only be old; what differs for long was made so by hand, or is lost.
  if (wanted.length === 0 || isRecent(evidence)) {
    const sliceIsToo = evidence.sliced !== null && sameSet(evidence.sliced, dns.addresses)
    return verdict('behind', { because: sliceIsToo ? 'endpointslice' : 'dns', left: dns.ttl })
  }
  return verdict(dns.addresses.length === 0 ? 'no-such-name' : 'other-address')
}

function verdict(code: VerdictCode, more: Partial<Omit<Verdict, 'code'>> = {}): Verdict {
  return { code, because: null, left: null, others: [], ...more }
}

function isRecent({ changedSeconds, dns }: Evidence): boolean {
  return changedSeconds !== null && changedSeconds < (dns?.ttl ?? usualTtl) + slackSeconds
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [new Set(a), new Set(b)]
  return one.size === other.size && [...one].every((each) => other.has(each))
}

/** Two pods answer to the name: more than one address of a family. */
function hasFamilyTwice(addresses: readonly string[]): boolean {
  const families = [...new Set(addresses)].map(familyOf)
  return new Set(families).size < families.length
}
