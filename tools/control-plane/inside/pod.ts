import type { KubeObject } from './kubernetes'

/** The fields of a pod that its kubelet reads. */
export type Pod = KubeObject & {
  spec: {
    nodeName?: string
    subdomain?: string
    containers: { name: string; image: string }[]
    volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[]
  }
  status: {
    phase?: string
    podIP?: string
    containerStatuses?: {
      name: string
      restartCount: number
      ready: boolean
      state?: {
        running?: { startedAt: string }
        terminated?: { exitCode: number }
        waiting?: { reason: string }
      }
    }[]
  }
}
