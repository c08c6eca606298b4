import { isDeepStrictEqual } from 'node:util'
import type { Cluster } from './cluster'
import {
  conditionOf,
  controllerReference,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  type Pod,
  type Service,
} from './objects'
import { WorkQueue } from './work-queue'

const managedBy = 'endpointslice-controller.k8s.io'
const serviceNameLabel = 'kubernetes.io/service-name'
const managedByLabel = 'endpointslice.kubernetes.io/managed-by'
const headlessLabel = 'service.kubernetes.io/headless'
const largestSlice = 100
const zoneLabel = 'topology.kubernetes.io/zone'

type Wanted = { ports: EndpointPort[]; endpoints: Endpoint[] }

/**
 * The addresses behind each service, from the pods that its selector matches
 * (k8s.io/endpointslice reconciler.go, utils.go; k8s pkg/controller/endpointslice). IPv4 only: the demo has no other addresses.
 */
export class EndpointSliceController {
  readonly #cluster: Cluster
  readonly #queue: WorkQueue

  constructor(cluster: Cluster, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#queue = new WorkQueue(cluster.clock, (key) => this.#sync(key), onError)
  }

  start(): void {
    const key = ({ metadata }: Readonly<Service>) => `${metadata.namespace}/${metadata.name}`
    this.#cluster.on('services', ({ object }) => this.#queue.add(key(object)))
    this.#cluster.on('pods', ({ type, object, previous }) => {
      if (type === 'MODIFIED' && previous && !matters(previous, object)) return
      for (const pod of [object, previous]) {
        for (const service of pod ? this.#cluster.servicesNear(pod) : []) {
          if (pod && isSelected(service, pod)) this.#queue.add(key(service))
        }
      }
    })
    this.#cluster.on('endpointslices', ({ type, object }) => {
      const name = object.metadata.labels?.[serviceNameLabel]
      // Somebody else changed or took a slice: it is made right again.
      if (name && type !== 'ADDED') this.#queue.add(`${object.metadata.namespace}/${name}`)
    })
    this.#cluster.on('nodes', ({ type }) => {
      if (type === 'MODIFIED') return
      for (const service of this.#cluster.list('services')) this.#queue.add(key(service))
    })
    for (const service of this.#cluster.list('services')) this.#queue.add(key(service))
  }

  stop(): void {
    this.#queue.stop()
  }

  #sync(key: string): void {
    const slash = key.indexOf('/')
    const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)]
    const service = this.#cluster.get('services', namespace, name)
    // A service without a selector has slices made by hand; a deleted one leaves them to the garbage collector.
    if (!service?.spec.selector || Object.keys(service.spec.selector).length === 0) return
    if (service.spec.type === 'ExternalName' || service.metadata.deletionTimestamp) return
    const existing = this.#cluster
      .slicesOf(namespace, name)
      .filter(({ metadata }) => metadata.labels?.[managedByLabel] === managedBy)
    const mine = existing.filter(
      ({ metadata, addressType }) =>
        addressType === 'IPv4' && metadata.ownerReferences?.some(({ uid }) => uid === service.metadata.uid),
    )
    const wanted = this.#wanted(service)
    const create: Wanted[] = []
    const update: { slice: Readonly<EndpointSlice>; endpoints: Endpoint[]; ports: EndpointPort[] }[] = []
    const remove = existing.filter((slice) => !mine.includes(slice))
    for (const group of wanted.values()) {
      const slices = mine.filter(({ ports }) => portsKey(ports ?? []) === portsKey(group.ports))
      const left = new Map(group.endpoints.map((endpoint) => [identityOf(endpoint), endpoint]))
      const changed: { slice: Readonly<EndpointSlice>; endpoints: Endpoint[]; ports: EndpointPort[] }[] = []
      for (const slice of slices) {
        const kept = (slice.endpoints ?? [])
          .map((endpoint) => left.get(identityOf(endpoint)))
          .filter((one) => one !== undefined)
        for (const endpoint of kept) left.delete(identityOf(endpoint))
        changed.push({ slice, endpoints: kept, ports: group.ports })
      }
      const dirty = changed.filter(
        ({ slice, endpoints }) => endpoints.length > 0 && !isDeepStrictEqual(slice.endpoints, endpoints),
      )
      const clean = changed.filter(
        ({ slice, endpoints }) => endpoints.length > 0 && isDeepStrictEqual(slice.endpoints, endpoints),
      )
      const rest = [...left.values()]
      for (const { endpoints } of [...dirty, ...clean]) {
        while (rest.length > 0 && endpoints.length < largestSlice) endpoints.push(...rest.splice(0, 1))
      }
      while (rest.length > 0) create.push({ ports: group.ports, endpoints: rest.splice(0, largestSlice) })
      for (const one of changed) {
        if (one.endpoints.length === 0) remove.push(one.slice)
        else update.push(one)
      }
    }
    for (const slice of mine) {
      if (!update.some((one) => one.slice === slice) && !remove.includes(slice)) remove.push(slice)
    }
    if (update.length === 0 && create.length === 0) create.push({ ports: [], endpoints: [] })
    this.#write(service, create, update, remove)
  }

  /** Writes the difference; a slice that would be removed is used again for one that would be created. */
  #write(
    service: Readonly<Service>,
    create: Wanted[],
    update: { slice: Readonly<EndpointSlice>; endpoints: Endpoint[]; ports: EndpointPort[] }[],
    remove: Readonly<EndpointSlice>[],
  ): void {
    const { namespace = '', name, uid } = service.metadata
    for (const slice of [...remove]) {
      const owned = slice.metadata.ownerReferences?.some((one) => one.uid === uid) && slice.addressType === 'IPv4'
      const next = owned ? create.pop() : undefined
      if (!next) continue
      remove.splice(remove.indexOf(slice), 1)
      update.push({ slice, ...next })
    }
    const labels = labelsFor(service)
    for (const { ports, endpoints } of create) {
      this.#cluster.create('endpointslices', namespace, {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { generateName: `${name}-`, namespace, labels, ownerReferences: [controllerReference(service)] },
        addressType: 'IPv4',
        endpoints,
        ports,
      })
    }
    for (const { slice, ports, endpoints } of update) {
      this.#cluster.mutate('endpointslices', namespace, slice.metadata.name, (draft) => {
        draft.endpoints = endpoints
        draft.ports = ports
        draft.metadata.labels = labels
      })
    }
    for (const slice of remove) this.#cluster.delete('endpointslices', namespace, slice.metadata.name)
  }

  #wanted(service: Readonly<Service>): Map<string, Wanted> {
    const groups = new Map<string, Wanted>()
    const publish = service.spec.publishNotReadyAddresses ?? false
    for (const pod of this.#cluster.podsNear(service)) {
      if (!isSelected(service, pod) || !pod.status.podIP || isOver(pod)) continue
      const ports = portsOf(service, pod)
      const key = portsKey(ports)
      const group = groups.get(key) ?? { ports, endpoints: [] }
      groups.set(key, group)
      const node = this.#cluster.get('nodes', '', pod.spec.nodeName ?? '')
      if (!node && !publish) continue
      group.endpoints.push(endpointOf(service, pod, node?.metadata.labels?.[zoneLabel]))
    }
    return groups
  }
}

const isOver = ({ status }: Readonly<Pod>) => status.phase === 'Failed' || status.phase === 'Succeeded'

const isSelected = ({ spec, metadata }: Readonly<Service>, pod: Readonly<Pod>): boolean => {
  const selector = Object.entries(spec.selector ?? {})
  return (
    selector.length > 0 &&
    pod.metadata.namespace === metadata.namespace &&
    selector.every(([key, value]) => pod.metadata.labels?.[key] === value)
  )
}

/** Whether a pod's change can change an endpoint. */
const matters = (before: Readonly<Pod>, after: Readonly<Pod>): boolean => {
  const facts = (pod: Readonly<Pod>) => [
    pod.status.podIP,
    isOver(pod),
    conditionOf(pod.status.conditions, 'Ready')?.status,
    pod.metadata.deletionTimestamp !== undefined,
    pod.metadata.labels,
    pod.spec.nodeName,
  ]
  return !isDeepStrictEqual(facts(before), facts(after))
}

function labelsFor({ metadata, spec }: Readonly<Service>): Record<string, string> {
  return {
    ...metadata.labels,
    [serviceNameLabel]: metadata.name,
    [managedByLabel]: managedBy,
    ...(spec.clusterIP === 'None' ? { [headlessLabel]: '' } : {}),
  }
}

function endpointOf(service: Readonly<Service>, pod: Readonly<Pod>, zone: string | undefined): Endpoint {
  const serving = conditionOf(pod.status.conditions, 'Ready')?.status === 'True'
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const named = Boolean(pod.spec.hostname) && pod.spec.subdomain === service.metadata.name
  return {
    addresses: [pod.status.podIP ?? ''],
    conditions: {
      ready: (service.spec.publishNotReadyAddresses ?? false) || (serving && !terminating),
      serving,
      terminating,
    },
    ...(named ? { hostname: pod.spec.hostname ?? '' } : {}),
    targetRef: {
      kind: 'Pod',
      namespace: pod.metadata.namespace ?? '',
      name: pod.metadata.name,
      uid: pod.metadata.uid,
    },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
  }
}

/** The ports as the pod has them: the target port of each service port; a name that the pod lacks drops the port. */
function portsOf(service: Readonly<Service>, pod: Readonly<Pod>): EndpointPort[] {
  const ports: EndpointPort[] = []
  for (const { name = '', port, targetPort, protocol = 'TCP', appProtocol } of service.spec.ports ?? []) {
    const number =
      typeof targetPort === 'string'
        ? pod.spec.containers
            .flatMap((container) => container.ports ?? [])
            .find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort
        : targetPort || port
    if (number === undefined) continue
    ports.push({ name, port: number, protocol, ...(appProtocol ? { appProtocol } : {}) })
  }
  return ports
}

const portsKey = (ports: EndpointPort[]): string =>
  JSON.stringify(ports.map(({ name, port, protocol }) => `${name}/${port}/${protocol}`).sort())

const identityOf = ({ addresses, hostname, targetRef, nodeName }: Endpoint): string =>
  JSON.stringify([addresses, hostname ?? '', targetRef?.uid ?? targetRef?.name ?? '', nodeName ?? ''])
