import { timestamp } from '@/lib/demo/clock'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import { isNotFound } from '@/lib/demo/controllers/failures'
import type { Condition, Pod } from '@/lib/demo/controllers/objects'
import { programOf, behaviourAnnotation, behaviourOf, type BehaviourOverride, type Behaviour } from './behaviour'
import { Container } from './container'
import { statusOf, type Ending } from './pod-status'

/** What a pod needs of the node it is on. */
export type Host = {
  cluster: Cluster
  nodeName: string
  hostIP: string
  isOnline: () => boolean
  newAddress: () => string
  image: (name: string, pulled: boolean) => boolean
  override: (namespace: string, pod: string) => BehaviourOverride
  /** Null when every volume is there; otherwise what the kubelet says while it waits. */
  volumesMissing: (pod: Readonly<Pod>) => string | null
  peersFound: (pod: Readonly<Pod>) => boolean
  say: (
    pod: Readonly<Pod>,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    container?: { name: string; init: boolean },
  ) => void
}

const mountRetrySeconds = 0.5
const sandboxSeconds = 0.5
/** A kubelet gives up waiting for volumes after this long, says so, and begins again. */
const mountPatience = 123

/**
 * One pod on one node, from binding to removal: volumes, sandbox, init containers, containers, and at the end the terminal
 * phase before the object is taken away (k8s pkg/kubelet/pod_workers.go, status/status_manager.go).
 */
export class PodWorker {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly containers: Container[]
  readonly initContainers: Container[]
  podIP: string | null = null
  readonly #host: Host
  readonly #startTime: string
  #pod: Readonly<Pod>
  #begun = false
  #sandbox = false
  #ended: Ending | null = null
  #stopping = false
  #abandoned = false
  #conditions: Condition[] = []
  #timer: (() => void) | null = null
  #waitedForVolumes = 0
  #posting = false

  constructor(host: Host, pod: Readonly<Pod>) {
    this.#host = host
    this.#pod = pod
    this.uid = pod.metadata.uid
    this.namespace = pod.metadata.namespace ?? ''
    this.name = pod.metadata.name
    this.#startTime = timestamp(host.cluster.clock.now())
    this.initContainers = (pod.spec.initContainers ?? []).map((spec) => this.#container(spec, true))
    this.containers = pod.spec.containers.map((spec) => this.#container(spec, false))
    if (this.initContainers.length > 0) {
      for (const container of [...this.containers, ...this.initContainers]) container.wait('PodInitializing')
    }
  }

  get pod(): Readonly<Pod> {
    return this.#pod
  }

  get isServing(): boolean {
    return this.#sandbox && this.containers.some(({ isRunning }) => isRunning)
  }

  begin(): void {
    if (this.#behaviour === 'manual') return
    this.#begun = true
    this.#post()
    this.#mount()
  }

  get #behaviour(): Behaviour {
    return behaviourOf(this.#pod, this.#host.override(this.namespace, this.name))
  }

  /** The API's copy has changed. */
  update(pod: Readonly<Pod>): void {
    const before = this.#pod
    this.#pod = pod
    if (this.#behaviour === 'manual') return
    if (!this.#begun && !pod.metadata.deletionTimestamp) {
      this.begin()
      return
    }
    const gates = (one: Readonly<Pod>) => JSON.stringify(one.spec.readinessGates && one.status.conditions)
    if (pod.metadata.deletionTimestamp) this.#stop()
    else if (before.metadata.annotations?.[behaviourAnnotation] !== pod.metadata.annotations?.[behaviourAnnotation])
      this.reconsider()
    else if (gates(before) !== gates(pod)) this.#post()
  }

  /** The pod's behaviour may have changed. */
  reconsider(): void {
    if (this.#stopping || this.#abandoned) return
    const endings: Partial<Record<Behaviour, Ending>> = { fail: 'failed', evict: 'evicted', succeed: 'succeeded' }
    const ending = endings[this.#behaviour]
    if (ending && !this.#ended && this.isServing) {
      this.#ended = ending
      this.#sandbox = false
      for (const container of this.containers)
        container.finish(ending === 'evicted' ? 137 : ending === 'failed' ? 1 : 0)
      this.#post()
      return
    }
    for (const container of this.containers) container.reconsider()
  }

  /** The object is gone from the API: everything ends at once and nothing is written any more. */
  abandon(): void {
    this.#abandoned = true
    this.#timer?.()
    for (const container of [...this.initContainers, ...this.containers]) container.cut()
  }

  /** The node lost power: what runs in it stops, but its kubelet will still know of the pod. */
  cutPower(): void {
    this.#timer?.()
    for (const container of [...this.initContainers, ...this.containers]) container.cut()
  }

  /** The node has booted again: a new sandbox, and every container starts anew. */
  powerUp(): void {
    if (this.#ended || this.#abandoned) return
    this.#host.say(this.#pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
    this.podIP = this.#host.newAddress()
    this.#sandbox = true
    for (const container of this.containers) container.revive()
  }

  /** The kubelet speaks to the API again: it says what it knows, and does what it has missed. */
  resume(pod: Readonly<Pod>): void {
    this.#pod = pod
    this.#post()
    if (pod.metadata.deletionTimestamp) this.#stop()
    if (this.#ended) this.#finish()
  }

  #container(spec: Pod['spec']['containers'][number], init: boolean): Container {
    const host = this.#host
    return new Container(
      spec,
      {
        clock: host.cluster.clock,
        program: () => programOf(this.#pod, spec, init ? {} : host.override(this.namespace, this.name)),
        image: host.image,
        say: (type, reason, message) => host.say(this.#pod, type, reason, message, { name: spec.name, init }),
        podText: `${this.name}_${this.namespace}(${this.uid})`,
        changed: () => this.#containerChanged(),
        mayBeReady: () => host.peersFound(this.#pod),
      },
      init && spec.restartPolicy !== 'Always',
    )
  }

  #containerChanged(): void {
    this.#post()
    if (!this.#ended && /^(fail|evict|succeed)$/.test(this.#behaviour)) this.#after(0.5, () => this.reconsider())
  }

  #after(seconds: number, run: () => void): void {
    this.#timer = this.#host.cluster.clock.after(seconds, () => {
      if (!this.#abandoned && !this.#stopping) run()
    })
  }

  #mount(): void {
    const missing = this.#host.volumesMissing(this.#pod)
    if (missing) {
      this.#waitedForVolumes += mountRetrySeconds
      if (this.#waitedForVolumes >= mountPatience) {
        this.#waitedForVolumes = 0
        this.#host.say(this.#pod, 'Warning', 'FailedMount', `Unable to attach or mount volumes: ${missing}`)
      }
      this.#after(mountRetrySeconds, () => this.#mount())
      return
    }
    this.#after(sandboxSeconds, () => {
      this.podIP = this.#host.newAddress()
      this.#sandbox = true
      this.#startInit(0)
    })
  }

  #startInit(index: number): void {
    if (this.#stopping || this.#abandoned) return
    const next = this.initContainers[index]
    if (next) {
      next.start(() => this.#startInit(index + 1))
      return
    }
    if (this.initContainers.length > 0) this.#post()
    for (const container of this.containers) container.start()
  }

  #stop(): void {
    if (this.#stopping || this.#abandoned || this.#behaviour === 'manual') return
    this.#stopping = true
    if (this.#ended) {
      this.#finish()
      return
    }
    this.#timer?.()
    const grace = this.#pod.metadata.deletionGracePeriodSeconds ?? 30
    const all = [...this.initContainers, ...this.containers]
    let left = all.length
    const ended = () => {
      left -= 1
      if (this.#abandoned) return
      if (left > 0) {
        this.#post()
        return
      }
      this.#ended ??= 'stopped'
      this.#sandbox = false
      this.#post()
      this.#finish()
    }
    for (const container of all) container.stop(grace, ended)
  }

  /** The terminal phase is written; a little later the object goes, and only the one that this kubelet ran. */
  #finish(): void {
    this.#timer = this.#host.cluster.clock.after(0.5, () => {
      if (this.#abandoned || !this.#host.isOnline()) return
      try {
        this.#host.cluster.delete('pods', this.namespace, this.name, {
          gracePeriodSeconds: 0,
          preconditions: { uid: this.uid },
        })
      } catch {
        // Gone already, or another pod of this name stands there: neither is this kubelet's any more.
      }
    })
  }

  #post(): void {
    if (this.#abandoned || this.#posting || !this.#host.isOnline()) return
    const present = this.#host.cluster.get('pods', this.namespace, this.name)
    if (present?.metadata.uid !== this.uid) return
    this.#posting = true
    try {
      const status = statusOf(present, this.#conditions, {
        now: this.#host.cluster.clock.now(),
        startTime: this.#startTime,
        hostIP: this.#host.hostIP,
        podIP: this.podIP,
        sandbox: this.#sandbox,
        containers: this.containers.map((container) => container.status),
        initContainers: this.initContainers.map((container) => container.status),
        ended: this.#ended,
      })
      const scheduled = present.status.conditions?.find(({ type }) => type === 'PodScheduled')
      const own = status.conditions?.find(({ type }) => type === 'PodScheduled')
      if (scheduled?.status === 'True' && own && scheduled.lastTransitionTime) {
        own.lastTransitionTime = scheduled.lastTransitionTime
      }
      this.#conditions = status.conditions ?? []
      this.#pod = this.#host.cluster.mutateStatus('pods', this.namespace, this.name, (draft) => {
        draft.status = status
      })
    } catch (error) {
      if (!isNotFound(error)) throw error
    } finally {
      this.#posting = false
    }
  }
}
