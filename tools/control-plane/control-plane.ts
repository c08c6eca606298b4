import { randomBytes } from 'node:crypto'
import { spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve as resolvePath } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { makeCertificate } from '@/test/fixtures/certificate'
import { ControlPlane, type Details } from './attached'
import { ensureBinaries, kubernetesMinor, kubernetesVersion, type KubernetesMinor } from './binaries'
import { DatagramForwarder, Forwarder } from './forwarder'
import { sockets, type Kubelet, type NodePlan, type Notice, type Plan } from './inside/protocol'
import { kubeconfigText } from './kubeconfig'

export { attachControlPlane, ControlPlane } from './attached'

export type NodeOptions = { name: string; zone: string; kubelet?: Kubelet }
export type ControlPlaneOptions = {
  /** Default: `ORDINAL_KUBERNETES`, else 1.37. */
  kubernetes?: KubernetesMinor
  /** Port of the API server on 127.0.0.1; default any free one. */
  port?: number
  /** Where the kubeconfig is written; default in the work folder, removed with it. */
  kubeconfig?: string
  /** Where the details for `attachControlPlane` are written; removed at the end. */
  stateFile?: string
  /** Default: worker-1, worker-2, worker-3, each in a zone of its own. */
  nodes?: NodeOptions[]
  /** How long pods stay on a node that is not ready; default 15. */
  tolerationSeconds?: number
  /** Milliseconds of a pod's start; default 300 until its status is posted, 1500 until it runs, 700 until it is ready. */
  podDelays?: Partial<Plan['podDelays']>
  /** One line for each thing that takes time. */
  progress?: (line: string) => void
}
export type StartedControlPlane = ControlPlane & { stop(): Promise<void> }

const defaultNodes: NodeOptions[] = ['a', 'b', 'c'].map((zone, index) => ({
  name: `worker-${index + 1}`,
  zone: `zone-${zone}`,
}))

/**
 * Starts a control plane: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, CoreDNS and one kwok a node,
 * in namespaces of their own. Resolves when every node is ready. It ends with `stop()`, and with this process
 * however this process ends.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<StartedControlPlane> {
  const progress = options.progress ?? (() => {})
  checkMachine()
  const minor = options.kubernetes ?? kubernetesMinor()
  const binaries = await ensureBinaries(minor, progress)
  const folder = await mkdtemp(join(tmpdir(), 'ordinal-'))
  const tokens = Object.fromEntries(
    ['admin', 'viewer', 'one-namespace', 'nobody', 'control-plane'].map((it) => [it, randomBytes(24).toString('hex')]),
  )
  const authority = makeCertificate({ name: 'ordinal-clients', authority: true })
  const certificate = (notAfter?: Date) =>
    makeCertificate({ name: 'certificate-admin', groups: ['system:masters'], issuer: authority, notAfter })
  const plan: Plan = {
    folder,
    kubernetes: kubernetesVersion(minor),
    binaries,
    nodes: (options.nodes ?? defaultNodes).map(planNode),
    tolerationSeconds: options.tolerationSeconds ?? 15,
    podDelays: { admit: 300, start: 1500, ready: 700, ...options.podDelays },
    tokens,
    clientAuthority: authority.cert,
    filesToRemove: [options.stateFile, options.kubeconfig].flatMap((it) => (it ? [resolvePath(it)] : [])),
  }
  const api = new Forwarder(join(folder, sockets.api))
  const dns = new Forwarder(join(folder, sockets.dns))
  const dnsByDatagram = new DatagramForwarder(join(folder, sockets.dns))
  const supervisor = await startSupervisor(
    plan,
    progress,
    (state) =>
      // While the API server is down its port refuses, as that of a machine without one does.
      void (state === 'running' ? api.listen() : api.close()).catch((error: unknown) => progress(String(error))),
  ).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  const stop = async () => {
    await supervisor.stop()
    await Promise.all([api.close(), dns.close()])
    dnsByDatagram.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const url = `https://127.0.0.1:${await api.listen(options.port)}`
    const dnsPort = await dns.listen()
    await dnsByDatagram.listen(dnsPort)
    const ca = await readFile(join(folder, 'certificates', 'apiserver.crt'), 'utf8')
    const kubeconfig = resolvePath(options.kubeconfig ?? join(folder, 'kubeconfig'))
    const text = kubeconfigText({
      url,
      ca,
      tokens,
      refusedUrl: 'https://127.0.0.1:1',
      certificates: { certificate: certificate(), 'expired-certificate': certificate(new Date(Date.now() - 60_000)) },
    })
    await writeFile(kubeconfig, text, { mode: 0o600 })
    const details: Details = {
      kubernetes: plan.kubernetes,
      folder,
      kubeconfig,
      url,
      ca,
      tokens,
      adminToken: tokens['admin'] ?? '',
      kubectlPath: binaries.kubectl,
      dnsAddress: `127.0.0.1:${dnsPort}`,
      controlSocket: join(folder, sockets.control),
      dnsSocket: join(folder, sockets.dns),
      pid: process.pid,
    }
    if (options.stateFile) {
      await mkdir(dirname(resolvePath(options.stateFile)), { recursive: true })
      await writeFile(options.stateFile, JSON.stringify(details, null, 2), { mode: 0o600 })
    }
    return Object.assign(new ControlPlane(details), { stop })
  } catch (error) {
    await stop()
    throw error
  }
}

function planNode(node: NodeOptions, index: number): NodePlan {
  if (index >= 16) throw new Error('At most 16 nodes: each has a sixteenth of 10.244.0.0/16.')
  return {
    name: node.name,
    zone: node.zone,
    kubelet: node.kubelet ?? 'kwok',
    address: `172.20.0.${11 + index}`,
    podCIDR: `10.244.${index * 16}.0/20`,
    kwokPort: 10260 + index,
  }
}

/** Refuses with what to do about it when the machine cannot hold a control plane. */
function checkMachine(): void {
  if (process.platform !== 'linux') throw new Error('The control plane needs Linux: it runs in namespaces.')
  const packages = { unshare: 'util-linux', ip: 'iproute2' }
  for (const [command, name] of Object.entries(packages)) {
    const { error } = spawnSync(command, ['-V'], { stdio: 'ignore' })
    if (error) throw new Error(`There is no \`${command}\`: install the package ${name}.`)
  }
  const { status, stderr } = spawnSync('unshare', ['-rnpf', '--kill-child', '--mount-proc', 'true'], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`This machine does not let a user make namespaces: ${stderr.trim()}`)
}

type Supervisor = { stop(): Promise<void> }

/** Starts process 1 of the namespaces and waits until it says that it is ready. */
async function startSupervisor(
  plan: Plan,
  progress: (line: string) => void,
  onApiServer: (state: 'running' | 'stopped') => void,
): Promise<Supervisor> {
  const program = join(plan.folder, 'supervisor.cjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'inside', 'main.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: program,
    logLevel: 'warning',
  })
  await writeFile(join(plan.folder, 'plan.json'), JSON.stringify(plan), { mode: 0o600 })
  // Detached: a Ctrl-C in the terminal is for this process, which then closes the supervisor's standard input.
  const child = spawn(
    'unshare',
    ['-rnpf', '--kill-child', '--mount-proc', process.execPath, program, join(plan.folder, 'plan.json')],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true, cwd: plan.folder },
  )
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-4000)))
  child.stdin.on('error', () => {})
  const stop = async () => {
    child.stdin.end()
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await gone
    clearTimeout(patience)
  }
  await new Promise<void>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      const it = JSON.parse(line) as Notice
      if (it.notice === 'progress') progress(it.text)
      else if (it.notice === 'api-server') onApiServer(it.state)
      else if (it.notice === 'ready') resolve()
      else void tailOfLogs(plan.folder).then((tail) => reject(new Error(`${it.text}\n${tail}`)))
    })
    child.on('error', reject)
    void gone.then(() => reject(new Error(`The control plane ended while it started. ${complaints.trim()}`)))
  }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { stop }
}

/** The last lines of the API server's log, for an error message. */
async function tailOfLogs(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'logs', 'kube-apiserver.log'), 'utf8').catch(() => '')
  return text.split('\n').slice(-6).join('\n')
}
