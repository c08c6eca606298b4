import 'server-only'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import type { Pod } from '@/lib/statefulset/model/objects'
import { clusterZone } from '@/lib/statefulset/model/identity'
import { isReady, isTerminating } from '@/lib/statefulset/model/pod-status'
import type { Connection } from '@/lib/cluster/connection'
import { isClusterError } from '@/lib/cluster/errors'
import { ruleText } from '@/lib/cluster/kinds'
import { listPages } from '@/lib/cluster/list'
import { openPortForward } from '@/lib/cluster/port-forward'
import { readResolverSettings, zoneOf } from './resolv-conf'
import { datagramWire, streamWire, type Wire } from './wire'

export type ServerAddress = { host: string; port: number }

/** From where the questions are asked, and who answers them. */
export type DnsSource = {
  /** `setting`: ORDINAL_DNS_SERVER; `resolver`: what this pod's own resolver asks; `port-forward`: a pod of CoreDNS. */
  from: 'setting' | 'resolver' | 'port-forward'
  /** The address that answers, as `host:port`. */
  server: string
  /** The pod behind a port-forward, as `namespace/name`. */
  pod: string | null
}

export type OpenedDns = { source: DnsSource; zone: string; wire: Wire }

/** What was wrong before anything could be asked. */
export class NoDns extends Error {
  readonly code: 'forbidden' | 'no-dns-pod' | 'no-answer' | 'failed'
  /** The rule that is missing. */
  readonly rule: string | null
  constructor(code: NoDns['code'], message: string, rule: string | null = null) {
    super(message)
    this.code = code
    this.rule = rule
  }
}

/** Kubernetes' own label of the cluster's DNS, whatever the program is called (kubeadm, kube-up, every large vendor). */
const dnsNamespace = 'kube-system'
const dnsLabel = 'k8s-app=kube-dns'
const dnsPort = 53
const resolverFile = '/etc/resolv.conf'

/**
 * Opens the way to the cluster's DNS: the server that was named, else inside a cluster the one of this pod's resolver, else
 * a pod of CoreDNS by port-forward. Throws `NoDns` with what is missing.
 */
export async function openDns(
  connection: Connection,
  server: ServerAddress | null,
  timeoutMs: number,
): Promise<OpenedDns> {
  if (server !== null) {
    const stream = await openSocket(server, timeoutMs)
    return {
      source: { from: 'setting', server: shown(server), pod: null },
      zone: clusterZone,
      wire: streamWire(stream),
    }
  }
  return needsForward(connection, server) ? openForwarded(connection, timeoutMs) : openResolver(timeoutMs)
}

/** From outside the cluster, where no server was named. */
export function needsForward({ origin }: Connection, server: ServerAddress | null): boolean {
  return server === null && origin !== 'in-cluster'
}

export function shown({ host, port }: ServerAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function openResolver(timeoutMs: number): Promise<OpenedDns> {
  const { servers, search } = readResolverSettings(await readFile(resolverFile, 'utf8').catch(() => ''))
  const host = servers[0]
  if (host === undefined) throw new NoDns('failed', `${resolverFile} names no server.`)
  const address = { host, port: dnsPort }
  const wire = await datagramWire(address, () => openSocket(address, timeoutMs))
  return { source: { from: 'resolver', server: shown(address), pod: null }, zone: zoneOf(search) ?? clusterZone, wire }
}

async function openForwarded(connection: Connection, timeoutMs: number): Promise<OpenedDns> {
  const pods = await explained(findPods(connection, timeoutMs), 'list', 'pods')
  const pod = pods[0]
  if (pod === undefined) {
    const message = `No pod with the label ${dnsLabel} is ready in the namespace ${dnsNamespace}.`
    throw new NoDns('no-dns-pod', message)
  }
  const { name, namespace } = pod.metadata
  const port = portOf(pod)
  const stream = await explained(
    openPortForward(connection, { namespace, pod: name, port }, timeoutMs),
    'create',
    'pods/portforward',
  )
  const server = shown({ host: pod.status.podIP ?? name, port })
  return {
    source: { from: 'port-forward', server, pod: `${namespace}/${name}` },
    zone: clusterZone,
    wire: streamWire(stream),
  }
}

async function findPods(connection: Connection, timeoutMs: number): Promise<Pod[]> {
  const found: Pod[] = []
  const options = { namespace: dnsNamespace, labelSelector: dnsLabel, resourceVersion: '0', timeoutMs }
  for await (const { items } of listPages(connection, 'pods', options)) found.push(...items)
  return found.filter((pod) => isReady(pod) && !isTerminating(pod))
}

/** The TCP port that the pod calls its DNS; 53 where it names none. */
function portOf({ spec }: Pod): number {
  const ports = spec.containers.flatMap((container) => container.ports).filter(({ protocol }) => protocol === 'TCP')
  const named =
    ports.find(({ name }) => name?.startsWith('dns')) ?? ports.find((port) => port.containerPort === dnsPort)
  return named?.containerPort ?? dnsPort
}

/** The right that is missing, as the API server names it, where that is why. */
async function explained<T>(work: Promise<T>, verb: string, resource: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isClusterError(error)) throw error
    if (error.code !== 'forbidden') throw new NoDns('failed', error.message)
    const [, refused = verb] = /cannot (\w+) resource/.exec(error.kubernetes?.message ?? '') ?? []
    const rule = ruleText(refused, resource, dnsNamespace)
    throw new NoDns('forbidden', `The rule that is missing: ${rule}.`, rule)
  }
}

function openSocket(server: ServerAddress, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, server.host)
    const failed = (cause: Error) => {
      socket.destroy()
      const why = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
      reject(new NoDns('no-answer', `${shown(server)} cannot be reached (${why}).`))
    }
    const timer = setTimeout(() => failed(new Error('no connection in time')), timeoutMs)
    socket.once('error', failed)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', failed)
      resolve(socket)
    })
    socket.once('close', () => clearTimeout(timer))
  })
}
