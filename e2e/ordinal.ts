import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { installedPackage } from './installed-package'
import { api, type Route } from '@/lib/contract/routes'

const root = path.resolve(import.meta.dirname, '..')

/** A program of the last build of the app, or of the demo cluster alone. */
export function builtProgram(kind: 'app' | 'demo', file: 'server.mjs' | 'demo.mjs'): string {
  const current = path.join(root, 'dist', `${kind}.current`)
  if (!existsSync(current)) throw new Error(`${current} is missing: run "node start.mjs --build-only" first`)
  return path.join(root, 'dist', readFileSync(current, 'utf8'), file)
}

export type Ordinal = {
  url: string
  pid: number
  /** Everything that it has printed so far: its journal is in here, one JSON line an entry. */
  output: () => string
  /** Ends it with SIGTERM; answers how long it took, in milliseconds. */
  stop: () => Promise<number>
}

/** What an address of its API answers, with the type that the address promises. Throws when it is refused. */
export async function readApi<Answer>({ url }: Pick<Ordinal, 'url'>, route: Route<Answer>): Promise<Answer> {
  const response = await fetch(url + route)
  if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}

/** A port on loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

const quiet = {
  KUBECONFIG: '/dev/null',
  ORDINAL_CHANGES_PER_MINUTE: '100000',
  ORDINAL_STATE: path.join(tmpdir(), `ordinal-tests-${process.pid}`),
}

/**
 * Starts the built app, or the installed package where there is one, as its users do, with the given environment, and waits until it serves.
 * Nothing of the caller's own Kubernetes configuration reaches it; tests press more buttons in a minute than people.
 */
export async function startOrdinal(env: Record<string, string>): Promise<Ordinal> {
  const installed = installedPackage()
  const start = installed ?? {
    node: path.join(root, 'node_modules', '.bin', 'node'),
    program: builtProgram('app', 'server.mjs'),
    cwd: root,
    user: {},
  }
  const port = await freePort()
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(KUBE|ORDINAL_|READ_ONLY|PORT$|HOST$)/.test(name)),
  )
  const child: ChildProcess = spawn(start.node, [start.program], {
    ...start.user,
    cwd: start.cwd,
    env: { ...inherited, NODE_ENV: 'production', ...quiet, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + 60_000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Ordinal ended with ${child.exitCode}:\n${output}`)
    const healthy = await fetch(url + api.health()).then(
      (response) => response.ok,
      () => false,
    )
    if (healthy) break
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`Ordinal did not serve within a minute:\n${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    stop: async () => {
      const begun = Date.now()
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await exited
      clearTimeout(late)
      return Date.now() - begun
    },
  }
}
