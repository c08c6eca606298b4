import { dnsName, podName } from '@/lib/statefulset/model/identity'
import { hasEndpoint, isPublished, selects } from '@/lib/statefulset/model/network-identity'
import type { Pod, Service, SetObjects } from '@/lib/statefulset/model/objects'
import { isTerminal, isTerminating } from '@/lib/statefulset/model/pod-status'

/**
 * What DNS should answer for an ordinal now, by Kubernetes' own rules. Sources: k8s
 * staging/src/k8s.io/endpointslice/{reconciler,utils}.go, coredns plugin/kubernetes.
 */

/** Why an ordinal has no record. */
export const unpublishedReasons = [
  'no-pod',
  'no-service-name',
  'no-service',
  'external-name',
  'other-service',
  'not-selected',
  'ended',
  'no-address',
  'node-gone',
  'terminating',
  'not-ready',
] as const
export type Unpublished = (typeof unpublishedReasons)[number]

export type Expected = {
  /** The name under which its peers look for it. */
  name: string
  /** Of each family of the Service one; empty where DNS has no record. */
  addresses: string[]
  because: Unpublished | null
}

type About = Pick<SetObjects, 'set' | 'service' | 'nodes' | 'unknown'>

/** `pod`: the one that stands at the ordinal; undefined without one. */
export function expectedPeer(objects: About, ordinal: number, pod: Pod | undefined, zone: string): Expected {
  const { set, service } = objects
  const { namespace, name } = set.metadata
  const because = whyUnpublished(objects, pod)
  return {
    name: dnsName(podName(name, ordinal), set.spec.serviceName, namespace, zone),
    addresses: because === null && service !== null && pod !== undefined ? addressesOf(service, pod) : [],
    because,
  }
}

function whyUnpublished({ set, service, nodes, unknown }: About, pod: Pod | undefined): Unpublished | null {
  if (pod === undefined) return 'no-pod'
  if (set.spec.serviceName === '') return 'no-service-name'
  if (service === null) return 'no-service'
  if (service.spec.type === 'ExternalName') return 'external-name'
  // The names were given when the pod was made; a hostname counts only under the Service that it was made for.
  if (pod.spec.hostname === null || pod.spec.subdomain !== service.metadata.name) return 'other-service'
  if (!selects(service, pod.metadata.labels)) return 'not-selected'
  if (isTerminal(pod)) return 'ended'
  if (!hasEndpoint(service, pod) || addressesOf(service, pod).length === 0) return 'no-address'
  const node = pod.spec.nodeName
  const nodeGone = unknown.nodes === undefined && node !== null && !nodes.has(node)
  if (nodeGone && !service.spec.publishNotReadyAddresses) return 'node-gone'
  if (isPublished(service, pod)) return null
  return isTerminating(pod) ? 'terminating' : 'not-ready'
}

/** The pod's addresses of the families that the Service has. */
export function addressesOf(service: Service, pod: Pod): string[] {
  const { podIP, podIPs } = pod.status
  const all = podIPs.length > 0 ? podIPs : podIP === null ? [] : [podIP]
  const families = service.spec.ipFamilies
  return families.length === 0 ? all.slice(0, 1) : all.filter((ip) => families.includes(familyOf(ip)))
}

export function familyOf(address: string): 'IPv4' | 'IPv6' {
  return address.includes(':') ? 'IPv6' : 'IPv4'
}
