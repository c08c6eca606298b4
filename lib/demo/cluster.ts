import type { IncomingMessage, ServerResponse } from 'node:http'
import type { User } from './api/access'
import { Operations } from './api/operations'
import { ApiServer } from './api/server'
import { RunningClock, type Clock } from './clock'
import { Cluster } from './controllers/cluster'
import { ControlPlane } from './controllers/control-plane'
import { Recorder } from './controllers/recorder'
import { Disks } from './kubelet/disks'
import { Fleet } from './kubelet/fleet'
import type { Machine } from './kubelet/kubelet'
import { Store } from './store'

export type DemoClusterOptions = {
  /** Default: a running clock at the given speed. */
  clock?: Clock
  /** Seconds of cluster time in a real second. Default 1. */
  speed?: number
  /** The machines of the cluster; none for a cluster where nobody runs pods. */
  machines?: Machine[]
  /** Whether controllers and scheduler run. Default true. */
  controllers?: boolean
  /** How many changes of a kind watches can go back. Default 4096. */
  history?: number
  /** Seconds of silence after which a node counts as lost. Default 50. */
  nodeMonitorGraceSeconds?: number
  users?: User[]
  acceptHosts?: string[]
  /** Numbers from 0 up to 1 for generated names. */
  random?: () => number
  /** Told of failed work, which is tried again; default: nobody. */
  onError?: (part: string, error: unknown) => void
  /** Serves paths below /ordinal.demo/. */
  extra?: (
    cluster: DemoCluster,
  ) => (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>
}

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

export const DEFAULT_MACHINES: Machine[] = ['a', 'b', 'c'].map((zone, index) => ({
  name: `worker-${index + 1}`,
  zone: `zone-${zone}`,
  cpu: '4',
  memory: '8Gi',
}))

/** All parts of one demo cluster, put together and started; reached through `listen`. */
export class DemoCluster {
  readonly clock: Clock
  readonly store: Store
  readonly operations: Operations
  /** The cluster as controllers see it. */
  readonly view: Cluster
  readonly recorder: Recorder
  readonly disks = new Disks()
  readonly fleet: Fleet
  readonly server: ApiServer
  readonly #controlPlane: ControlPlane | null
  readonly #stopAccounts: () => void

  constructor(options: DemoClusterOptions = {}) {
    const onError = options.onError ?? (() => {})
    this.clock = options.clock ?? new RunningClock(options.speed ?? 1)
    const now = () => this.clock.now()
    this.store = new Store({
      ...(options.history === undefined ? {} : { history: options.history }),
      onError: (error) => onError('store', error),
    })
    this.operations = new Operations(this.store, { now, ...(options.random ? { random: options.random } : {}) })
    this.#stopAccounts = this.#giveAccounts()
    for (const name of NAMESPACES) this.operations.create('namespaces', '', { metadata: { name } })
    this.view = new Cluster(this.store, this.operations, this.clock)
    this.recorder = new Recorder(this.view)
    const machines = options.machines ?? DEFAULT_MACHINES
    // A shorter patience needs more frequent signs of life; the ratio stays that of the defaults.
    const grace = options.nodeMonitorGraceSeconds
    const renewSeconds = grace === undefined ? undefined : Math.min(10, grace / 5)
    this.fleet = new Fleet(
      this.view,
      this.recorder,
      this.disks,
      machines,
      (pod) => this.#isPublished(pod),
      renewSeconds,
    )
    this.#controlPlane =
      options.controllers === false
        ? null
        : new ControlPlane(this.view, this.recorder, {
            onError: (part, _key, error) => onError(part, error),
            onDiskDeleted: (handle) => this.disks.remove(handle),
            ...(options.nodeMonitorGraceSeconds === undefined
              ? {}
              : { nodeMonitorGraceSeconds: options.nodeMonitorGraceSeconds }),
          })
    this.server = new ApiServer({
      operations: this.operations,
      kubelets: machines.length > 0 ? this.fleet : null,
      onError: (error) => onError('server', error),
      ...(options.users ? { users: options.users } : {}),
      ...(options.acceptHosts ? { acceptHosts: options.acceptHosts } : {}),
      ...(options.extra ? { extra: options.extra(this) } : {}),
    })
    this.#controlPlane?.start()
    this.fleet.start()
  }

  /** Serves the API; returns its URL. */
  listen(port = 0, host = '127.0.0.1'): Promise<string> {
    return this.server.listen(port, host)
  }

  async stop(): Promise<void> {
    this.fleet.stop()
    this.#controlPlane?.stop()
    this.recorder.stop()
    this.view.stop()
    this.#stopAccounts()
    await this.server.close()
  }

  /** Each namespace gets its `default` service account, as the service account controller gives it. */
  #giveAccounts(): () => void {
    return this.store.watch(({ resource, type, object }) => {
      const { name, deletionTimestamp } = object.metadata
      if (resource !== 'namespaces' || type === 'DELETED' || deletionTimestamp) return
      if (!this.store.get('serviceaccounts', name, 'default'))
        this.operations.create('serviceaccounts', name, { metadata: { name: 'default' } })
    })
  }

  /** Whether DNS answers for the pod under its governing service: then it is in a slice as ready, by its hostname. */
  #isPublished(
    pod: Readonly<{ metadata: { name: string; namespace?: string }; spec: { subdomain?: string } }>,
  ): boolean {
    const { name, namespace = '' } = pod.metadata
    for (const slice of this.view.list('endpointslices', namespace)) {
      if (slice.metadata.labels?.['kubernetes.io/service-name'] !== pod.spec.subdomain) continue
      for (const { hostname, conditions } of slice.endpoints ?? [])
        if (hostname === name && conditions.ready !== false) return true
    }
    return false
  }
}

export function createDemoCluster(options: DemoClusterOptions = {}): DemoCluster {
  return new DemoCluster(options)
}
