import { createDemoCluster, type DemoCluster, type DemoClusterOptions } from './cluster'
import { SteppedClock } from './clock'
import type { Kinds, Pod, ResourceName, StatefulSet } from './controllers/objects'
import { createSet, createStorageClasses, type SetPlan } from './examples'
import { seededRandom } from './random'

/** A demo cluster whose time stands still until a test steps it, and short words for what tests ask and do. */
export class SteppedCluster {
  readonly clock: SteppedClock
  readonly demo: DemoCluster
  /** Failed work of any part, as `part: message`. A test of the ordinary expects none. */
  readonly failures: string[] = []
  /** What happened to pods and claims, e.g. `+pod/kubia-0`, `-pod/kubia-1`, `kubia-0 Running`, `kubia-0 ready`. */
  readonly log: string[] = []

  private constructor(options: DemoClusterOptions) {
    this.clock = new SteppedClock()
    this.demo = createDemoCluster({
      clock: this.clock,
      random: seededRandom(1),
      onError: (part, error) =>
        this.failures.push(`${part}: ${error instanceof Error ? error.message : String(error)}`),
      ...options,
    })
    createStorageClasses(this.demo.operations)
    this.#record()
  }

  static async start(options: DemoClusterOptions = {}): Promise<SteppedCluster> {
    const cluster = new SteppedCluster(options)
    await cluster.step(0)
    return cluster
  }

  stop(): Promise<void> {
    return this.demo.stop()
  }

  step(seconds: number): Promise<void> {
    return this.clock.step(seconds)
  }

  /** Steps until it holds; fails after so many seconds. */
  async until(what: string, isTrue: () => boolean, atMost = 120): Promise<void> {
    for (let waited = 0; waited < atMost * 4; waited += 1) {
      if (isTrue()) return
      await this.step(0.25)
    }
    throw new Error(`after ${atMost} s still not: ${what}\n${this.log.slice(-30).join('\n')}`)
  }

  get<R extends ResourceName>(resource: R, name: string, namespace = 'default'): Readonly<Kinds[R]> | undefined {
    return this.demo.view.get(resource, namespace, name)
  }

  names(resource: ResourceName, namespace = 'default'): string[] {
    return this.demo.view.listAny(resource, namespace).map(({ metadata }) => metadata.name)
  }

  pod(name: string, namespace = 'default'): Readonly<Pod> {
    const pod = this.get('pods', name, namespace)
    if (!pod) throw new Error(`there is no pod ${name}`)
    return pod
  }

  set(name = 'web'): Readonly<StatefulSet> {
    const set = this.get('statefulsets', name)
    if (!set) throw new Error(`there is no set ${name}`)
    return set
  }

  create(plan: Partial<SetPlan> & { name?: string } = {}, options = {}): void {
    createSet(
      this.demo.operations,
      { namespace: 'default', name: 'web', replicas: 3, image: 'nginx', port: 8080, graceSeconds: 30, ...plan },
      options,
    )
  }

  change(change: (set: StatefulSet) => void, name = 'web'): void {
    this.demo.view.mutate('statefulsets', 'default', name, change)
  }

  scale(replicas: number, name = 'web'): void {
    this.change(({ spec }) => {
      spec.replicas = replicas
    }, name)
  }

  setImage(image: string, name = 'web'): void {
    this.change(({ spec }) => {
      for (const container of spec.template.spec.containers) container.image = image
    }, name)
  }

  image(pod: string): string {
    return this.pod(pod).spec.containers[0]?.image ?? ''
  }

  delete(resource: string, name: string, options: Parameters<DemoCluster['view']['delete']>[3] = {}): void {
    this.demo.view.delete(resource, 'default', name, options)
  }

  behave(pod: string, mood: 'healthy' | 'unready' | 'crash' | 'image-error' | 'fail' | 'evict' | 'succeed'): void {
    this.demo.fleet.setBehaviour('default', pod, mood === 'healthy' ? null : { mood })
  }

  isReady(pod: string): boolean {
    const found = this.get('pods', pod)
    return found?.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  }

  ready(name = 'web'): number {
    return this.set(name).status.readyReplicas ?? 0
  }

  /** Until the set has exactly so many pods, all ready. */
  settled(replicas: number, name = 'web'): Promise<void> {
    return this.until(`${name} settled at ${replicas}`, () => {
      const { status, metadata, spec } = this.set(name)
      const pods = this.#podsOf(name)
      return (
        status.observedGeneration === metadata.generation &&
        spec.replicas === replicas &&
        status.replicas === replicas &&
        (status.readyReplicas ?? 0) === replicas &&
        pods.length === replicas &&
        pods.every((pod) => !pod.metadata.deletionTimestamp)
      )
    })
  }

  #podsOf(name: string): Readonly<Pod>[] {
    return [...this.demo.view.list('pods', 'default')].filter(({ metadata }) => metadata.name.startsWith(`${name}-`))
  }

  /** Reasons and messages of the Events about an object. */
  events(name: string): string[] {
    return [...this.demo.view.list('events')]
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason = '', message = '' }) => `${reason}: ${message}`)
  }

  #record(): void {
    this.demo.view.on('pods', ({ type, object, previous }) => {
      const { name, deletionTimestamp } = object.metadata
      if (type === 'ADDED') this.log.push(`+pod/${name}`)
      if (type === 'DELETED') this.log.push(`-pod/${name}`)
      if (deletionTimestamp && previous && !previous.metadata.deletionTimestamp) this.log.push(`${name} terminating`)
      if (previous && previous.status.phase !== object.status.phase) this.log.push(`${name} ${object.status.phase}`)
      const ready = (pod: Readonly<Pod> | null) => pod?.status.conditions?.find((one) => one.type === 'Ready')?.status
      if (previous && ready(previous) !== 'True' && ready(object) === 'True') this.log.push(`${name} ready`)
    })
    this.demo.view.on('persistentvolumeclaims', ({ type, object }) => {
      if (type === 'ADDED') this.log.push(`+claim/${object.metadata.name}`)
      if (type === 'DELETED') this.log.push(`-claim/${object.metadata.name}`)
    })
  }
}
