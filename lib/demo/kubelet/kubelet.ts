import { randomUUID } from 'node:crypto'
import { microTimestamp, timestamp } from '@/lib/demo/clock'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import { isAlreadyExists, isNotFound } from '@/lib/demo/controllers/failures'
import type { Condition, Node, Pod } from '@/lib/demo/controllers/objects'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import { zoneLabel } from '@/lib/demo/controllers/volumes/names'
import { diskDriver } from '@/lib/demo/controllers/volumes/provisioner'
import type { BehaviourOverride } from './behaviour'
import { PodWorker, type Host } from './pod-worker'

/** A machine of the demo cluster, as it stands in its rack. */
export type Machine = { name: string; zone: string; cpu: string; memory: string; roles?: string[] }

/** Silent: the network is gone, containers run on. Off: the power is gone. */
export type Outage = 'silent' | 'off'

export type Neighbourhood = {
  cluster: Cluster
  recorder: Recorder
  override: (namespace: string, pod: string) => BehaviourOverride
  peersFound: (pod: Readonly<Pod>) => boolean
  /** How often leases are renewed. Default 10 seconds, a quarter of their duration. */
  renewSeconds?: number
}

const defaultRenewSeconds = 10
const statusSeconds = 300
const leaseSeconds = 40

const conditions = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const

/** One node: registers it, keeps its lease and status fresh, and runs the pods bound to it. */
export class Kubelet {
  readonly machine: Machine
  readonly #around: Neighbourhood
  readonly #index: number
  readonly #workers = new Map<string, PodWorker>()
  readonly #images = new Set<string>()
  #outage: Outage | null = null
  #bootId: string = randomUUID()
  #addresses = 1
  #lastStatus = 0
  #cancelRenewal: (() => void) | null = null
  #stopped = false

  /** @param index tells the node's addresses: 192.168.49.<10+index> and 10.244.<index>.0/24 */
  constructor(around: Neighbourhood, machine: Machine, index: number) {
    this.#around = around
    this.machine = machine
    this.#index = index
  }

  get outage(): Outage | null {
    return this.#outage
  }

  get isOnline(): boolean {
    return this.#outage === null && !this.#stopped
  }

  start(): void {
    this.#register()
    this.#renew()
    for (const pod of this.#around.cluster.podsOnNode(this.machine.name)) this.podChanged(pod)
  }

  stop(): void {
    this.#stopped = true
    this.#cancelRenewal?.()
    for (const worker of this.#workers.values()) worker.abandon()
    this.#workers.clear()
  }

  /** The worker of a pod that runs here now. */
  worker(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.#workers.values()) {
      if (worker.namespace === namespace && worker.name === name) return worker
    }
    return undefined
  }

  podChanged(pod: Readonly<Pod>): void {
    if (!this.isOnline) return
    const { uid } = pod.metadata
    const worker = this.#workers.get(uid)
    if (worker) {
      worker.update(pod)
      return
    }
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return
    const created = new PodWorker(this.#host(), pod)
    this.#workers.set(uid, created)
    if (pod.metadata.deletionTimestamp) created.update(pod)
    else created.begin()
  }

  podGone(uid: string): void {
    if (!this.isOnline) return
    this.#workers.get(uid)?.abandon()
    this.#workers.delete(uid)
  }

  fail(outage: Outage): void {
    if (this.#outage !== null) return
    this.#outage = outage
    this.#cancelRenewal?.()
    this.#cancelRenewal = null
    if (outage === 'off') for (const worker of this.#workers.values()) worker.cutPower()
  }

  /** The node is back: the kubelet says so, restarts what a power cut stopped, and does what it has missed. */
  recover(reboot = false): void {
    const { cluster, recorder } = this.#around
    if (this.#outage === null && !reboot) return
    const outage = reboot ? 'off' : this.#outage
    if (reboot && this.#outage !== 'off') for (const worker of this.#workers.values()) worker.cutPower()
    this.#cancelRenewal?.()
    this.#outage = null
    if (outage === 'off') this.#bootId = randomUUID()
    this.#register()
    this.#renew()
    this.#postStatus(true)
    const node = cluster.get('nodes', '', this.machine.name)
    if (node && outage === 'off') {
      const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
        recorder.say('kubelet', node, type, reason, message, { host: this.machine.name })
      say('Normal', 'Starting', 'Starting kubelet.')
      say('Warning', 'Rebooted', `Node ${this.machine.name} has been rebooted, boot id: ${this.#bootId}`)
    }
    const present = new Map(cluster.podsOnNode(this.machine.name).map((pod) => [pod.metadata.uid, pod]))
    for (const [uid, worker] of this.#workers) {
      const pod = present.get(uid)
      if (!pod) {
        worker.abandon()
        this.#workers.delete(uid)
        continue
      }
      if (outage === 'off') worker.powerUp()
      worker.resume(pod)
    }
    for (const pod of present.values()) this.podChanged(pod)
  }

  reconsider(namespace: string, name: string): void {
    this.worker(namespace, name)?.reconsider()
  }

  #host(): Host {
    const { cluster, recorder, override, peersFound } = this.#around
    return {
      cluster,
      nodeName: this.machine.name,
      hostIP: this.#hostIP,
      isOnline: () => this.isOnline,
      newAddress: () => this.#newAddress(),
      image: (name, pulled) => {
        const known = this.#images.has(name)
        if (pulled) this.#images.add(name)
        return known
      },
      override,
      volumesMissing: (pod) => this.#volumesMissing(pod),
      peersFound,
      say: (pod, type, reason, message, container) => {
        if (!this.isOnline) return
        const fieldPath = container
          ? `spec.${container.init ? 'initContainers' : 'containers'}{${container.name}}`
          : undefined
        recorder.say('kubelet', pod, type, reason, message, {
          host: this.machine.name,
          ...(fieldPath === undefined ? {} : { fieldPath }),
        })
      },
    }
  }

  get #hostIP(): string {
    return `192.168.49.${10 + this.#index}`
  }

  #newAddress(): string {
    this.#addresses = this.#addresses >= 254 ? 2 : this.#addresses + 1
    return `10.244.${this.#index}.${this.#addresses}`
  }

  /** Disks of the demo's driver have to be attached to this node; claims have to be bound. */
  #volumesMissing(pod: Readonly<Pod>): string | null {
    const { cluster } = this.#around
    const missing: string[] = []
    for (const { name, persistentVolumeClaim: reference } of pod.spec.volumes ?? []) {
      if (!reference) continue
      const claim = cluster.get('persistentvolumeclaims', pod.metadata.namespace ?? '', reference.claimName)
      const volume = claim?.spec.volumeName ? cluster.get('persistentvolumes', '', claim.spec.volumeName) : undefined
      if (!volume || claim?.status.phase !== 'Bound') missing.push(name)
      else if (volume.spec.csi?.driver === diskDriver && !this.#isAttached(volume.metadata.name)) missing.push(name)
    }
    if (missing.length === 0) return null
    const list = `[${missing.join(' ')}]`
    return `unmounted volumes=${list}, unattached volumes=${list}, failed to process volumes=[]: context deadline exceeded`
  }

  #isAttached(volume: string): boolean {
    return this.#around.cluster
      .attachmentsOf(volume)
      .some(
        ({ spec, status, metadata }) =>
          spec.nodeName === this.machine.name && status?.attached === true && !metadata.deletionTimestamp,
      )
  }

  #renew(): void {
    const { cluster } = this.#around
    const now = cluster.clock.now()
    const name = this.machine.name
    const renewTime = microTimestamp(now)
    try {
      if (cluster.get('leases', 'kube-node-lease', name)) {
        cluster.mutate('leases', 'kube-node-lease', name, (lease) => {
          lease.spec.renewTime = renewTime
        })
      } else {
        const node = cluster.get('nodes', '', name)
        const owner = node ? { apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid } : null
        cluster.create('leases', 'kube-node-lease', {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name, namespace: 'kube-node-lease', ...(owner ? { ownerReferences: [owner] } : {}) },
          spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime },
        })
      }
    } catch (error) {
      if (!isNotFound(error) && !isAlreadyExists(error)) throw error
    }
    if (now.getTime() - this.#lastStatus >= statusSeconds * 1000) this.#postStatus(false)
    this.#cancelRenewal = cluster.clock.after(this.#around.renewSeconds ?? defaultRenewSeconds, () => {
      if (this.isOnline) this.#renew()
    })
  }

  #register(): void {
    const { cluster, recorder } = this.#around
    const { name, zone, roles = [] } = this.machine
    if (cluster.get('nodes', '', name)) return
    const subnet = `10.244.${this.#index}.0/24`
    const node = cluster.create('nodes', '', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'beta.kubernetes.io/arch': 'amd64',
          'beta.kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': 'linux',
          [zoneLabel]: zone,
          'topology.kubernetes.io/region': zone.replace(/-?[a-z0-9]$/, ''),
          ...Object.fromEntries(roles.map((role) => [`node-role.kubernetes.io/${role}`, ''])),
        },
        annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
      },
      spec: { podCIDR: subnet, podCIDRs: [subnet], providerID: `ordinal-demo:///${zone}/${name}` },
      status: {},
    })
    this.#postStatus(true)
    recorder.say('kubelet', node, 'Normal', 'Starting', 'Starting kubelet.', { host: name })
  }

  /** Writes capacity, addresses and conditions; a condition that does not flip keeps its transition time. */
  #postStatus(returned: boolean): void {
    const { cluster, recorder } = this.#around
    const { name, cpu, memory } = this.machine
    const now = timestamp(cluster.clock.now())
    this.#lastStatus = cluster.clock.now().getTime()
    let becameReady = false
    let node: Readonly<Node>
    try {
      node = cluster.mutateStatus('nodes', '', name, ({ status }) => {
        const before = status.conditions ?? []
        becameReady = before.find(({ type }) => type === 'Ready')?.status !== 'True'
        const own = conditions.map(([type, value, reason, message]): Condition => {
          const old = before.find((one) => one.type === type)
          const lastTransitionTime = old?.status === value && old.lastTransitionTime ? old.lastTransitionTime : now
          return { type, status: value, lastHeartbeatTime: now, lastTransitionTime, reason, message }
        })
        const foreign = before.filter(({ type }) => !own.some((one) => one.type === type))
        status.conditions = [...own, ...foreign]
        const resources = { cpu, memory, pods: '110', 'ephemeral-storage': '98831908Ki' }
        status.capacity = { ...resources, 'hugepages-2Mi': '0' }
        status.allocatable = { ...resources, 'hugepages-2Mi': '0' }
        status.addresses = [
          { type: 'InternalIP', address: this.#hostIP },
          { type: 'Hostname', address: name },
        ]
        status.daemonEndpoints = { kubeletEndpoint: { Port: 10250 } }
        status.nodeInfo = this.#nodeInfo()
      })
    } catch (error) {
      if (isNotFound(error)) return
      throw error
    }
    if (returned && becameReady) {
      recorder.say('kubelet', node, 'Normal', 'NodeReady', `Node ${name} status is now: NodeReady`, { host: name })
    }
  }

  #nodeInfo(): Record<string, string> {
    const id = this.machine.name
      .replace(/[^a-z0-9]/g, '')
      .padEnd(32, '0')
      .slice(0, 32)
    return {
      machineID: id,
      systemUUID: id,
      bootID: this.#bootId,
      kernelVersion: '6.12.41',
      osImage: 'Ordinal demo machine',
      containerRuntimeVersion: 'containerd://2.2.1',
      kubeletVersion: 'v1.37.1',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    }
  }
}
