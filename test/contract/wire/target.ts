import { existsSync } from 'node:fs'
import { attachControlPlane } from '@/tools/control-plane/attached'
import { createDemoCluster } from '@/lib/demo/cluster'
import { createStorageClasses } from '@/lib/demo/examples'

/** A Kubernetes API by URL. */
export type Target = {
  name: TargetName
  url: string
  /** Bearer token; '' where nobody is asked who he is. */
  token: string
  /** PEM of the authority behind the server's certificate; '' for plain HTTP. */
  ca: string
  close: () => Promise<void>
}
export type TargetName = 'demo' | 'real'

/** Which clusters: ORDINAL_CONTRACT_TARGET, or both when a control plane is running and the demo alone otherwise. */
export function targetNames(): TargetName[] {
  const asked = process.env.ORDINAL_CONTRACT_TARGET ?? 'default'
  if (asked === 'demo' || asked === 'real') return [asked]
  const state = process.env.ORDINAL_CONTROL_PLANE
  const running = state !== undefined && existsSync(state)
  return asked === 'both' || running ? ['demo', 'real'] : ['demo']
}

export async function openTarget(name: TargetName): Promise<Target> {
  if (name === 'demo') {
    const cluster = createDemoCluster({ speed: 2 })
    createStorageClasses(cluster.operations)
    return { name, url: await cluster.listen(), token: '', ca: '', close: () => cluster.stop() }
  }
  const controlPlane = await attachControlPlane()
  return { name, url: controlPlane.url, token: controlPlane.adminToken, ca: controlPlane.ca, close: async () => {} }
}
