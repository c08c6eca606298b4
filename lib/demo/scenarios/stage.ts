import type { Operations } from '@/lib/demo/api/operations'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import {
  conditionOf,
  type Claim,
  type Node,
  type Pod,
  type Service,
  type StatefulSet,
} from '@/lib/demo/controllers/objects'
import { createSet, governingService, type SetPlan } from '@/lib/demo/examples'
import type { Fleet } from '@/lib/demo/kubelet/fleet'
import { Levers, type LeverAt } from './levers'

/** Scenarios play in a namespace of their own, with a set that is always called kubia. */
export const namespace = 'scenario'
export const setName = 'kubia'

const plan: SetPlan = {
  namespace,
  name: setName,
  replicas: 3,
  image: 'luksa/kubia-pet',
  port: 8080,
  probePath: '/',
  graceSeconds: 10,
  storage: { size: '1Mi', path: '/var/data' },
}

/** How the set stood when a question was asked; what a person has done is the difference. */
export type Since = {
  pods: ReadonlyMap<string, string>
  claims: ReadonlyMap<string, string>
}

/** Where a scenario plays: what it may do to the cluster, and what it may ask of it. */
export class Stage {
  readonly cluster: Cluster
  readonly fleet: Fleet
  readonly levers: Levers
  readonly random: () => number
  readonly #operations: Operations

  constructor(cluster: Cluster, operations: Operations, fleet: Fleet, random: () => number) {
    this.cluster = cluster
    this.fleet = fleet
    this.levers = new Levers(cluster, operations, fleet)
    this.random = random
    this.#operations = operations
  }

  /** Takes down what an earlier scenario has left: objects, and whatever is broken anywhere. */
  clear(): void {
    this.levers.undoAll()
    this.levers.forget()
    for (const resource of ['statefulsets', 'services', 'poddisruptionbudgets'] as const) {
      for (const { metadata } of [...this.cluster.listAny(resource, namespace)]) {
        this.cluster.delete(resource, namespace, metadata.name)
      }
    }
    for (const { metadata } of this.#pods()) {
      if (metadata.finalizers?.length) this.removePodFinalizers(metadata.name)
      if (this.pod(metadata.name)) this.cluster.delete('pods', namespace, metadata.name, { gracePeriodSeconds: 0 })
    }
    for (const { metadata } of [...this.cluster.list('persistentvolumeclaims', namespace)]) {
      if (!metadata.deletionTimestamp) this.cluster.delete('persistentvolumeclaims', namespace, metadata.name)
    }
  }

  get isClear(): boolean {
    const resources = ['statefulsets', 'pods', 'persistentvolumeclaims', 'controllerrevisions', 'services'] as const
    return resources.every((resource) => this.cluster.listAny(resource, namespace).length === 0)
  }

  #pods(): Readonly<Pod>[] {
    return [...this.cluster.list('pods', namespace)]
  }

  create(changes: Partial<SetPlan> = {}, { service = true } = {}): void {
    createSet(this.#operations, { ...plan, ...changes }, { service })
    if (!service) this.levers.serviceIsAway(namespace, setName, governingService(plan))
  }

  /** As things stand now. */
  since(): Since {
    const uids = (objects: Iterable<{ metadata: { name: string; uid: string } }>) =>
      new Map([...objects].map(({ metadata }) => [metadata.name, metadata.uid]))
    return { pods: uids(this.#pods()), claims: uids(this.cluster.list('persistentvolumeclaims', namespace)) }
  }

  /** The pod of the name is another one than then, or on its way out, or gone. */
  isReplaced(pod: string, since: Since): boolean {
    const found = this.pod(pod)
    return found?.metadata.uid !== since.pods.get(pod) || found?.metadata.deletionTimestamp !== undefined
  }

  /** A lever on the set of the stage, on one of its pods, or on a machine. */
  lever(lever: LeverAt['lever'], name = setName): LeverAt {
    return { lever, namespace: lever === 'silent' || lever === 'off' ? '' : namespace, name }
  }

  publishNotReady(): void {
    this.cluster.mutate('services', namespace, setName, ({ spec }) => {
      spec.publishNotReadyAddresses = true
    })
  }

  change(change: (set: StatefulSet) => void): void {
    this.cluster.mutate('statefulsets', namespace, setName, change)
  }

  scale(replicas: number): void {
    this.change(({ spec }) => {
      spec.replicas = replicas
    })
  }

  setImage(image: string): void {
    this.change(({ spec }) => {
      for (const container of spec.template.spec.containers) container.image = image
    })
  }

  /** The image of the template. */
  templateImage(): string {
    return this.set()?.spec.template.spec.containers[0]?.image ?? ''
  }

  partition(): number {
    return this.set()?.spec.updateStrategy.rollingUpdate?.partition ?? 0
  }

  setPartition(partition: number): void {
    this.change(({ spec }) => {
      spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } }
    })
  }

  set(): Readonly<StatefulSet> | undefined {
    return this.cluster.get('statefulsets', namespace, setName)
  }

  service(): Readonly<Service> | undefined {
    return this.cluster.get('services', namespace, setName)
  }

  pod(name: string): Readonly<Pod> | undefined {
    return this.cluster.get('pods', namespace, name)
  }

  claim(name: string): Readonly<Claim> | undefined {
    return this.cluster.get('persistentvolumeclaims', namespace, name)
  }

  node(name: string): Readonly<Node> | undefined {
    return this.cluster.get('nodes', '', name)
  }

  /** The word for why the first container of a pod does not run. */
  waitingReason(pod: string): string {
    return this.pod(pod)?.status.containerStatuses?.[0]?.state.waiting?.reason ?? ''
  }

  image(pod: string): string {
    return this.pod(pod)?.spec.containers[0]?.image ?? ''
  }

  isReady(pod: string): boolean {
    const found = this.pod(pod)
    return (
      found !== undefined &&
      !found.metadata.deletionTimestamp &&
      conditionOf(found.status.conditions, 'Ready')?.status === 'True'
    )
  }

  /** The set has as many pods as it wants, or so many, all ready, and nothing is going. */
  settled(wanted?: number): boolean {
    const set = this.set()
    const pods = this.#pods()
    const replicas = wanted ?? set?.spec.replicas ?? 0
    return (
      set?.spec.replicas === replicas &&
      set?.status.observedGeneration === set?.metadata.generation &&
      set?.status.replicas === replicas &&
      (set.status.readyReplicas ?? 0) === replicas &&
      pods.length === replicas &&
      pods.every(({ metadata }) => !metadata.deletionTimestamp)
    )
  }

  deleteClaim(name: string): void {
    this.cluster.delete('persistentvolumeclaims', namespace, name)
  }

  deletePod(name: string, options: { force?: boolean } = {}): void {
    this.cluster.delete('pods', namespace, name, options.force ? { gracePeriodSeconds: 0 } : {})
  }

  removePodFinalizers(name: string): void {
    this.cluster.mutate('pods', namespace, name, ({ metadata }) => {
      delete metadata.finalizers
    })
  }

  /** Posts to a pod as a visitor does; what it keeps is on its claim. */
  async post(pod: string, text: string): Promise<void> {
    await this.fleet.handle(namespace, pod, plan.port, {
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'text/plain' },
      body: Buffer.from(text),
    })
  }

  /** What a pod keeps on its claim, as it tells a visitor. */
  async ask(pod: string): Promise<string> {
    const request = { method: 'GET', path: '/data', headers: {}, body: Buffer.alloc(0) }
    const { body } = await this.fleet.handle(namespace, pod, plan.port, request)
    return body.toString()
  }

  nodeOf(pod: string): string {
    return this.pod(pod)?.spec.nodeName ?? ''
  }

  nodes(): string[] {
    return this.fleet.machines().map(({ name }) => name)
  }

  /** The pods that there are and that are not going. */
  podNames(): string[] {
    return this.#pods()
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name)
  }

  nodeStatus(name: string): string {
    return conditionOf(this.node(name)?.status.conditions, 'Ready')?.status ?? 'gone'
  }

  /** Whether the pod is published under the set's Service, ready or not. */
  isPublished(pod: string): boolean {
    for (const { endpoints } of this.cluster.list('endpointslices', namespace)) {
      if (endpoints?.some(({ hostname, conditions }) => hostname === pod && conditions.ready !== false)) return true
    }
    return false
  }
}
