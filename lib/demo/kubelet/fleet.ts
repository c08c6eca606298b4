import { type Duplex, duplexPair } from 'node:stream'
import {
  ExecRefused,
  LogsRefused,
  Unreachable,
  type ExecIO,
  type ExecSession,
  type Kubelets,
  type LogLine,
  type LogOptions,
  type ProxyRequest,
  type ProxyResponse,
} from '@/lib/demo/api/kubelets'
import type { Cluster } from '@/lib/demo/controllers/cluster'
import type { Pod } from '@/lib/demo/controllers/objects'
import { serveStream } from '@/lib/demo/dns/server'
import { clusterDomain, Zone } from '@/lib/demo/dns/zone'
import type { Recorder } from '@/lib/demo/controllers/recorder'
import type { Behaviour, BehaviourOverride } from './behaviour'
import type { Container } from './container'
import type { Disks } from './disks'
import { Kubelet, type Machine, type Outage } from './kubelet'
import { kubia, type Drawer } from './kubia'
import { connectTo } from './listener'
import { linesBetween, type LogSource } from './log-text'
import type { PodWorker } from './pod-worker'
import { placeOf } from './shell/place'
import { startSession } from './shell/session'
import { isProgram } from './shell/shell'

const followSeconds = 0.5
const lookSeconds = 0.5
/** The exit code of what SIGKILL ended. */
const killed = 137

/** All machines of the demo cluster: what happens to them, and what the API server asks of them. */
export class Fleet implements Kubelets {
  readonly #cluster: Cluster
  readonly #disks: Disks
  readonly #kubelets = new Map<string, Kubelet>()
  readonly #overrides = new Map<string, BehaviourOverride>()
  /** What containers without a volume were told, by pod uid. */
  readonly #memory = new Map<string, string>()

  /** @param peersFound whether the names that a pod looks for before it is ready can be found in DNS */
  constructor(
    cluster: Cluster,
    recorder: Recorder,
    disks: Disks,
    machines: Machine[],
    peersFound: (pod: Readonly<Pod>) => boolean,
    renewSeconds?: number,
  ) {
    this.#cluster = cluster
    this.#disks = disks
    const override = (namespace: string, pod: string) => this.#overrides.get(`${namespace}/${pod}`) ?? {}
    machines.forEach((machine, index) => {
      const kubelet = new Kubelet(
        { cluster, recorder, override, peersFound, ...(renewSeconds === undefined ? {} : { renewSeconds }) },
        machine,
        index + 1,
      )
      this.#kubelets.set(machine.name, kubelet)
    })
  }

  start(): void {
    this.#cluster.on('pods', ({ type, object }) => {
      const kubelet = this.#kubelets.get(object.spec.nodeName ?? '')
      if (type === 'DELETED') {
        kubelet?.podGone(object.metadata.uid)
        this.#memory.delete(object.metadata.uid)
      } else kubelet?.podChanged(object)
    })
    for (const kubelet of this.#kubelets.values()) kubelet.start()
  }

  stop(): void {
    for (const kubelet of this.#kubelets.values()) kubelet.stop()
  }

  /** Machines by name, and what has happened to each. */
  machines(): { name: string; zone: string; outage: Outage | null }[] {
    return [...this.#kubelets.values()].map(({ machine, outage }) => ({
      name: machine.name,
      zone: machine.zone,
      outage,
    }))
  }

  /** Takes a node away; false when there is no such machine. */
  fail(name: string, outage: Outage = 'silent'): boolean {
    const kubelet = this.#kubelets.get(name)
    kubelet?.fail(outage)
    return kubelet !== undefined
  }

  /** @param reboot the machine has booted anew, even if it was only silent */
  recover(name: string, reboot = false): boolean {
    const kubelet = this.#kubelets.get(name)
    kubelet?.recover(reboot)
    return kubelet !== undefined
  }

  recoverAll(): void {
    for (const kubelet of this.#kubelets.values()) kubelet.recover()
  }

  /** From now on pods of this name behave so; null gives them back their own behaviour. */
  setBehaviour(namespace: string, pod: string, behaviour: BehaviourOverride | null): void {
    const key = `${namespace}/${pod}`
    if (behaviour) this.#overrides.set(key, { ...this.#overrides.get(key), ...behaviour })
    else this.#overrides.delete(key)
    for (const kubelet of this.#kubelets.values()) kubelet.reconsider(namespace, pod)
  }

  /** The names of pods that were told to behave otherwise, and how. */
  behaviours(): { namespace: string; pod: string; behaviour: Behaviour | undefined }[] {
    return [...this.#overrides].map(([key, { behaviour }]) => {
      const [namespace = '', pod = ''] = key.split('/')
      return { namespace, pod, behaviour }
    })
  }

  clearBehaviours(): void {
    for (const { namespace, pod } of this.behaviours()) this.setBehaviour(namespace, pod, null)
  }

  async *logs(
    namespace: string,
    podName: string,
    containerName: string,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncIterable<LogLine> {
    const { pod, worker } = this.#find(namespace, podName, 10250)
    const container = [...worker.containers, ...worker.initContainers].find(({ spec }) => spec.name === containerName)
    const life = options.previous ? container?.previousLife : container?.life
    if (!container || !life) {
      if (options.previous) {
        const message = `previous terminated container "${containerName}" in pod "${podName}" not found`
        throw new LogsRefused(message)
      }
      const reason = container?.status.state.waiting?.reason ?? 'ContainerCreating'
      const trouble =
        reason === 'ContainerCreating' || reason === 'PodInitializing' ? reason : `trying and failing to pull image`
      throw new LogsRefused(`container "${containerName}" in pod "${podName}" is waiting to start: ${trouble}`)
    }
    const source: LogSource = {
      image: container.spec.image ?? '',
      pod: podName,
      port: container.spec.ports?.[0]?.containerPort ?? null,
      seed: `${pod.metadata.uid}/${containerName}/${life.restart}`,
      life,
    }
    const now = () => this.#cluster.clock.now()
    let until = now()
    const lines = linesBetween(source, options.since ?? life.startedAt, until)
    yield* options.tailLines === null ? lines : lines.slice(Math.max(0, lines.length - options.tailLines))
    while (options.follow && !signal.aborted) {
      const present = container.life
      const running = present !== null && present.restart === life.restart && present.finishedAt === null
      if (!running && present?.restart !== life.restart) return
      const from = new Date(until.getTime() + 1)
      until = now()
      yield* linesBetween({ ...source, life: present ?? life }, from, until)
      if (!running) return
      await this.#pause(signal)
    }
  }

  async handle(namespace: string, podName: string, port: number, request: ProxyRequest): Promise<ProxyResponse> {
    const { pod, app } = this.#app(namespace, podName, port)
    const { subdomain = '' } = pod.spec
    const findPeers = () => {
      const { answers } = new Zone(this.#cluster).resolve(`${subdomain}.${namespace}.svc.${clusterDomain}`, 'SRV')
      return answers.flatMap((answer) => (answer.type === 'SRV' ? `${answer.data.target}:${answer.data.port}` : []))
    }
    return kubia(podName, this.#drawer(pod, app.spec.image ?? ''), request, findPeers)
  }

  connect(namespace: string, podName: string, port: number): Duplex {
    try {
      const { app } = this.#app(namespace, podName, port)
      if (isDns(app.spec.image)) return this.#connectToDns()
    } catch (error) {
      if (!(error instanceof Unreachable) || !error.message.endsWith('refused')) throw error
      const where = `localhost:${port} inside namespace ${JSON.stringify(podName)}`
      throw new Unreachable(
        `failed to connect to ${where}, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`,
      )
    }
    return connectTo((request) => this.handle(namespace, podName, port, request))
  }

  #connectToDns(): Duplex {
    const [ours, theirs] = duplexPair()
    serveStream(new Zone(this.#cluster), theirs)
    ours.on('close', () => theirs.destroy())
    theirs.on('close', () => ours.push(null))
    theirs.on('error', () => ours.destroy())
    return ours
  }

  /** The container that listens on a port. */
  #app(namespace: string, podName: string, port: number): { pod: Readonly<Pod>; app: Container } {
    const { pod, worker } = this.#find(namespace, podName, port)
    const container = worker.containers.find(
      ({ spec, isRunning }) => isRunning && (spec.ports ?? []).some(({ containerPort }) => containerPort === port),
    )
    const app =
      container ??
      (port === 8080 ? worker.containers.find((one) => one.isRunning && isKubia(one.spec.image)) : undefined)
    if (!app) throw new Unreachable(`dial tcp ${worker.podIP ?? '<none>'}:${port}: connect: connection refused`)
    return { pod, app }
  }

  exec(
    namespace: string,
    podName: string,
    containerName: string,
    command: string[],
    io: ExecIO,
    signal: AbortSignal,
  ): ExecSession {
    const { pod, worker } = this.#find(namespace, podName, 10250)
    const container = [...worker.containers, ...worker.initContainers].find(({ spec }) => spec.name === containerName)
    const life = container?.isRunning ? container.life : null
    if (!container || !life) throw new ExecRefused(`container not found ("${containerName}")`)
    const [program = ''] = command
    if (!isProgram(program))
      throw new ExecRefused(
        `error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: ${JSON.stringify(program)}: executable file not found in $PATH`,
        true,
      )
    const place = placeOf(this.#cluster, pod, container.spec, (volume) => {
      // The app of the demo writes on the first claim of its pod.
      const first = (pod.spec.volumes ?? []).find(({ persistentVolumeClaim }) => persistentVolumeClaim)
      const data = first?.name === volume ? this.#drawer(pod, container.spec.image ?? '').read() : null
      return data === null ? null : { name: isKubia(container.spec.image) ? 'kubia.txt' : 'data', data }
    })
    const session = startSession(place, command, io)
    // What runs in a container ends with it.
    let cancel = () => {}
    const isThere = () =>
      container.isRunning &&
      container.life === life &&
      this.#cluster.get('pods', namespace, podName)?.metadata.uid === pod.metadata.uid &&
      this.#kubelets.get(pod.spec.nodeName ?? '')?.isOnline === true
    const look = () => {
      if (!isThere()) session.kill(killed)
      else cancel = this.#cluster.clock.after(lookSeconds, look)
    }
    look()
    const stop = () => session.kill(killed)
    signal.addEventListener('abort', stop)
    void session.ended.finally(() => {
      cancel()
      signal.removeEventListener('abort', stop)
    })
    return session
  }

  /** Where a pod's app keeps its data: on its first volume, else in memory. */
  #drawer(pod: Readonly<Pod>, _image: string): Drawer {
    const claimName = (pod.spec.volumes ?? []).find(({ persistentVolumeClaim }) => persistentVolumeClaim)
      ?.persistentVolumeClaim?.claimName
    const claim = claimName
      ? this.#cluster.get('persistentvolumeclaims', pod.metadata.namespace ?? '', claimName)
      : undefined
    const volume = claim?.spec.volumeName
      ? this.#cluster.get('persistentvolumes', '', claim.spec.volumeName)
      : undefined
    const { uid } = pod.metadata
    if (!volume) {
      return { read: () => this.#memory.get(uid) ?? null, write: (data) => this.#memory.set(uid, data) }
    }
    const handle = volume.spec.csi?.volumeHandle ?? volume.metadata.name
    return { read: () => this.#disks.read(handle), write: (data) => this.#disks.write(handle, data) }
  }

  #find(namespace: string, name: string, port: number): { pod: Readonly<Pod>; worker: PodWorker } {
    const pod = this.#cluster.get('pods', namespace, name)
    const kubelet = this.#kubelets.get(pod?.spec.nodeName ?? '')
    const address =
      port === 10250 ? `${pod?.status.hostIP ?? '<none>'}:10250` : `${pod?.status.podIP ?? '<none>'}:${port}`
    if (!pod || !kubelet?.isOnline) throw new Unreachable(`dial tcp ${address}: i/o timeout`)
    const worker = kubelet.worker(namespace, name)
    if (worker?.uid !== pod.metadata.uid) throw new Unreachable(`dial tcp ${address}: connect: connection refused`)
    return { pod, worker }
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = this.#cluster.clock.after(followSeconds, done)
      signal.addEventListener('abort', done)
    })
  }
}

const isKubia = (image = '') => /kubia/.test(image)
const isDns = (image = '') => /\bcoredns\b/.test(image)
