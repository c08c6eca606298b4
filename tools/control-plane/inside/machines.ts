import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { kwokProgram } from './control-plane-programs'
import type { Kubernetes } from './kubernetes'
import type { KubiaApp } from './kubia-app'
import { KubeletServer } from './kubelet-server'
import { connectMachine, disconnectMachine } from './network'
import type { Pods } from './pods'
import type { ProgramRun } from './programs'
import { bootAnnotation, type NodePlan, type NodeState, type Plan } from './protocol'

/** One worker: its kubelet (kwok and the log server) and its network, each of which can fail alone. */
export class Machine {
  private readonly kwok: ProgramRun
  private readonly server: KubeletServer
  private reachable = true

  readonly node: NodePlan
  private readonly kubernetes: Kubernetes
  private readonly pods: Pods
  private readonly app: KubiaApp

  constructor(
    node: NodePlan,
    plan: Plan,
    kubernetes: Kubernetes,
    pods: Pods,
    app: KubiaApp,
    certificate: { key: string; cert: string },
  ) {
    this.node = node
    this.kubernetes = kubernetes
    this.pods = pods
    this.app = app
    this.kwok = kwokProgram(plan, node)
    this.server = new KubeletServer(node, pods, certificate)
  }

  get pid(): number | null {
    return this.kwok.pid
  }

  get state(): NodeState {
    const { name, zone, address, podCIDR } = this.node
    return {
      name,
      zone,
      address,
      podCIDR,
      kubelet: this.kwok.running ? 'running' : 'stopped',
      machine: this.reachable ? 'reachable' : 'unreachable',
    }
  }

  async start(): Promise<void> {
    this.kwok.start()
    await this.server.start()
  }

  /** The kubelet dies at once. With `machine` the network to the node and its pods goes too. */
  async fail(machine: boolean): Promise<void> {
    await Promise.all([this.kwok.stop('SIGKILL'), this.server.stop()])
    if (!machine) return
    this.reachable = false
    // Open connections are broken while their ends can still be told: afterwards they would hang for many minutes.
    this.app.cut((address) => isIn(address, this.node.podCIDR))
    await sleep(50)
    await disconnectMachine(this.node)
  }

  /** The kubelet comes back. With `reboot` under a new boot id, every container started anew at a new address. */
  async recover(reboot: boolean): Promise<void> {
    await connectMachine(this.node)
    this.reachable = true
    if (reboot) await this.reboot()
    await this.start()
  }

  async stop(): Promise<void> {
    await Promise.all([this.kwok.stop('SIGKILL'), this.server.stop()])
  }

  private async reboot(): Promise<void> {
    await this.kwok.stop('SIGKILL')
    await this.kubernetes.patch(`/api/v1/nodes/${this.node.name}`, {
      metadata: { annotations: { [bootAnnotation]: randomUUID() } },
    })
    for (const pod of this.pods.values()) {
      const statuses = pod.status.containerStatuses
      if (pod.spec.nodeName !== this.node.name || !statuses?.some((it) => it.state?.running)) continue
      const containerStatuses = statuses.map((it) => ({
        ...it,
        ready: false,
        started: false,
        state: it.state?.running
          ? {
              terminated: {
                exitCode: 255,
                reason: 'Unknown',
                startedAt: it.state.running.startedAt,
                finishedAt: new Date().toISOString(),
              },
            }
          : it.state,
      }))
      await this.kubernetes
        .patch(`/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`, {
          metadata: { uid: pod.metadata.uid },
          status: { containerStatuses, podIP: null, podIPs: null },
        })
        .catch(() => {}) // A pod that is gone meanwhile has nothing to restart.
    }
  }
}

function isIn(address: string, cidr: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/')
  const shift = 2 ** (32 - Number(bits))
  return Math.floor(toNumber(address) / shift) === Math.floor(toNumber(base) / shift)
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
