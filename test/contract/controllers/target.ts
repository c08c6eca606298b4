import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { attachControlPlane } from '@/tools/control-plane/attached'

/** A cluster that the scenarios run on, by URL. */
export type Target = {
  name: 'demo' | 'real'
  url: string
  /** host:port of the cluster's DNS. */
  dns: string
  /** Milliseconds without a change after which the cluster counts as at rest. */
  quiet: number
  close: () => Promise<void>
}

/** Which clusters: ORDINAL_CONTRACT_TARGET, or both when a control plane is running and the demo alone otherwise. */
export function targetNames(): ('demo' | 'real')[] {
  const asked = process.env.ORDINAL_CONTRACT_TARGET ?? 'default'
  if (asked === 'demo' || asked === 'real') return [asked]
  const state = process.env.ORDINAL_CONTROL_PLANE
  const running = state !== undefined && existsSync(state)
  if (asked === 'both' || running) return ['demo', 'real']
  return ['demo']
}

export const openTarget = (name: 'demo' | 'real'): Promise<Target> => (name === 'demo' ? openDemo() : openReal())

async function openDemo(): Promise<Target> {
  const root = path.resolve(import.meta.dirname, '../../..')
  const tsx = path.join(root, 'node_modules', '.bin', 'tsx')
  const program = path.join(root, 'lib', 'demo', 'main.ts')
  const child = spawn(tsx, [program, '--port', '0', '--empty'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url, dns] = await new Promise<[string, string]>((resolve, reject) => {
    let server = ''
    child.once('exit', () => reject(new Error('the demo cluster did not start')))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = /^listening (\S+)/.exec(line)
      if (match?.[1]) server = match[1]
      const names = /^dns (\S+)/.exec(line)
      if (names?.[1]) resolve([server, names[1]])
    })
  })
  return {
    name: 'demo',
    url,
    dns,
    quiet: 900,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function openReal(): Promise<Target> {
  const controlPlane = await attachControlPlane()
  const proxy = await controlPlane.startKubectlProxy()
  return { name: 'real', url: proxy.url, dns: controlPlane.dnsAddress, quiet: 1800, close: () => proxy.stop() }
}
