import { timestamp } from '@/lib/demo/clock'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import { isNotFound } from '@/lib/demo/controllers/failures'
import { conditionOf, type Node, type Pod, type Taint } from '@/lib/demo/controllers/objects'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import { zoneLabel } from '@/lib/demo/controllers/volumes/names'
import { WorkQueue } from '@/lib/demo/controllers/work-queue'

const component = 'node-controller'
const monitorSeconds = 5
/** How long a node may be silent before it counts as lost (--node-monitor-grace-period). */
export const defaultGraceSeconds = 50
const startupGraceSeconds = 60
const taintingSeconds = 0.1
/** One node in ten seconds loses its pods, per zone (--node-eviction-rate 0.1, burst 1). */
const secondsPerEviction = 10
const largeZone = 50
const secondsPerEvictionInTrouble = 100
const unreachable = 'node.kubernetes.io/unreachable'
const notReady = 'node.kubernetes.io/not-ready'

type ZoneState = 'initial' | 'normal' | 'partial' | 'full'
type Health = { heartbeat: string; lease: string; probedAt: number }
type Queue = { names: Set<string>; secondsPerNode: number; nextAt: number }

const taintOfCondition: Record<string, Record<string, string>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
}
const unschedulable = 'node.kubernetes.io/unschedulable'
const conditionTaints = new Set([
  ...Object.values(taintOfCondition).flatMap((one) => Object.values(one)),
  unschedulable,
])

/**
 * Watches the nodes' leases: a node that falls silent becomes Unknown, its pods not ready, and it gets the taints that
 * keep pods away and, at a limited rate, send them away (k8s pkg/controller/nodelifecycle/node_lifecycle_controller.go).
 */
export class NodeLife {
  readonly #cluster: Cluster
  readonly #recorder: Recorder
  readonly #taints: WorkQueue
  readonly #graceSeconds: number
  readonly #health = new Map<string, Health>()
  readonly #known = new Map<string, string>()
  readonly #zones = new Map<string, ZoneState>()
  readonly #queues = new Map<string, Queue>()
  #cancelMonitor: (() => void) | null = null
  #cancelTainting: (() => void) | null = null

  constructor(
    cluster: Cluster,
    recorder: Recorder,
    onError: (key: string, error: unknown) => void,
    graceSeconds = defaultGraceSeconds,
  ) {
    this.#graceSeconds = graceSeconds
    this.#cluster = cluster
    this.#recorder = recorder
    this.#taints = new WorkQueue(cluster.clock, (name) => this.#taintBySymptoms(name), onError)
    this.#onError = onError
  }

  readonly #onError: (key: string, error: unknown) => void

  start(): void {
    this.#cluster.on('nodes', ({ type, object }) => {
      if (type !== 'DELETED') this.#taints.add(object.metadata.name)
    })
    this.#cluster.on('pods', ({ type, object, previous }) => {
      // A pod that lands on a node that is silent already is not ready.
      if (type === 'DELETED' || !object.spec.nodeName || previous?.spec.nodeName === object.spec.nodeName) return
      const node = this.#cluster.get('nodes', '', object.spec.nodeName)
      const ready = conditionOf(node?.status.conditions, 'Ready')
      if (node && ready && ready.status !== 'True') this.#markNotReady(node, [object])
    })
    for (const node of this.#cluster.list('nodes')) this.#taints.add(node.metadata.name)
    this.#monitor()
  }

  stop(): void {
    this.#taints.stop()
    this.#cancelMonitor?.()
    this.#cancelTainting?.()
  }

  #monitor(): void {
    const conditions = new Map<string, string[]>()
    const nodes = [...this.#cluster.list('nodes')]
    this.#greet(nodes)
    for (const node of nodes) {
      try {
        const status = this.#examine(node)
        if (node.metadata.labels?.['node.kubernetes.io/exclude-disruption'] !== undefined) continue
        const zone = zoneOf(node)
        conditions.set(zone, [...(conditions.get(zone) ?? []), status])
      } catch (error) {
        this.#onError(node.metadata.name, error)
      }
    }
    this.#weighDisruption(conditions)
    this.#cancelMonitor = this.#cluster.clock.after(Math.min(monitorSeconds, this.#graceSeconds / 10), () =>
      this.#monitor(),
    )
  }

  #greet(nodes: Readonly<Node>[]): void {
    const say = (name: string, uid: string, reason: string, message: string) =>
      this.#recorder.sayAbout(component, { kind: 'Node', name, uid, apiVersion: 'v1' }, 'Normal', reason, message)
    for (const { metadata } of nodes) {
      if (this.#known.has(metadata.name)) continue
      this.#known.set(metadata.name, metadata.uid)
      say(metadata.name, metadata.uid, 'RegisteredNode', `Registered Node ${metadata.name} in Controller`)
    }
    const present = new Set(nodes.map(({ metadata }) => metadata.name))
    for (const [name, uid] of this.#known) {
      if (present.has(name)) continue
      this.#known.delete(name)
      this.#health.delete(name)
      say(name, uid, 'RemovingNode', `Removing Node ${name} from Controller`)
    }
  }

  /** Gives the status of the node's Ready condition after the examination. */
  #examine(node: Readonly<Node>): string {
    const { name } = node.metadata
    const observed = conditionOf(node.status.conditions, 'Ready')
    const present = this.#isSilent(node) ? this.#markUnknown(node) : node
    const ready = conditionOf(present.status.conditions, 'Ready')?.status ?? 'Unknown'
    if (ready === 'True') this.#welcome(present)
    else if (this.#hasTaint(present, ready === 'False' ? unreachable : notReady)) {
      this.#swapEviction(present, ready)
    } else this.#queueFor(present).names.add(name)
    if (ready !== 'True' && observed?.status === 'True') {
      const message = `Node ${name} status is now: NodeNotReady`
      const { uid } = node.metadata
      this.#recorder.sayAbout(
        component,
        { kind: 'Node', name, uid, apiVersion: 'v1' },
        'Normal',
        'NodeNotReady',
        message,
      )
      this.#markNotReady(present, this.#cluster.podsOnNode(name))
    }
    this.#taintSoon()
    return ready
  }

  /** Freshness by this controller's own clock: when it last saw the lease or the heartbeat change. */
  #isSilent(node: Readonly<Node>): boolean {
    const { name, creationTimestamp } = node.metadata
    const now = this.#cluster.clock.now().getTime()
    const ready = conditionOf(node.status.conditions, 'Ready')
    const heartbeat = ready?.lastHeartbeatTime ?? ''
    const lease = this.#cluster.get('leases', 'kube-node-lease', name)?.spec.renewTime ?? ''
    const before = this.#health.get(name)
    const fresh = !before || before.heartbeat !== heartbeat || before.lease < lease
    const probedAt = !before && !ready ? Date.parse(creationTimestamp) : fresh ? now : before.probedAt
    this.#health.set(name, { heartbeat, lease, probedAt })
    return now > probedAt + (ready ? this.#graceSeconds : startupGraceSeconds) * 1000
  }

  #markUnknown(node: Readonly<Node>): Readonly<Node> {
    const now = timestamp(this.#cluster.clock.now())
    return this.#cluster.mutateStatus('nodes', '', node.metadata.name, ({ status, metadata }) => {
      const conditions = (status.conditions ??= [])
      for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
        const condition = conditions.find((one) => one.type === type)
        if (!condition) {
          conditions.push({
            type,
            status: 'Unknown',
            lastHeartbeatTime: metadata.creationTimestamp,
            lastTransitionTime: now,
            reason: 'NodeStatusNeverUpdated',
            message: 'Kubelet never posted node status.',
          })
        } else if (condition.status !== 'Unknown') {
          condition.status = 'Unknown'
          condition.reason = 'NodeStatusUnknown'
          condition.message = 'Kubelet stopped posting node status.'
          condition.lastTransitionTime = now
        }
      }
    })
  }

  /** Only the condition Ready becomes False; its reason, and what the containers were last said to do, stay. */
  #markNotReady(node: Readonly<Node>, pods: Readonly<Pod>[]): void {
    for (const pod of pods) {
      if (conditionOf(pod.status.conditions, 'Ready')?.status !== 'True') continue
      const { namespace = '', name } = pod.metadata
      try {
        this.#cluster.mutateStatus('pods', namespace, name, ({ status, metadata }) => {
          const ready = conditionOf(status.conditions, 'Ready')
          if (!ready) return
          ready.status = 'False'
          ready.observedGeneration = metadata.generation ?? 1
          ready.lastTransitionTime = timestamp(this.#cluster.clock.now())
        })
        this.#recorder.say(component, pod, 'Warning', 'NodeNotReady', 'Node is not ready')
      } catch (error) {
        if (!isNotFound(error)) this.#onError(node.metadata.name, error)
      }
    }
  }

  #welcome(node: Readonly<Node>): void {
    this.#queueFor(node).names.delete(node.metadata.name)
    const execute = ({ key, effect }: Taint) => effect === 'NoExecute' && (key === unreachable || key === notReady)
    if (!(node.spec.taints ?? []).some(execute)) return
    this.#cluster.mutate('nodes', '', node.metadata.name, ({ spec }) => {
      spec.taints = (spec.taints ?? []).filter((one) => !execute(one))
      if (spec.taints.length === 0) delete spec.taints
    })
  }

  #hasTaint(node: Readonly<Node>, key: string): boolean {
    return (node.spec.taints ?? []).some((taint) => taint.key === key && taint.effect === 'NoExecute')
  }

  #queueFor(node: Readonly<Node>): Queue {
    const zone = zoneOf(node)
    let queue = this.#queues.get(zone)
    if (!queue) {
      queue = { names: new Set(), secondsPerNode: secondsPerEviction, nextAt: 0 }
      this.#queues.set(zone, queue)
      if (!this.#zones.has(zone)) this.#zones.set(zone, 'initial')
    }
    return queue
  }

  /** Runs only while some node waits for its taint, so that a healthy cluster has no timer of a tenth of a second. */
  #taintSoon(): void {
    const waiting = [...this.#queues.values()].some(({ names, secondsPerNode }) => names.size > 0 && secondsPerNode > 0)
    if (!waiting || this.#cancelTainting) return
    this.#cancelTainting = this.#cluster.clock.after(taintingSeconds, () => {
      this.#cancelTainting = null
      const now = this.#cluster.clock.now().getTime()
      for (const queue of this.#queues.values()) {
        for (const name of queue.names) {
          if (queue.secondsPerNode === 0 || now < queue.nextAt) break
          queue.names.delete(name)
          const node = this.#cluster.get('nodes', '', name)
          const ready = conditionOf(node?.status.conditions, 'Ready')?.status
          if (!node || ready === 'True' || ready === undefined) continue
          if (this.#hasTaint(node, ready === 'False' ? notReady : unreachable)) continue
          this.#swapEviction(node, ready)
          queue.nextAt = now + queue.secondsPerNode * 1000
        }
      }
      this.#taintSoon()
    })
  }

  /** Sets the NoExecute taint for the node's state and takes the opposite one away. */
  #swapEviction(node: Readonly<Node>, ready: string): void {
    const [wanted, opposite] = ready === 'False' ? [notReady, unreachable] : [unreachable, notReady]
    this.#cluster.mutate('nodes', '', node.metadata.name, ({ spec }) => {
      const others = (spec.taints ?? []).filter(
        ({ key, effect }) => effect !== 'NoExecute' || (key !== wanted && key !== opposite),
      )
      const timeAdded = timestamp(this.#cluster.clock.now())
      spec.taints = [...others, { key: wanted, effect: 'NoExecute', timeAdded }]
    })
  }

  /** NoSchedule taints say what the conditions say. */
  #taintBySymptoms(name: string): void {
    const node = this.#cluster.get('nodes', '', name)
    if (!node) return
    const wanted = new Set<string>()
    for (const { type, status } of node.status.conditions ?? []) {
      const key = taintOfCondition[type]?.[status]
      if (key) wanted.add(key)
    }
    if (node.spec.unschedulable) wanted.add(unschedulable)
    const taints = node.spec.taints ?? []
    const ours = (taint: Taint) => taint.effect === 'NoSchedule' && conditionTaints.has(taint.key)
    const has = new Set(taints.filter(ours).map(({ key }) => key))
    if (has.size === wanted.size && [...wanted].every((key) => has.has(key))) return
    const timeAdded = timestamp(this.#cluster.clock.now())
    this.#cluster.mutate('nodes', '', name, ({ spec }) => {
      const kept = (spec.taints ?? []).filter((taint) => !ours(taint) || wanted.has(taint.key))
      const added = [...wanted]
        .filter((key) => !has.has(key))
        .map((key): Taint => ({ key, effect: 'NoSchedule', timeAdded }))
      spec.taints = [...kept, ...added]
      if (spec.taints.length === 0) delete spec.taints
    })
  }

  /** When most of a zone or everything is down, the fault is taken to be elsewhere: evictions slow down or stop. */
  #weighDisruption(conditions: Map<string, string[]>): void {
    const states = new Map<string, ZoneState>()
    for (const [zone, statuses] of conditions) states.set(zone, stateOf(statuses))
    const isFull = [...states.values()].every((state) => state === 'full')
    for (const zone of [...this.#zones.keys()]) if (!conditions.has(zone)) this.#zones.delete(zone)
    for (const zone of conditions.keys()) if (!this.#zones.has(zone)) this.#zones.set(zone, 'initial')
    const wasFull = [...this.#zones.values()].every((state) => state === 'full')
    if (isFull && wasFull) return
    if (isFull) {
      for (const node of this.#cluster.list('nodes')) this.#welcome(node)
      for (const zone of this.#zones.keys()) this.#zones.set(zone, 'full')
      for (const queue of this.#queues.values()) queue.secondsPerNode = 0
      return
    }
    const now = this.#cluster.clock.now().getTime()
    if (wasFull) for (const health of this.#health.values()) health.probedAt = now
    for (const [zone, state] of states) {
      if (!wasFull && this.#zones.get(zone) === state) continue
      this.#zones.set(zone, state)
      const queue = this.#queues.get(zone)
      const size = conditions.get(zone)?.length ?? 0
      if (queue)
        queue.secondsPerNode =
          state === 'partial' ? (size > largeZone ? secondsPerEvictionInTrouble : 0) : secondsPerEviction
    }
    this.#taintSoon()
  }
}

const zoneOf = ({ metadata }: Readonly<Node>): string =>
  `${metadata.labels?.['topology.kubernetes.io/region'] ?? ''}:${metadata.labels?.[zoneLabel] ?? ''}`

/** Full: nobody is ready. Partial: more than two are not, and they are at least 55 % (ComputeZoneState). */
function stateOf(statuses: string[]): ZoneState {
  const ready = statuses.filter((status) => status === 'True').length
  const broken = statuses.length - ready
  if (ready === 0 && broken > 0) return 'full'
  return broken > 2 && broken / statuses.length >= 0.55 ? 'partial' : 'normal'
}
