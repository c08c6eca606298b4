import { podName } from '@/lib/statefulset/model/identity'
import { expectedSrv, isHeadless, serviceProblem, type Srv } from '@/lib/statefulset/model/network-identity'
import type { EndpointSlice, Pod, SetObjects } from '@/lib/statefulset/model/objects'
import { isMember } from '@/lib/statefulset/model/ownership'
import { condition } from '@/lib/statefulset/model/pod-status'
import { indexByOrdinal } from '@/lib/statefulset/model/set-index'
import { millis } from '@/lib/statefulset/model/time'
import { expectedPeer, familyOf, type Expected } from './expected'
import { type DnsAnswer, type DnsQuestion, questionKey } from './records'
import { type Answered, judge, type Verdict } from './verdict'

/** What its peers find of each ordinal: expected, sliced and answered side by side. Pure; the asking is lib/cluster's. */

export type ServiceProblem =
  | 'unknown'
  | 'no-name'
  | 'missing'
  | 'external-name'
  | 'not-headless'
  | 'selects-nothing'
  | 'no-ports'
  | 'hides-unready'
  | 'other-service'

export type SlicedEndpoint = { addresses: string[]; ready: boolean; serving: boolean; terminating: boolean }

export type DnsOfOrdinal = {
  rcode: string
  addresses: string[]
  ttl: number | null
  ms: number
  /** When it was answered, RFC 3339. */
  at: string
  /** Whether the SRV answer of the Service names this ordinal; null while that is not known. */
  srv: boolean | null
}

/** What the ordinal's own application has answered. */
export type OwnView = {
  /** Its first line; null where it said nothing. */
  says: string | null
  /** The other ordinals that it names; null where it could not be asked. */
  sees: number[] | null
  /** Why it could not. */
  problem: string | null
}

export type Peer = {
  ordinal: number
  pod: string
  inRange: boolean
  expected: Expected & { srv: Srv[] }
  slice: SlicedEndpoint | null
  dns: DnsOfOrdinal | null
  verdict: Verdict
  /** Null where the set names no place to ask, or nobody was asked. */
  app: OwnView | null
}

export type PeersOfSet = {
  service: {
    name: string
    exists: boolean | null
    headless: boolean | null
    publishNotReadyAddresses: boolean | null
    ports: { name: string | null; port: number; targetPort: string; protocol: string }[]
    problems: ServiceProblem[]
  }
  peers: Peer[]
}

/** An answer of DNS and when it came, in milliseconds since the epoch. */
export type AnswerAt = { at: number; answer: DnsAnswer }

/** The questions about a set, those about the whole Service first. */
export function questionsAbout(objects: SetObjects, zone: string): { service: DnsQuestion[]; ordinals: DnsQuestion[] } {
  const { set, service } = objects
  if (set.spec.serviceName === '') return { service: [], ordinals: [] }
  const base = serviceDomain(objects, zone)
  const types = familiesOf(objects).map((family) => (family === 'IPv6' ? ('AAAA' as const) : ('A' as const)))
  const named = (service?.spec.ports ?? []).flatMap(({ name, protocol }) =>
    name === null ? [] : [`_${name}._${protocol.toLowerCase()}.${base}`],
  )
  return {
    service: [
      ...[base, ...named].map((name) => ({ name, type: 'SRV' as const })),
      ...types.map((type) => ({ name: base, type })),
    ],
    ordinals: ordinalsOf(objects).flatMap(({ ordinal }) =>
      types.map((type) => ({ name: `${podName(set.metadata.name, ordinal)}.${base}`, type })),
    ),
  }
}

/** `<service>.<namespace>.svc.<zone>`. */
export function serviceDomain({ set }: Pick<SetObjects, 'set'>, zone: string): string {
  return `${set.spec.serviceName}.${set.metadata.namespace}.svc.${zone}`
}

/** What a pod's resolver appends to a short name, one after the other. */
export function searchPath(namespace: string, zone: string): string[] {
  return [`${namespace}.svc.${zone}`, `svc.${zone}`, zone]
}

/**
 * @param answers by `questionKey`
 * @param own what the pods said themselves, by ordinal
 * @param unanswered why what has no answer has none: it waits for its turn, or DNS cannot be asked
 */
export function peersOf(
  objects: SetObjects,
  answers: ReadonlyMap<string, AnswerAt>,
  {
    zone,
    now,
    unanswered,
    own,
  }: { zone: string; now: Date; unanswered: 'pending' | 'dns'; own?: ReadonlyMap<number, OwnView> },
): PeersOfSet {
  const { set, service, unknown } = objects
  const rows = ordinalsOf(objects)
  const expected = new Map(rows.map(({ ordinal, pod }) => [ordinal, expectedPeer(objects, ordinal, pod, zone)]))
  const srv = expectedSrv(
    service,
    rows.flatMap(({ pod }) => pod ?? []),
    objects.slices,
  )
  const slices = slicedByHostname(objects.slices)
  const families = familiesOf(objects)
  const serviceSrv = answers.get(questionKey({ name: serviceDomain(objects, zone), type: 'SRV' }))
  const targets = serviceSrv && new Set(serviceSrv.answer.records.flatMap(targetOf))
  const dns = new Map(
    rows.map(({ ordinal }) => [ordinal, dnsOf(expected.get(ordinal)?.name ?? '', families, answers, targets)]),
  )
  const owners = ordinalsByAddress(dns)
  const notKnown = unknown.pods !== undefined ? 'pods' : unknown.services !== undefined ? 'services' : null
  const peers = rows.map(({ ordinal, pod, inRange }): Peer => {
    const of = expected.get(ordinal) ?? expectedPeer(objects, ordinal, pod, zone)
    const name = podName(set.metadata.name, ordinal)
    const slice = slices.get(name)
    const answered = dns.get(ordinal) ?? null
    const shared = new Set((answered?.addresses ?? []).flatMap((address) => owners.get(address) ?? []))
    shared.delete(ordinal)
    return {
      ordinal,
      pod: name,
      inRange,
      expected: { ...of, srv: (pod && srv.get(pod.metadata.uid)) ?? [] },
      slice: slice?.shown ?? null,
      dns: answered,
      verdict: judge({
        expected: of,
        sliced: unknown.endpointslices === undefined ? (slice?.ready ?? []) : null,
        dns: set.spec.serviceName === '' ? { addresses: [], ttl: null } : answered,
        changedSeconds: pod === undefined ? null : changedSeconds(pod, now),
        unknown: notKnown ?? (answered === null && set.spec.serviceName !== '' ? unanswered : null),
        sharedWith: [...shared].toSorted((a, b) => a - b),
      }),
      app: own?.get(ordinal) ?? null,
    }
  })
  return {
    service: {
      name: set.spec.serviceName,
      exists: unknown.services !== undefined ? null : service !== null,
      headless: service === null ? null : isHeadless(service),
      publishNotReadyAddresses: service?.spec.publishNotReadyAddresses ?? null,
      ports: service?.spec.ports.map((port) => ({ ...port })) ?? [],
      problems: problemsOf(objects, rows, peers),
    },
    peers,
  }
}

type Row = { ordinal: number; pod: Pod | undefined; inRange: boolean }

/** The ordinals in range, and those outside at which a pod of the set still stands. */
function ordinalsOf(objects: SetObjects): Row[] {
  const setIndex = indexByOrdinal(objects)
  const { inRange, outside } = setIndex.rows
  const member = (ordinal: number) => {
    const found = setIndex.pods.get(ordinal)
    return found && isMember(found.claimed) ? found.pod : undefined
  }
  return [
    ...inRange.map((ordinal) => ({ ordinal, pod: member(ordinal), inRange: true })),
    ...outside.flatMap((ordinal) => {
      const pod = member(ordinal)
      return pod === undefined ? [] : [{ ordinal, pod, inRange: false }]
    }),
  ]
}

function problemsOf(objects: SetObjects, rows: readonly Row[], peers: readonly Peer[]): ServiceProblem[] {
  const { set, service, unknown } = objects
  if (set.spec.serviceName === '') return ['no-name']
  const pods = rows.flatMap(({ pod }) => pod ?? [])
  const first = serviceProblem(service, unknown.services === undefined, set.spec.template.labels, pods)
  const problems: ServiceProblem[] = []
  if (service?.spec.type === 'ExternalName') problems.push('external-name')
  else if (first !== null) problems.push(first)
  if (service === null) return problems
  if (service.spec.ports.length === 0 && service.spec.type !== 'ExternalName') problems.push('no-ports')
  const why = new Set(peers.map(({ expected }) => expected.because))
  if (why.has('other-service')) problems.push('other-service')
  if (why.has('not-ready') && !service.spec.publishNotReadyAddresses) problems.push('hides-unready')
  return problems
}

function familiesOf({ service, slices }: SetObjects): ('IPv4' | 'IPv6')[] {
  const has = (family: string) =>
    service?.spec.ipFamilies.includes(family) || slices.some(({ addressType }) => addressType === family)
  return has('IPv6') ? (has('IPv4') ? ['IPv4', 'IPv6'] : ['IPv6']) : ['IPv4']
}

/** `ready`: the addresses that DNS makes records of; what a slice does not tell counts as true. */
type Sliced = { shown: SlicedEndpoint; ready: string[] }

function slicedByHostname(slices: readonly EndpointSlice[]): Map<string, Sliced> {
  const found = new Map<string, Sliced>()
  const ordered = slices.toSorted((a, b) =>
    a.addressType < b.addressType ? -1 : a.addressType > b.addressType ? 1 : 0,
  )
  for (const { endpoints } of ordered)
    for (const endpoint of endpoints) {
      const key = endpoint.hostname ?? (endpoint.target?.kind === 'Pod' ? endpoint.target.name : null)
      if (key === null) continue
      const isReady = endpoint.ready ?? true
      const published = isReady && endpoint.hostname !== null ? endpoint.addresses : []
      const known = found.get(key)
      if (known) {
        known.shown.addresses.push(...endpoint.addresses.filter((each) => !known.shown.addresses.includes(each)))
        known.ready.push(...published)
        continue
      }
      const shown = {
        addresses: [...endpoint.addresses],
        ready: isReady,
        serving: endpoint.serving ?? true,
        terminating: endpoint.terminating ?? false,
      }
      found.set(key, { shown, ready: [...published] })
    }
  return found
}

/** Null while any of its families has no answer. */
function dnsOf(
  name: string,
  families: readonly ('IPv4' | 'IPv6')[],
  answers: ReadonlyMap<string, AnswerAt>,
  srvTargets: ReadonlySet<string> | undefined,
): DnsOfOrdinal | null {
  const found = families.map((family) => answers.get(questionKey({ name, type: family === 'IPv6' ? 'AAAA' : 'A' })))
  const all = found.flatMap((each) => each ?? [])
  const worst = all.find(({ answer }) => answer.rcode !== 'NOERROR') ?? all[0]
  if (worst === undefined || all.length < found.length) return null
  // Neither yes nor no: the server could not tell.
  if (!['NOERROR', 'NXDOMAIN'].includes(worst.answer.rcode)) return null
  const records = all.flatMap(({ answer }) => answer.records.filter(({ type }) => type === 'A' || type === 'AAAA'))
  const ttls =
    records.length > 0 ? records.map(({ ttl }) => ttl) : all.flatMap(({ answer }) => answer.negativeTtl ?? [])
  return {
    rcode: worst.answer.rcode,
    addresses: records.map(({ data }) => String(data)).toSorted(byFamily),
    ttl: ttls.length === 0 ? null : Math.max(...ttls),
    ms: Math.max(...all.map(({ answer }) => answer.ms)),
    at: new Date(Math.min(...all.map(({ at }) => at))).toISOString(),
    srv: srvTargets?.has(name.toLowerCase()) ?? null,
  }
}

const byFamily = (a: string, b: string) =>
  familyOf(a) === familyOf(b) ? (a < b ? -1 : a > b ? 1 : 0) : familyOf(a) === 'IPv4' ? -1 : 1

const targetOf = (record: DnsAnswer['records'][number]): string[] =>
  record.type === 'SRV' ? [record.data.target.toLowerCase().replace(/\.$/, '')] : []

function ordinalsByAddress(dns: ReadonlyMap<number, Answered | null>): Map<string, number[]> {
  const owners = new Map<string, number[]>()
  for (const [ordinal, answered] of dns)
    for (const address of new Set(answered?.addresses)) owners.set(address, [...(owners.get(address) ?? []), ordinal])
  return owners
}

/** Since its last change that slices and DNS follow. */
function changedSeconds(pod: Pod, now: Date): number {
  const times = [
    pod.metadata.creationTimestamp,
    pod.status.startTime,
    condition(pod.status.conditions, 'Ready')?.lastTransitionTime,
  ].flatMap((time) => millis(time) ?? [])
  return Math.max(0, (now.getTime() - Math.max(...times)) / 1000)
}
