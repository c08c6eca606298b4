import { spawn } from 'node:child_process'
import path from 'node:path'
import { KubernetesClient } from '@/test/fixtures/kubernetes-client'
import { objectPath } from '@/test/fixtures/resource-paths'
import { attachControlPlane } from '@/tools/control-plane/attached'
import { eventually } from '@/tools/control-plane/eventually'
import { behaviourAnnotation } from '@/tools/control-plane/inside/protocol'
import { builtProgram, freePort } from '@/e2e/ordinal'
import type { Levers } from './cluster'

/** A cluster for the stories, and the environment that connects Ordinal to it. */
export type Target = {
  levers: Levers
  env: Record<string, string>
  /** The name of the context to look at, where there are several. */
  context?: string
  close: () => Promise<void>
}

/** The Playwright projects: the same stories, reached in three ways, and those that run with no other beside them. */
export const projects = ['kubeconfig', 'kubectl-proxy', 'alone', 'demo'] as const

/** One of the workers that share a cluster: its place among them, and how many they are. */
export type Share = { index: number; of: number }

/** Opens the cluster of a Playwright project for one of its workers. */
export function openTarget(project: string, share: Share = { index: 0, of: 1 }): Promise<Target> {
  if (project === 'kubeconfig' || project === 'alone') return openControlPlane('kubeconfig', share)
  if (project === 'kubectl-proxy') return openControlPlane('kubectl-proxy', share)
  if (project === 'demo') return openDemo()
  throw new Error(`no such project: ${project}`)
}

async function openControlPlane(way: 'kubeconfig' | 'kubectl-proxy', share: Share): Promise<Target> {
  const controlPlane = await attachControlPlane()
  const { nodes } = await controlPlane.status()
  const proxy = await controlPlane.startKubectlProxy()
  return {
    levers: {
      kind: 'real',
      api: proxy.url,
      nodes: nodes.filter((_, at) => at % share.of === share.index).map(({ name }) => name),
      kubectl: (args, input) => controlPlane.kubectl([...args], { input }),
      failNode: async (name, how) => void (await controlPlane.failNode(name, how)),
      recoverNode: async (name, how) => void (await controlPlane.recoverNode(name, how)),
      podBehaviour: async (namespace, pod, behaviour) =>
        void (await controlPlane.podBehaviour(namespace, pod, behaviour)),
    },
    env: way === 'kubeconfig' ? { KUBECONFIG: controlPlane.kubeconfig } : { ORDINAL_SERVER: proxy.url },
    ...(way === 'kubeconfig' ? { context: 'ordinal' } : {}),
    close: () => proxy.stop(),
  }
}

/** A demo cluster alone, at ordinary speed but with a short patience for silent nodes. */
export async function startDemo(more: readonly string[] = []): Promise<{ url: string; close: () => Promise<void> }> {
  const root = path.resolve(import.meta.dirname, '../..')
  const program = builtProgram('app', 'demo.mjs')
  const port = await freePort()
  const args = [program, '--port', String(port), '--node-monitor-grace', '10', ...more]
  const child = spawn(path.join(root, 'node_modules', '.bin', 'node'), args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  const api = new KubernetesClient({ url })
  await eventually('the demo cluster answers', 30, async () => (await api.call('GET', '/version')).status === 200)
  api.close()
  return {
    url,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** A demo cluster of its own, with its levers. */
async function openDemo(): Promise<Target> {
  const { url, close } = await startDemo()
  const api = new KubernetesClient({ url })
  const lever = async (body: object) => {
    await api.request('POST', '/ordinal.demo/levers', body)
  }
  return {
    levers: {
      kind: 'demo',
      api: url,
      nodes: null,
      kubectl: null,
      failNode: (name, how) => lever({ lever: how?.machine ? 'off' : 'silent', name }),
      recoverNode: (name, how) => lever({ lever: 'silent', name, undo: true, ...how }),
      // On this one pod, as on the real control plane: the demo's own lever would hold for every pod of the name.
      podBehaviour: async (namespace, pod, behaviour) => {
        const annotations = { [behaviourAnnotation]: behaviour }
        await api.patch(objectPath('pods', namespace, pod), { metadata: { annotations } })
      },
    },
    env: { ORDINAL_SERVER: url },
    close: async () => {
      api.close()
      await close()
    },
  }
}
