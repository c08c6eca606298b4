import { dnsName } from './identity'
import type { EndpointSlice, Pod, Service } from './objects'
import { isReady, isTerminal, isTerminating } from './pod-status'
import type { OrdinalView, StatefulSetView } from './view'

/**
 * What the governing Service makes of the pods: endpoints by the EndpointSlice controller's rules and SRV records by
 * CoreDNS's. Sources: k8s staging/src/k8s.io/endpointslice/utils.go, coredns plugin/kubernetes and
 * plugin/backend_lookup.go.
 */

/** A headless Service is one without a cluster address of its own. */
export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === 'None'
}

/** True when every label of the selector is on the object; an empty or missing selector selects nothing. */
export function selects(service: Service, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(service.spec.selector ?? {})
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}

/** What is wrong with the governing Service, the gravest first; null when nothing is. */
export function serviceProblem(
  service: Service | null,
  known: boolean,
  templateLabels: Readonly<Record<string, string>>,
  pods: readonly Pod[],
): StatefulSetView['service']['problem'] {
  if (!known) return 'unknown'
  if (service === null) return 'missing'
  if (!isHeadless(service)) return 'not-headless'
  const selected = selects(service, templateLabels) || pods.some((pod) => selects(service, pod.metadata.labels))
  return selected ? null : 'selects-nothing'
}

/** True when the endpoint controller puts the pod into the Service's slices at all. */
export function hasEndpoint(service: Service, pod: Pod): boolean {
  return selects(service, pod.metadata.labels) && pod.status.podIP !== null && !isTerminal(pod)
}

/** True when DNS answers with the pod: ready and not terminating, or the Service publishes all. */
export function isPublished(service: Service, pod: Pod): boolean {
  return hasEndpoint(service, pod) && (service.spec.publishNotReadyAddresses || (isReady(pod) && !isTerminating(pod)))
}

/** The ports at which the pod's endpoint listens: the target ports, resolved in its containers. */
function endpointPorts(service: Service, pod: Pod): number[] {
  const ports: number[] = []
  for (const port of service.spec.ports) {
    if (port.targetPort === '') ports.push(port.port)
    else if (/^[0-9]+$/.test(port.targetPort)) ports.push(Number(port.targetPort))
    else
      for (const container of pod.spec.containers) {
        const named = container.ports.find((each) => each.name === port.targetPort && each.protocol === port.protocol)
        if (named !== undefined) {
          ports.push(named.containerPort)
          break
        }
      }
  }
  return ports
}

/** The name that DNS gives the endpoint: its hostname, or its address with dashes where it has none. */
function endpointName(service: Service, pod: Pod): string {
  const named = pod.spec.hostname !== null && pod.spec.hostname !== '' && pod.spec.subdomain === service.metadata.name
  return named && pod.spec.hostname !== null ? pod.spec.hostname : (pod.status.podIP ?? '').replaceAll(/[.:]/g, '-')
}

export type Srv = OrdinalView['peer']['srv'][number]

/**
 * The SRV records that DNS should answer for the bare name of the governing Service now, by pod uid. Every published
 * endpoint shares one weight: a hundred divided by the number of endpoint and port pairs, at least one.
 * Pods that the Service selects beside the set's own are counted from the slices.
 */
export function expectedSrv(
  service: Service | null,
  pods: readonly Pod[],
  slices: readonly EndpointSlice[],
): Map<string, Srv[]> {
  const records = new Map<string, Srv[]>()
  if (service === null || !isHeadless(service)) return records
  const own = new Set(pods.map((pod) => pod.metadata.name))
  const published = pods.filter((pod) => isPublished(service, pod))
  const addressTypes = new Set<string>()
  let pairs = 0
  for (const slice of slices) {
    if (slice.addressType === 'IPv4' || slice.addressType === 'IPv6') addressTypes.add(slice.addressType)
    for (const endpoint of slice.endpoints)
      if (endpoint.ready !== false && !(endpoint.target?.kind === 'Pod' && own.has(endpoint.target.name)))
        pairs += slice.ports.length * endpoint.addresses.length
  }
  const families = Math.max(1, addressTypes.size)
  const portsOf = new Map(published.map((pod) => [pod, endpointPorts(service, pod)]))
  for (const ports of portsOf.values()) pairs += ports.length * families
  const weight = Math.max(1, Math.floor(100 / Math.max(1, pairs)))
  const { name, namespace } = service.metadata
  for (const [pod, ports] of portsOf)
    records.set(
      pod.metadata.uid,
      [...new Set(ports)].map((port) => ({
        priority: 0,
        weight,
        port,
        target: dnsName(endpointName(service, pod), name, namespace),
      })),
    )
  return records
}

export type Endpoint = NonNullable<OrdinalView['peer']['endpoint']>

/**
 * The endpoints of pods by pod uid, and by name where a slice does not tell the uid, as the slices tell it now.
 * Of the two addresses of a dual-stack pod the IPv4 one is shown. What a slice does not tell counts as true for ready
 * and serving, as the API asks of its readers.
 */
export function endpointsByPod(slices: readonly EndpointSlice[]): Map<string, Endpoint> {
  const byPod = new Map<string, Endpoint>()
  const ordered = slices.toSorted(
    (a, b) => compare(a.addressType, b.addressType) || compare(a.metadata.name, b.metadata.name),
  )
  for (const slice of ordered)
    for (const endpoint of slice.endpoints) {
      const address = endpoint.addresses[0]
      if (endpoint.target?.kind !== 'Pod' || address === undefined) continue
      const key = endpoint.target.uid ?? endpoint.target.name
      if (byPod.has(key)) continue
      byPod.set(key, {
        address,
        ready: endpoint.ready ?? true,
        serving: endpoint.serving ?? true,
        terminating: endpoint.terminating ?? false,
      })
    }
  return byPod
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
