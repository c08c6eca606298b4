import { timestamp } from '@/lib/demo/clock'
import type { Cluster, TypedChange } from '@/lib/demo/controllers/cluster'
import { isNotFound } from '@/lib/demo/controllers/failures'
import { conditionOf, type Claim, type Node, type Pod, type Volume } from '@/lib/demo/controllers/objects'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import { annotations, keyOf, zoneLabel } from '@/lib/demo/controllers/volumes/names'
import { WorkQueue } from '@/lib/demo/controllers/work-queue'
import { isMeant, misfits, requestOf, termMatches, unschedulableMessage, type Load } from './fit'

const component = 'default-scheduler'

/** The claims of a pod, as far as a node matters to them. */
type Storage = { volumes: Readonly<Volume>[]; unboundLate: Readonly<Claim>[] }

/**
 * Gives pods without a node one that fits, spread over zones and nodes, and lets claims that wait for their first pod
 * be bound before it (k8s pkg/scheduler). Pods that fit nowhere are told why, and tried again when something changes.
 */
export class Scheduler {
  readonly #cluster: Cluster
  readonly #recorder: Recorder
  readonly #queue: WorkQueue
  readonly #loads = new Map<string, Load>()
  /** Pods that have a node in mind and wait for their claims to be bound. */
  readonly #chosen = new Map<string, { uid: string; node: string }>()
  readonly #waiting = new Set<string>()

  constructor(cluster: Cluster, recorder: Recorder, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster
    this.#recorder = recorder
    this.#queue = new WorkQueue(cluster.clock, (key) => this.#schedule(key), onError)
  }

  start(): void {
    this.#cluster.on('pods', (change) => this.#onPod(change))
    this.#cluster.on('nodes', ({ type, object, previous }) => {
      const same = (one: Readonly<Node> | null) =>
        JSON.stringify([one?.spec, one?.metadata.labels, one?.status.allocatable])
      if (type !== 'MODIFIED' || same(object) !== same(previous)) this.#wakeAll()
    })
    this.#cluster.on('persistentvolumeclaims', ({ object }) => {
      this.#wakeUsers(object.metadata.namespace ?? '', object.metadata.name)
    })
    this.#cluster.on('persistentvolumes', ({ type, object, previous }) => {
      const claim = object.spec.claimRef
      if (!claim) this.#wakeAll()
      else if (type !== 'MODIFIED' || !previous?.spec.claimRef) this.#wakeUsers(claim.namespace ?? '', claim.name ?? '')
    })
    for (const pod of this.#cluster.list('pods')) this.#onPod({ type: 'ADDED', object: pod, previous: null })
  }

  stop(): void {
    this.#queue.stop()
  }

  #wakeUsers(namespace: string, claim: string): void {
    for (const pod of this.#cluster.podsOfClaim(namespace, claim)) {
      if (!pod.spec.nodeName) this.#queue.add(keyOf(pod))
    }
  }

  #wakeAll(): void {
    for (const key of this.#waiting) this.#queue.add(key)
  }

  #onPod({ type, object: pod, previous }: TypedChange<'pods'>): void {
    const counts = (one: Readonly<Pod> | null) =>
      one?.spec.nodeName && one.status.phase !== 'Succeeded' && one.status.phase !== 'Failed' ? one : null
    const before = counts(previous)
    const after = type === 'DELETED' ? null : counts(pod)
    if (before && !after) {
      this.#charge(before, -1)
      this.#wakeAll()
    } else if (after && !before) this.#charge(after, 1)
    const key = keyOf(pod)
    if (type === 'DELETED' || pod.spec.nodeName) {
      this.#waiting.delete(key)
      this.#chosen.delete(key)
    } else if (!previous || JSON.stringify(previous.spec) !== JSON.stringify(pod.spec)) this.#queue.add(key)
  }

  #charge(pod: Readonly<Pod>, sign: 1 | -1): void {
    const name = pod.spec.nodeName ?? ''
    const load = this.#load(name)
    const request = requestOf(pod.spec)
    const factor = BigInt(sign)
    this.#loads.set(name, {
      cpu: load.cpu + factor * request.cpu,
      memory: load.memory + factor * request.memory,
      pods: load.pods + sign,
    })
  }

  #load(node: string): Load {
    return this.#loads.get(node) ?? { cpu: 0n, memory: 0n, pods: 0 }
  }

  #schedule(key: string): void {
    const slash = key.indexOf('/')
    const pod = this.#cluster.get('pods', key.slice(0, slash), key.slice(slash + 1))
    if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp) return
    if ((pod.spec.schedulerName ?? component) !== component) return
    if (pod.spec.schedulingGates?.length) return
    const chosen = this.#chosen.get(key)
    if (chosen?.uid === pod.metadata.uid) {
      this.#bindWhenReady(key, pod, chosen.node)
      return
    }
    const nodes = [...this.#cluster.list('nodes')]
    const storage = this.#storageOf(pod)
    if (typeof storage === 'string') {
      this.#refuse(key, pod, unschedulableMessage(nodes.length, storage, [], nodes.length))
      return
    }
    const request = requestOf(pod.spec)
    const fitting: Readonly<Node>[] = []
    const reasons: string[][] = []
    let helpless = 0
    for (const node of nodes) {
      const why = misfits(pod, node, this.#load(node.metadata.name), request)
      const resources = why.length > 0 && why.every((reason) => /^(Insufficient|Too many)/.test(reason))
      const all = why.length > 0 ? why : (this.#storageMisfit(storage, node) ?? this.#neighbourMisfit(pod, node))
      if (all.length === 0) fitting.push(node)
      else {
        reasons.push(all)
        if (!resources) helpless += 1
      }
    }
    const best = this.#best(pod, fitting)
    if (!best) {
      this.#refuse(key, pod, unschedulableMessage(nodes.length, null, reasons, helpless))
      return
    }
    const node = best.metadata.name
    this.#chosen.set(key, { uid: pod.metadata.uid, node })
    for (const claim of storage.unboundLate) {
      const { namespace = '', name } = claim.metadata
      this.#cluster.mutate('persistentvolumeclaims', namespace, name, (draft) => {
        draft.metadata.annotations = { ...draft.metadata.annotations, [annotations.selectedNode]: node }
      })
    }
    this.#bindWhenReady(key, pod, node)
  }

  #bindWhenReady(key: string, pod: Readonly<Pod>, node: string): void {
    const claims = this.#claimsOf(pod)
    if (claims.some((claim) => !claim)) {
      this.#chosen.delete(key)
      this.#queue.addAfter(key, 1)
      return
    }
    if (!claims.every((claim) => claim?.status.phase === 'Bound')) return
    try {
      this.#cluster.bind(pod, node)
    } catch (error) {
      this.#chosen.delete(key)
      if (!isNotFound(error)) throw error
      return
    }
    const message = `Successfully assigned ${key} to ${node}`
    this.#recorder.sayNewStyle(component, pod, 'Normal', 'Scheduled', 'Binding', message)
  }

  #claimsOf(pod: Readonly<Pod>): (Readonly<Claim> | undefined)[] {
    return (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
      claim ? [this.#cluster.get('persistentvolumeclaims', pod.metadata.namespace ?? '', claim.claimName)] : [],
    )
  }

  /** The pod's storage, or what is wrong with it whatever the node (the volume plugins' PreFilter). */
  #storageOf(pod: Readonly<Pod>): Storage | string {
    const storage: Storage = { volumes: [], unboundLate: [] }
    for (const { persistentVolumeClaim: reference } of pod.spec.volumes ?? []) {
      if (!reference) continue
      const name = reference.claimName
      const claim = this.#cluster.get('persistentvolumeclaims', pod.metadata.namespace ?? '', name)
      if (!claim) return `persistentvolumeclaim "${name}" not found`
      if (claim.status.phase === 'Lost') {
        return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`
      }
      if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`
      if (claim.metadata.annotations?.[annotations.bindCompleted] && claim.spec.volumeName) {
        const volume = this.#cluster.get('persistentvolumes', '', claim.spec.volumeName)
        if (!volume)
          return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`
        storage.volumes.push(volume)
        continue
      }
      const storageClass = this.#cluster.get('storageclasses', '', claim.spec.storageClassName ?? '')
      if (claim.spec.volumeName || storageClass?.volumeBindingMode !== 'WaitForFirstConsumer') {
        return 'pod has unbound immediate PersistentVolumeClaims'
      }
      storage.unboundLate.push(claim)
    }
    return storage
  }

  #storageMisfit({ volumes, unboundLate }: Storage, node: Readonly<Node>): string[] | null {
    for (const { spec } of volumes) {
      const terms = spec.nodeAffinity?.required?.nodeSelectorTerms
      if (terms && !terms.some((term) => termMatches(term, node))) {
        return ["node(s) didn't match PersistentVolume's node affinity"]
      }
    }
    for (const claim of unboundLate) {
      const storageClass = this.#cluster.get('storageclasses', '', claim.spec.storageClassName ?? '')
      if (storageClass?.provisioner === 'kubernetes.io/no-provisioner') {
        return ["node(s) didn't find available persistent volumes to bind"]
      }
    }
    return null
  }

  /** Required affinity between pods, over the nodes of one topology domain. */
  #neighbourMisfit(pod: Readonly<Pod>, node: Readonly<Node>): string[] {
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {}
    const neighbours = (topologyKey: string) => {
      const domain = node.metadata.labels?.[topologyKey]
      if (domain === undefined) return []
      const pods: Readonly<Pod>[] = []
      for (const one of this.#cluster.list('nodes')) {
        if (one.metadata.labels?.[topologyKey] === domain) pods.push(...this.#cluster.podsOnNode(one.metadata.name))
      }
      return pods
    }
    for (const term of podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (neighbours(term.topologyKey).some((other) => isMeant(term, pod, other))) {
        return ["node(s) didn't match pod anti-affinity rules"]
      }
    }
    for (const term of podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
      const self = isMeant(term, pod, pod)
      if (!self && !neighbours(term.topologyKey).some((other) => isMeant(term, pod, other))) {
        return ["node(s) didn't match pod affinity rules"]
      }
    }
    return []
  }

  /** The node whose zone and self hold the fewest pods with the same owner, then the fewest pods at all. */
  #best(pod: Readonly<Pod>, nodes: Readonly<Node>[]): Readonly<Node> | undefined {
    const owner = pod.metadata.ownerReferences?.[0]?.uid
    const inZone = new Map<string, number>()
    const onNode = new Map<string, number>()
    for (const one of owner ? this.#cluster.dependents(owner) : []) {
      if (one.kind !== 'Pod' || one.metadata.uid === pod.metadata.uid) continue
      const name = (one as Readonly<Pod>).spec.nodeName ?? this.#chosen.get(keyOf(one))?.node ?? ''
      const zone = this.#cluster.get('nodes', '', name)?.metadata.labels?.[zoneLabel] ?? ''
      onNode.set(name, (onNode.get(name) ?? 0) + 1)
      inZone.set(zone, (inZone.get(zone) ?? 0) + 1)
    }
    const rank = (node: Readonly<Node>) => [
      inZone.get(node.metadata.labels?.[zoneLabel] ?? '') ?? 0,
      onNode.get(node.metadata.name) ?? 0,
      this.#load(node.metadata.name).pods,
    ]
    let best: { node: Readonly<Node>; rank: number[] } | undefined
    for (const node of nodes) {
      const own = rank(node)
      if (!best || compare(own, best.rank) < 0) best = { node, rank: own }
    }
    return best?.node
  }

  #refuse(key: string, pod: Readonly<Pod>, message: string): void {
    this.#waiting.add(key)
    const before = conditionOf(pod.status.conditions, 'PodScheduled')
    if (before?.message !== message) {
      this.#recorder.sayNewStyle(component, pod, 'Warning', 'FailedScheduling', 'Scheduling', message)
      this.#cluster.mutateStatus('pods', pod.metadata.namespace ?? '', pod.metadata.name, ({ status, metadata }) => {
        const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
        const lastTransitionTime =
          before?.status === 'False' && before.lastTransitionTime
            ? before.lastTransitionTime
            : timestamp(this.#cluster.clock.now())
        status.conditions = [
          ...others,
          {
            type: 'PodScheduled',
            observedGeneration: metadata.generation ?? 1,
            status: 'False',
            lastProbeTime: null,
            lastTransitionTime,
            reason: 'Unschedulable',
            message,
          },
        ]
      })
    }
    this.#queue.addAfter(key, 300)
  }
}

const compare = (a: number[], b: number[]): number => {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
