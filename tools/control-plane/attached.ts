import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { decode, encode, type DecodedPacket, type RecordType } from 'dns-packet'
import { z } from 'zod'
import { askByTcp } from './forwarder'
import type { Behaviour, Status } from './inside/protocol'

const detailsSchema = z.object({
  kubernetes: z.string(),
  folder: z.string(),
  kubeconfig: z.string(),
  url: z.string(),
  ca: z.string(),
  tokens: z.record(z.string(), z.string()),
  adminToken: z.string(),
  kubectlPath: z.string(),
  dnsAddress: z.string(),
  controlSocket: z.string(),
  dnsSocket: z.string(),
  pid: z.number(),
})
/** Everything a process needs to attach; written as JSON to the state file. */
export type Details = z.infer<typeof detailsSchema>

export type CommandResult = { stdout: string; stderr: string; code: number }
/** A parsed DNS message; `rcode` is e.g. NOERROR or NXDOMAIN. */
export type DnsAnswer = DecodedPacket & { rcode: string }
export type KubectlProxy = { url: string; port: number; stop(): Promise<void> }

/** A running control plane and its controls. Whoever started it has `stop` besides. */
export class ControlPlane {
  /** Path of the kubeconfig; its contexts are listed in kubeconfig.ts. */
  readonly kubeconfig: string
  /** `https://127.0.0.1:PORT`. */
  readonly url: string
  /** PEM of the authority that signed the API server's certificate. */
  readonly ca: string
  readonly tokens: Record<string, string>
  readonly adminToken: string
  readonly kubectlPath: string
  /** `127.0.0.1:PORT`, TCP and UDP: the cluster's own CoreDNS. */
  readonly dnsAddress: string

  readonly details: Details

  constructor(details: Details) {
    this.details = details
    this.kubeconfig = details.kubeconfig
    this.url = details.url
    this.ca = details.ca
    this.tokens = details.tokens
    this.adminToken = details.adminToken
    this.kubectlPath = details.kubectlPath
    this.dnsAddress = details.dnsAddress
  }

  /** Runs kubectl as the admin, or under another context. Does not throw when kubectl fails: look at `code`. */
  kubectl(args: string[], options: { input?: string; context?: string } = {}): Promise<CommandResult> {
    const context = options.context ? ['--context', options.context] : []
    const child = spawn(this.kubectlPath, ['--kubeconfig', this.kubeconfig, ...context, ...args])
    return new Promise((resolve, reject) => {
      let [stdout, stderr] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
      child.on('error', reject)
      child.on('close', (code) => resolve({ stdout, stderr, code: code ?? 1 }))
      child.stdin.on('error', () => {}) // kubectl may end before it has read everything.
      child.stdin.end(options.input ?? '')
    })
  }

  /** `kubectl get ... -o json`, parsed. Throws with kubectl's own words when it fails. */
  async get<T>(...args: string[]): Promise<T> {
    const { stdout, stderr, code } = await this.kubectl(['get', ...args, '-o', 'json'])
    if (code !== 0) throw new Error(`kubectl get ${args.join(' ')}: ${stderr.trim()}`)
    return JSON.parse(stdout) as T
  }

  /** `kubectl apply -f -` of YAML or of an object. Throws with kubectl's own words when it fails. */
  async apply(manifest: string | object): Promise<void> {
    const input = typeof manifest === 'string' ? manifest : JSON.stringify(manifest)
    const { stderr, code } = await this.kubectl(['apply', '-f', '-'], { input })
    if (code !== 0) throw new Error(`kubectl apply: ${stderr.trim()}`)
  }

  /** A real `kubectl proxy` on 127.0.0.1; port 0 takes a free one. */
  startKubectlProxy(port = 0, user?: string): Promise<KubectlProxy> {
    const as = user === undefined ? [] : ['--as', user]
    const child = spawn(this.kubectlPath, ['--kubeconfig', this.kubeconfig, ...as, 'proxy', `--port=${port}`])
    const stop = () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve()
        child.on('exit', () => resolve())
        child.kill('SIGKILL')
      })
    return new Promise((resolve, reject) => {
      let said = ''
      const listen = (text: string) => {
        said += text
        const match = /127\.0\.0\.1:(\d+)/.exec(said)
        if (match) resolve({ url: `http://127.0.0.1:${match[1]}`, port: Number(match[1]), stop })
      }
      child.stdout.setEncoding('utf8').on('data', listen)
      child.stderr.setEncoding('utf8').on('data', listen)
      child.on('error', reject)
      child.on('exit', () => reject(new Error(`kubectl proxy ended: ${said.trim()}`)))
    })
  }

  status(): Promise<Status> {
    return this.control('GET', '/status')
  }

  /** The kubelet of the node dies; with `machine` its network and that of its pods goes too. */
  failNode(name: string, options: { machine?: boolean } = {}): Promise<Status> {
    return this.control('POST', `/nodes/${encodeURIComponent(name)}/fail`, options)
  }

  /** The node comes back; with `reboot` under a new boot id, its containers restarted. */
  recoverNode(name: string, options: { reboot?: boolean } = {}): Promise<Status> {
    return this.control('POST', `/nodes/${encodeURIComponent(name)}/recover`, options)
  }

  /** What this pod does from now on. It is lost with the pod; put the annotation in the set's template to keep it. */
  podBehaviour(namespace: string, pod: string, behaviour: Behaviour): Promise<Status> {
    const path = `/pods/${encodeURIComponent(namespace)}/${encodeURIComponent(pod)}/behaviour`
    return this.control('POST', path, { behaviour })
  }

  /** SIGTERM; from then on connections are refused. */
  stopApiServer(): Promise<Status> {
    return this.control('POST', '/api-server/stop')
  }

  /** Starts it again on the same port with the same data; resolves when it is ready. */
  startApiServer(): Promise<Status> {
    return this.control('POST', '/api-server/start')
  }

  /** SIGKILL. It stays down until startApiServer. */
  killApiServer(): Promise<Status> {
    return this.control('POST', '/api-server/kill')
  }

  /** Asks the cluster's CoreDNS, over TCP. Answers and additional records are parsed; `rcode` is e.g. NXDOMAIN. */
  async dig(name: string, type: RecordType = 'A'): Promise<DnsAnswer> {
    const id = Math.floor(Math.random() * 65536)
    const question = encode({ type: 'query', id, flags: 256, questions: [{ type, name }] })
    return decode(await askByTcp(this.details.dnsSocket, question)) as DnsAnswer
  }

  private control<T = Status>(method: 'GET' | 'POST', path: string, body: object = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      // A connection of its own: one kept from before may just be closing.
      const options = { socketPath: this.details.controlSocket, method, path, agent: false as const }
      const call = request(options, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => {
          const answer = JSON.parse(text) as T & { error?: string }
          if (response.statusCode === 200) resolve(answer)
          else reject(new Error(answer.error ?? `${path}: ${response.statusCode}`))
        })
      })
      call.on('error', (error) => reject(new Error(`The control plane does not answer: ${error.message}`)))
      call.end(method === 'POST' ? JSON.stringify(body) : undefined)
    })
  }
}

/**
 * Attaches to a control plane that another process has started, by its state file
 * (default: the path in `ORDINAL_CONTROL_PLANE`). Throws when there is none.
 */
export async function attachControlPlane(file = process.env['ORDINAL_CONTROL_PLANE']): Promise<ControlPlane> {
  if (!file) throw new Error('ORDINAL_CONTROL_PLANE names no state file: start one with `npm run cluster`.')
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null)
    throw new Error(`There is no control plane: ${file} does not exist. Start one with \`npm run cluster\`.`)
  const controlPlane = new ControlPlane(detailsSchema.parse(JSON.parse(text)))
  await controlPlane.status()
  return controlPlane
}
