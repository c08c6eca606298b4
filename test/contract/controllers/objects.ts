import type { Json } from '@/test/fixtures/kubernetes-client'

/** The parts of Kubernetes objects that the scenarios read. */

export type Meta = {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[]
  finalizers?: string[]
}
export type Condition = { type: string; status: string; reason?: string }
export type Obj = Json & {
  kind: string
  metadata: Meta
  spec?: Json & { nodeName?: string; replicas?: number; volumeName?: string }
  status?: Json & { phase?: string; conditions?: Condition[] }
  revision?: number
}
