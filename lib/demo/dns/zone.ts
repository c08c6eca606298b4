import { isIP } from 'node:net'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import type { EndpointSlice, Service } from '@/lib/demo/controllers/objects'

/** The zone that a cluster answers for, and how long its answers may be kept (kubeadm's Corefile). */
export const clusterDomain = 'cluster.local'
export const ttl = 30

export type Address = { type: 'A' | 'AAAA'; name: string; ttl: number; data: string }
export type ServiceRecord = {
  type: 'SRV'
  name: string
  ttl: number
  data: { priority: number; weight: number; port: number; target: string }
}
export type Pointer = { type: 'PTR'; name: string; ttl: number; data: string }
export type Alias = { type: 'CNAME'; name: string; ttl: number; data: string }
export type Text = { type: 'TXT'; name: string; ttl: number; data: string }
export type Authority = {
  type: 'SOA'
  name: string
  ttl: number
  data: {
    mname: string
    rname: string
    serial: number
    refresh: number
    retry: number
    expire: number
    minimum: number
  }
}
export type ZoneRecord = Address | ServiceRecord | Pointer | Alias | Text | Authority

export type ZoneAnswer = {
  rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED'
  answers: ZoneRecord[]
  additionals: ZoneRecord[]
  authorities: ZoneRecord[]
}

/** One address behind a name, with a port when there is one. */
type Target = { host: string; owner: string; port: number | null }

/**
 * Answers for services as CoreDNS's kubernetes plugin does (coredns plugin/kubernetes, plugin/backend_lookup.go).
 * It reads EndpointSlices and Services and nothing else, so a pod that is not ready is simply not there.
 */
export class Zone {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** @param question a name without its final dot, in any case; @param type such as 'A' or 'SRV' */
  resolve(question: string, type: string): ZoneAnswer {
    const name = question.replace(/\.$/, '')
    const lower = name.toLowerCase()
    if (/(^|\.)(in-addr|ip6)\.arpa$/.test(lower)) return this.#reverse(name, lower, type)
    if (lower !== clusterDomain && !lower.endsWith(`.${clusterDomain}`)) {
      return { rcode: 'REFUSED', answers: [], additionals: [], authorities: [] }
    }
    // The zone's own name comes back as it was asked, upper and lower case.
    const zone = name.slice(-clusterDomain.length)
    const base = lower.slice(0, -clusterDomain.length - 1)
    if (base === 'dns-version' && type === 'TXT') return found([{ type: 'TXT', name, ttl: 28_800, data: '1.1.0' }])
    if (base === '' && type === 'SOA') return found([this.#authority(zone)])
    const targets = this.#lookup(base)
    if (targets === null) return this.#negative('NXDOMAIN', zone)
    const answer = type === 'SRV' ? services(name, targets) : addresses(name, type, targets)
    return answer.answers.length > 0 ? answer : this.#negative('NOERROR', zone)
  }

  /** The targets of a name below the zone: null when there is no such name, empty when it has no records. */
  #lookup(base: string): Target[] | null {
    if (base === '' || base === 'svc' || base === 'pod') return []
    const labels = base.split('.')
    const kind = labels.pop()
    if (kind !== 'svc' && kind !== 'pod') return null
    const namespace = labels.pop()
    if (namespace === undefined) return []
    if (!this.#cluster.get('namespaces', '', namespace)) return null
    const service = labels.pop()
    if (service === undefined) return []
    if (kind === 'pod') return podTarget(namespace, service, labels)
    if (labels.length > 2) return null
    const [first, second] = labels
    const wanted =
      second === undefined
        ? { endpoint: first, port: '', protocol: '' }
        : { endpoint: undefined, port: stripped(first), protocol: stripped(second) }
    return this.#serviceTargets(namespace, service, wanted)
  }

  #serviceTargets(
    namespace: string,
    name: string,
    wanted: { endpoint: string | undefined; port: string; protocol: string },
  ): Target[] | null {
    const service = this.#cluster.get('services', namespace, name)
    if (!service) return null
    const fits = (portName = '', protocol = 'TCP') =>
      (wanted.port === '' || wanted.port === portName.toLowerCase()) &&
      (wanted.protocol === '' || wanted.protocol === protocol.toLowerCase())
    const suffix = `${name}.${namespace}.svc.${clusterDomain}`
    if (service.spec.type === 'ExternalName') {
      if (wanted.endpoint !== undefined || wanted.port || wanted.protocol) return null
      return [{ host: service.spec.externalName ?? '', owner: suffix, port: null }]
    }
    const targets: Target[] = []
    let matched = false
    if (service.spec.clusterIP === 'None' || wanted.endpoint !== undefined) {
      for (const slice of this.#slices(service)) {
        // A slice without ports still has addresses: one port that no SRV record shows.
        const ports = slice.ports?.length ? slice.ports : [{ name: '', protocol: '' }]
        for (const { addresses: hosts, conditions = {}, hostname } of slice.endpoints ?? []) {
          if (conditions.ready === false) continue
          for (const host of hosts) {
            const label = hostname || host.replace(/[.:]/g, '-')
            if (wanted.endpoint !== undefined && wanted.endpoint !== label.toLowerCase()) continue
            for (const port of ports) {
              if (!fits(port.name, port.protocol)) continue
              matched = true
              targets.push({ host, owner: `${label}.${suffix}`, port: 'port' in port ? (port.port ?? null) : null })
            }
          }
        }
      }
      return matched ? targets : null
    }
    for (const { name: portName, port, protocol } of service.spec.ports ?? []) {
      if (!fits(portName, protocol)) continue
      matched = true
      for (const host of clusterAddresses(service)) targets.push({ host, owner: suffix, port })
    }
    return matched ? targets : null
  }

  #slices({ metadata }: Readonly<Service>): Readonly<EndpointSlice>[] {
    return this.#cluster.slicesOf(metadata.namespace ?? '', metadata.name)
  }

  #reverse(name: string, lower: string, type: string): ZoneAnswer {
    const reversed = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(lower)
    const arpa = lower.endsWith('ip6.arpa') ? 'ip6.arpa' : 'in-addr.arpa'
    if (!reversed) return this.#negative('NXDOMAIN', arpa)
    const ip = reversed.slice(1).reverse().join('.')
    const names = this.#namesOf(ip)
    if (names.length === 0) return this.#negative('NXDOMAIN', arpa)
    if (type !== 'PTR') return this.#negative('NOERROR', arpa)
    return found([...new Set(names)].map((data) => ({ type: 'PTR', name, ttl, data })))
  }

  #namesOf(ip: string): string[] {
    for (const service of this.#cluster.list('services')) {
      const { name, namespace } = service.metadata
      if (clusterAddresses(service).includes(ip)) return [`${name}.${namespace}.svc.${clusterDomain}`]
    }
    const names: string[] = []
    for (const { metadata, endpoints } of this.#cluster.list('endpointslices')) {
      const service = metadata.labels?.['kubernetes.io/service-name']
      if (!service) continue
      for (const { addresses: hosts, hostname, conditions = {} } of endpoints ?? []) {
        if (conditions.ready === false || !hosts.includes(ip)) continue
        const label = hostname || ip.replace(/\./g, '-')
        names.push(`${label}.${service}.${metadata.namespace}.svc.${clusterDomain}`)
      }
    }
    return names
  }

  #negative(rcode: 'NXDOMAIN' | 'NOERROR', zone: string): ZoneAnswer {
    return { rcode, answers: [], additionals: [], authorities: [this.#authority(zone)] }
  }

  #authority(zone: string): Authority {
    const serial = Math.floor(this.#cluster.clock.now().getTime() / 1000)
    return {
      type: 'SOA',
      name: zone,
      ttl,
      data: {
        mname: `ns.dns.${zone}`,
        rname: `hostmaster.${zone}`,
        serial,
        refresh: 7200,
        retry: 1800,
        expire: 86_400,
        minimum: ttl,
      },
    }
  }
}

const stripped = (label = ''): string => label.replace(/^_/, '')

const clusterAddresses = ({ spec }: Readonly<Service>): string[] =>
  (spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])).filter((ip) => ip !== 'None' && ip !== '')

/** `10-244-1-2.default.pod.cluster.local` is 10.244.1.2, whoever has it (the plugin's `pods insecure`). */
function podTarget(namespace: string, label: string, rest: string[]): Target[] | null {
  const ip = label.replace(/-/g, '.')
  if (rest.length > 0 || !/^\d{1,3}(\.\d{1,3}){3}$/.test(ip) || ip.split('.').some((part) => Number(part) > 255))
    return null
  return [{ host: ip, owner: `${label}.${namespace}.pod.${clusterDomain}`, port: null }]
}

const found = (answers: ZoneRecord[], additionals: ZoneRecord[] = []): ZoneAnswer => ({
  rcode: 'NOERROR',
  answers,
  additionals,
  authorities: [],
})

const isAddress = (host: string): boolean => isIP(host) !== 0
const familyOf = (host: string): Address['type'] => (isIP(host) === 6 ? 'AAAA' : 'A')

function addresses(name: string, type: string, targets: Target[]): ZoneAnswer {
  const external = targets.find(({ host }) => !isAddress(host))
  if (external && (type === 'A' || type === 'AAAA' || type === 'CNAME')) {
    return found([{ type: 'CNAME', name, ttl, data: external.host }])
  }
  if (type !== 'A' && type !== 'AAAA') return found([])
  const hosts = [...new Set(targets.map(({ host }) => host))].filter((host) => familyOf(host) === type)
  return found(hosts.map((data) => ({ type, name, ttl, data })))
}

/** One record per target and port; the weight is a hundred shared among all of them before duplicates go. */
function services(name: string, targets: Target[]): ZoneAnswer {
  const weight = Math.max(1, Math.floor(100 / targets.length))
  const answers = new Map<string, ServiceRecord>()
  const additionals = new Map<string, Address>()
  for (const { host, owner, port } of targets) {
    if (port === null || !isAddress(host)) continue
    const data = { priority: 0, weight, port, target: owner }
    answers.set(`${owner}:${port}`, { type: 'SRV', name, ttl, data })
    additionals.set(`${owner}/${host}`, { type: familyOf(host), name: owner, ttl, data: host })
  }
  return found([...answers.values()], [...additionals.values()])
}
