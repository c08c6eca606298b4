import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Resolver } from 'node:dns/promises'
import type { Socket } from 'node:net'
import { dnsAddress } from './network'
import { behaviourAnnotation } from './protocol'
import type { Pod } from './pod'
import { isRunning, type Pods } from './pods'
import type { Provisioner } from './provisioner'

const port = 8080
const largestPost = 64 * 1024

/**
 * The program that every pod seems to run: it says which pod was hit and keeps what is posted to it on the pod's
 * claim, so the data outlives the pod and follows the claim. One server answers for all pods; the address that was
 * asked tells which one is meant.
 */
export class KubiaApp {
  private readonly sockets = new Set<Socket>()

  private readonly pods: Pods
  private readonly volumes: Provisioner

  constructor(pods: Pods, volumes: Provisioner) {
    this.pods = pods
    this.volumes = volumes
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.answer(request, response))
    server.on('connection', (socket) => {
      const pod = this.pods.at(addressOf(socket))
      // A container that does not run has nothing that listens.
      if (!pod || !isRunning(pod)) return void socket.resetAndDestroy()
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    await new Promise<void>((resolve) => server.listen(port, '0.0.0.0', resolve))
    // Something to follow in the logs, while there are few enough pods that nobody is slowed down by it.
    setInterval(() => {
      const pods = [...this.pods.values()]
      if (pods.length > 200) return
      for (const pod of pods) {
        if (!isRunning(pod) || pod.metadata.namespace === 'kube-system') continue
        this.pods.logs.write(pod, `GET /healthz ${isHealthy(pod) ? 200 : 503}`)
      }
    }, 5000)
  }

  /** Breaks what is open to these pods' addresses, for a machine that lost its network. */
  cut(isCut: (address: string) => boolean): void {
    for (const socket of this.sockets) if (isCut(addressOf(socket))) socket.destroy()
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pod = this.pods.at(addressOf(request.socket))
    if (!pod || !isRunning(pod)) return void request.socket.resetAndDestroy()
    const say = (code: number, text: string) => {
      this.pods.logs.write(pod, `${request.method} ${request.url} ${code}`)
      response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
    }
    if (request.url === '/healthz') return say(isHealthy(pod) ? 200 : 503, isHealthy(pod) ? 'ok' : 'not ready')
    if (request.url === '/peers' && request.method === 'GET') return say(200, await peersOf(pod))
    const data = this.volumes.dataOf(pod)
    if (request.method === 'GET' || request.method === 'HEAD') {
      const stored = data.get('file')
      return say(
        200,
        `You've hit ${pod.metadata.name}\n${stored === undefined ? 'Nothing stored yet' : `Stored: ${stored}`}`,
      )
    }
    if (request.method !== 'POST' && request.method !== 'PUT') return say(405, 'GET or POST')
    const body = await readBody(request).catch(() => null)
    if (body === null) return say(413, `at most ${largestPost} bytes`)
    data.set('file', body)
    say(200, `Stored on ${pod.metadata.name}`)
  }
}

/** What the pod finds in the cluster's DNS: the peers of its governing Service. */
async function peersOf({ metadata, spec }: Pod): Promise<string> {
  const resolver = new Resolver({ timeout: 1000, tries: 1 })
  resolver.setServers([dnsAddress])
  const found = await resolver.resolveSrv(`${spec.subdomain}.${metadata.namespace}.svc.cluster.local`).catch(() => [])
  const peers = found.map(({ name, port }) => `${name}:${port}`)
  return [`${metadata.name} finds ${peers.length} of its set`, ...peers].join('\n')
}

function isHealthy(pod: Pod): boolean {
  return pod.metadata.annotations?.[behaviourAnnotation] !== 'unready'
}

function addressOf(socket: Socket): string {
  return (socket.localAddress ?? '').replace(/^::ffff:/, '')
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestPost) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
