import type { Operations } from '@/lib/demo/api/operations'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import type { Service } from '@/lib/demo/controllers/objects'
import type { Fleet } from '@/lib/demo/kubelet/fleet'
import { copy } from '@/lib/demo/store'

export const nodeLevers = ['silent', 'off'] as const
export const setLevers = ['image', 'service'] as const
export const podLevers = ['finalizer', 'crash', 'unready', 'ignore-sigterm'] as const
type NodeLever = (typeof nodeLevers)[number]
type SetLever = (typeof setLevers)[number]
type PodLever = (typeof podLevers)[number]

/** A lever and what it is pulled on; a node has no namespace. */
export type LeverAt = { lever: NodeLever | SetLever | PodLever; namespace: string; name: string }

/** A lever that cannot be pulled as things are; the message says why. */
export class LeverStuck extends Error {}

const brokenTag = 'does-not-exist'
export const heldFinalizer = 'example.com/held-by-a-lever'

/**
 * What people and scenarios may break in the demo cluster, and how each is mended again. What is in force is looked up in
 * the cluster: whoever mends it with other tools has mended it.
 */
export class Levers {
  readonly #cluster: Cluster
  readonly #operations: Operations
  readonly #fleet: Fleet
  /** The images of containers before they were broken, by set. */
  readonly #images = new Map<string, Record<string, string>>()
  /** Services that were taken away, by the set that they govern. */
  readonly #services = new Map<string, object>()

  constructor(cluster: Cluster, operations: Operations, fleet: Fleet) {
    this.#cluster = cluster
    this.#operations = operations
    this.#fleet = fleet
  }

  /** Pulls a lever. Throws LeverStuck when what it is pulled on is not there or does not allow it. */
  pull({ lever, namespace, name }: LeverAt): void {
    switch (lever) {
      case 'silent':
      case 'off':
        this.#node(name)
        return void this.#fleet.fail(name, lever)
      case 'image':
        return this.#breakImage(namespace, name)
      case 'service':
        return this.#takeService(namespace, name)
      case 'finalizer':
        return this.#hold(namespace, name)
      default:
        this.#pod(namespace, name)
        this.#fleet.setBehaviour(namespace, name, { behaviour: lever })
    }
  }

  /**
   * Puts it back. What is not in force stays as it is.
   *
   * @param reboot the machine has booted anew, even if it was only silent
   */
  undo({ lever, namespace, name }: LeverAt, reboot = false): void {
    switch (lever) {
      case 'silent':
      case 'off':
        this.#node(name)
        return void this.#fleet.recover(name, reboot)
      case 'image':
        return this.#mendImage(namespace, name)
      case 'service':
        return this.#bringService(namespace, name)
      case 'finalizer':
        return this.#release(namespace, name)
      default:
        this.#fleet.setBehaviour(namespace, name, null)
    }
  }

  undoAll(): void {
    for (const at of this.inForce()) this.undo(at)
  }

  /** Forgets what could be put back: the sets that it belongs to go away. */
  forget(): void {
    this.#images.clear()
    this.#services.clear()
    this.#fleet.recoverAll()
    this.#fleet.clearBehaviours()
  }

  /** What is broken now, by whatever hand. */
  inForce(): LeverAt[] {
    const machines = this.#fleet
      .machines()
      .flatMap(({ name, outage }) => (outage === null ? [] : [{ lever: outage, namespace: '', name }]))
    const sets = [...this.#cluster.list('statefulsets')].flatMap((set) => {
      const { namespace = '', name } = set.metadata
      const pulled: LeverAt[] = []
      const broken = set.spec.template.spec.containers.some(({ image }) => image?.endsWith(`:${brokenTag}`))
      if (broken && this.#images.has(key(namespace, name))) pulled.push({ lever: 'image', namespace, name })
      const service = set.spec.serviceName ?? ''
      const away = this.#services.has(key(namespace, name)) && !this.#cluster.get('services', namespace, service)
      if (away) pulled.push({ lever: 'service', namespace, name })
      return pulled
    })
    const held = [...this.#cluster.list('pods')]
      .filter(({ metadata }) => metadata.finalizers?.includes(heldFinalizer))
      .map(({ metadata }): LeverAt => ({
        lever: 'finalizer',
        namespace: metadata.namespace ?? '',
        name: metadata.name,
      }))
    const odd = this.#fleet.behaviours().flatMap(({ namespace, pod, behaviour }): LeverAt[] => {
      const lever = podLevers.find((one) => one === behaviour)
      return lever ? [{ lever, namespace, name: pod }] : []
    })
    return [...machines, ...sets, ...held, ...odd]
  }

  /** What levers can be pulled on. */
  targets(): { nodes: string[]; sets: { namespace: string; name: string; pods: string[] }[] } {
    const pods = [...this.#cluster.list('pods')]
    return {
      nodes: this.#fleet.machines().map(({ name }) => name),
      sets: [...this.#cluster.list('statefulsets')].map(({ metadata: { namespace = '', name, uid } }) => ({
        namespace,
        name,
        pods: pods
          .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid))
          .map(({ metadata }) => metadata.name)
          .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)),
      })),
    }
  }

  /** Says that a set was made without its Service, which can be put in its place. */
  serviceIsAway(namespace: string, set: string, service: object): void {
    this.#services.set(key(namespace, set), service)
  }

  #breakImage(namespace: string, name: string): void {
    const set = this.#set(namespace, name)
    const { containers } = set.spec.template.spec
    const before = Object.fromEntries(
      containers.flatMap(({ name: container, image = '' }) =>
        image.endsWith(`:${brokenTag}`) ? [] : [[container, image]],
      ),
    )
    if (Object.keys(before).length === 0) throw new LeverStuck(`the image of ${namespace}/${name} is broken already`)
    this.#images.set(key(namespace, name), before)
    this.#setImages(namespace, name, (_container, image) => `${image.replace(/(:[^/:@]+)?(@.*)?$/, '')}:${brokenTag}`)
  }

  #mendImage(namespace: string, name: string): void {
    const before = this.#images.get(key(namespace, name))
    if (!before || !this.#cluster.get('statefulsets', namespace, name)) return
    this.#setImages(namespace, name, (container, image) =>
      image.endsWith(`:${brokenTag}`) ? (before[container] ?? image) : image,
    )
    this.#images.delete(key(namespace, name))
  }

  #setImages(namespace: string, name: string, change: (container: string, image: string) => string): void {
    this.#cluster.mutate('statefulsets', namespace, name, ({ spec }) => {
      for (const container of spec.template.spec.containers)
        container.image = change(container.name, container.image ?? '')
    })
  }

  #takeService(namespace: string, name: string): void {
    const { serviceName = '' } = this.#set(namespace, name).spec
    const service = serviceName === '' ? undefined : this.#cluster.get('services', namespace, serviceName)
    if (!service) throw new LeverStuck(`${namespace}/${name} has no Service that could be taken away`)
    this.#services.set(key(namespace, name), withoutServerFields(service))
    this.#cluster.delete('services', namespace, serviceName)
  }

  #bringService(namespace: string, name: string): void {
    const service = this.#services.get(key(namespace, name))
    const { serviceName = '' } = this.#cluster.get('statefulsets', namespace, name)?.spec ?? {}
    if (!service || serviceName === '') return
    if (!this.#cluster.get('services', namespace, serviceName)) this.#operations.create('services', namespace, service)
    this.#services.delete(key(namespace, name))
  }

  #hold(namespace: string, name: string): void {
    if (this.#pod(namespace, name).metadata.deletionTimestamp)
      throw new LeverStuck(`${name} is being deleted: no finalizer can be added any more`)
    this.#cluster.mutate('pods', namespace, name, ({ metadata }) => {
      metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), heldFinalizer])]
    })
  }

  #release(namespace: string, name: string): void {
    if (!this.#cluster.get('pods', namespace, name)?.metadata.finalizers?.includes(heldFinalizer)) return
    this.#cluster.mutate('pods', namespace, name, ({ metadata }) => {
      metadata.finalizers = metadata.finalizers?.filter((one) => one !== heldFinalizer) ?? []
    })
  }

  #node(name: string): void {
    if (!this.#fleet.machines().some((machine) => machine.name === name)) throw new LeverStuck(`no machine "${name}"`)
  }

  #set(namespace: string, name: string) {
    const set = this.#cluster.get('statefulsets', namespace, name)
    if (!set) throw new LeverStuck(`no StatefulSet ${namespace}/${name}`)
    return set
  }

  #pod(namespace: string, name: string) {
    const pod = this.#cluster.get('pods', namespace, name)
    if (!pod) throw new LeverStuck(`no pod ${namespace}/${name}`)
    return pod
  }
}

const key = (namespace: string, name: string): string => `${namespace}/${name}`

/** A Service as one would write it again: an address of its own it gets anew. */
function withoutServerFields({ apiVersion, kind, metadata, spec }: Readonly<Service>): object {
  const { name, namespace, labels, annotations } = metadata
  const { clusterIP, clusterIPs: _addresses, ...rest } = copy(spec) as Record<string, unknown>
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
    spec: { ...rest, ...(clusterIP === 'None' ? { clusterIP } : {}) },
  }
}
