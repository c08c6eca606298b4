/*
 * The supervisor: process 1 of the control plane's own namespaces. It starts every program, answers for the pods and
 * the kubelets, obeys the control socket, and ends everything when its parent closes its standard input.
 */
import { readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterObjects, nodeObject } from './cluster-objects'
import { controlPlanePrograms } from './control-plane-programs'
import { serveControls } from './control-server'
import { writeFiles } from './files'
import { Kubernetes, RequestError } from './kubernetes'
import { KubiaApp } from './kubia-app'
import { Machine } from './machines'
import { connectMachine, openNetwork } from './network'
import { Pods } from './pods'
import { Provisioner } from './provisioner'
import { sockets, type Notice, type Plan, type Status } from './protocol'

const plan = JSON.parse(readFileSync(process.argv[2] ?? 'plan.json', 'utf8')) as Plan
const programs = controlPlanePrograms(plan)
const kubernetes = new Kubernetes(plan.tokens['control-plane'] ?? '')
const machines: Machine[] = []
let stopping = false

function tell(notice: Notice): void {
  process.stdout.write(`${JSON.stringify(notice)}\n`)
}

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  const all = [...Object.values(programs), ...machines]
  await Promise.all(all.map((it) => it.stop('SIGKILL')))
  for (const file of plan.filesToRemove) await rm(file, { force: true })
  await rm(plan.folder, { recursive: true, force: true, maxRetries: 3 })
  process.exit(0)
}

/** Asks again until the work succeeds; says what was wrong when `seconds` are over, or etcd or the API server give up. */
async function until<T>(what: string, seconds: number, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const dead = [programs.etcd, programs.apiServer].find((it) => it.endings >= 3)
      if (dead) throw new Error(`${what}: ${dead.name} ended three times`)
      if (Date.now() > deadline) throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      await sleep(100)
    }
  }
}

const apiServerReady = () =>
  until('kube-apiserver is not ready', 120, () => kubernetes.request<string>('GET', '/readyz'))

/** A Unix socket in the work folder that leads to a port in here: paths cross the network namespace. */
function openDoor(name: string, port: number): Promise<void> {
  const server = createServer((near) => {
    const far: Socket = connect(port, '127.0.0.1')
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  return new Promise((resolve) => server.listen(join(plan.folder, name), resolve))
}

const controls = {
  status: (): Status => ({
    kubernetes: plan.kubernetes,
    apiServer: programs.apiServer.running ? 'running' : 'stopped',
    nodes: machines.map((it) => it.state),
    programs: [
      ...Object.values(programs).map(({ name, pid }) => ({ name, pid })),
      ...machines.map((it) => ({ name: `kwok-${it.node.name}`, pid: it.pid })),
    ],
  }),
  async apiServer(action: 'start' | 'stop' | 'kill'): Promise<void> {
    if (action === 'start') {
      programs.apiServer.start()
      await apiServerReady()
      tell({ notice: 'api-server', state: 'running' })
    } else {
      tell({ notice: 'api-server', state: 'stopped' })
      await programs.apiServer.stop(action === 'kill' ? 'SIGKILL' : 'SIGTERM')
    }
  },
  machine: (name: string) => machines.find((it) => it.node.name === name),
  stop,
}

async function start(): Promise<void> {
  await openNetwork()
  await writeFiles(plan)
  for (const node of plan.nodes) await connectMachine(node)
  tell({ notice: 'progress', text: 'starting etcd and kube-apiserver' })
  programs.etcd.start()
  programs.apiServer.start()
  await apiServerReady()
  await Promise.all([openDoor(sockets.api, 6443), openDoor(sockets.dns, 53)])
  tell({ notice: 'progress', text: 'starting the controllers, CoreDNS and the kubelets' })
  programs.controllerManager.start()
  programs.scheduler.start()
  programs.coredns.start()
  await until('namespace kube-system', 60, () => kubernetes.request('GET', '/api/v1/namespaces/kube-system'))
  for (const [collection, object] of [...clusterObjects, ...plan.nodes.map((it) => nodeObject(it, randomUUID()))])
    await until(`creating ${collection}`, 60, () => kubernetes.ensure(collection, object))

  const pods = new Pods(kubernetes)
  const app = new KubiaApp(pods, new Provisioner(kubernetes))
  await app.start()
  const [key, cert] = await Promise.all(
    ['apiserver.key', 'apiserver.crt'].map((name) => readFile(join(plan.folder, 'certificates', name), 'utf8')),
  )
  for (const node of plan.nodes) {
    const machine = new Machine(node, plan, kubernetes, pods, app, { key: key ?? '', cert: cert ?? '' })
    machines.push(machine)
    await machine.start()
  }
  await serveControls(plan.folder, controls, kubernetes)
  await until('the default service account', 60, () =>
    kubernetes.request('GET', '/api/v1/namespaces/default/serviceaccounts/default'),
  )
  await until('nodes are not ready', 60, nodesReady)
  tell({ notice: 'ready' })
}

async function nodesReady(): Promise<void> {
  type Node = { metadata: { name: string }; spec: { taints?: unknown[] } }
  const { items } = await kubernetes.request<{ items: Node[] }>('GET', '/api/v1/nodes')
  const late = items.filter((it) => it.spec.taints?.length).map((it) => it.metadata.name)
  if (late.length > 0) throw new RequestError(503, late.join(', '))
}

process.stdout.on('error', () => {}) // The parent is gone; the end of standard input says so too.
process.stdin.on('end', () => void stop())
process.stdin.on('error', () => void stop())
process.stdin.resume()
process.on('SIGTERM', () => void stop())
process.on('SIGINT', () => void stop())
process.on('unhandledRejection', (error) => tell({ notice: 'progress', text: `fault: ${String(error)}` }))
start().catch((error: unknown) => {
  tell({ notice: 'failed', text: error instanceof Error ? error.message : String(error) })
})
