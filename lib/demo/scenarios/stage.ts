import type { Operations } from '@/lib/demo/api/operations'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import { conditionOf, type Claim, type Node, type Pod, type StatefulSet } from '@/lib/demo/controllers/objects'
import { createSet, ensureNamespace, governingService, type SetPlan } from '@/lib/demo/examples'
import type { BehaviourOverride } from '@/lib/demo/kubelet/behaviour'
import type { Fleet } from '@/lib/demo/kubelet/fleet'

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

/** Where a scenario plays: what it may do to the cluster, and what it may ask of it. */
export class Stage {
  readonly cluster: Cluster
  readonly fleet: Fleet
  readonly random: () => number
  readonly #operations: Operations

  constructor(cluster: Cluster, operations: Operations, fleet: Fleet, random: () => number) {
    this.cluster = cluster
    this.fleet = fleet
    this.random = random
    this.#operations = operations
  }

  /** Takes down what an earlier scenario has left: objects, broken machines, odd behaviour. */
  clear(): void {
    this.fleet.recoverAll()
    this.fleet.clearBehaviours()
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
  }

  createService(changes: Partial<SetPlan> = {}): void {
    ensureNamespace(this.#operations, namespace)
    this.#operations.create('services', namespace, governingService({ ...plan, ...changes }))
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

  setPartition(partition: number): void {
    this.change(({ spec }) => {
      spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } }
    })
  }

  set(): Readonly<StatefulSet> | undefined {
    return this.cluster.get('statefulsets', namespace, setName)
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

  /** The set has so many pods, all ready, and nothing is going. */
  settled(replicas: number): boolean {
    const set = this.set()
    const pods = this.#pods()
    return (
      set?.status.observedGeneration === set?.metadata.generation &&
      set?.status.replicas === replicas &&
      (set.status.readyReplicas ?? 0) === replicas &&
      pods.length === replicas &&
      pods.every(({ metadata }) => !metadata.deletionTimestamp)
    )
  }

  deletePod(name: string, options: { force?: boolean } = {}): void {
    this.cluster.delete('pods', namespace, name, options.force ? { gracePeriodSeconds: 0 } : {})
  }

  removePodFinalizers(name: string): void {
    this.cluster.mutate('pods', namespace, name, ({ metadata }) => {
      delete metadata.finalizers
    })
  }

  behave(pod: string, behaviour: BehaviourOverride | null): void {
    this.fleet.setBehaviour(namespace, pod, behaviour)
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

  nodeOf(pod: string): string {
    return this.pod(pod)?.spec.nodeName ?? ''
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
