import type { SetObjects } from '@/lib/statefulset/model/objects'
import type { KubernetesClient } from '@/test/fixtures/kubernetes-client'
import type { Manifest } from './manifests'

/** What a situation may use to arise. */
export type Stage = {
  api: KubernetesClient
  /** Waits until the objects of the situation's set are so. */
  until: (holds: (objects: SetObjects) => boolean, what: string) => Promise<void>
  /** Stops a node's kubelet for good. */
  failNode: (node: string) => Promise<void>
}

/** A situation that a runbook is about, as it comes about on a real control plane. */
export type Situation = {
  set: string
  namespace?: string
  /** What exists at first. */
  manifests: Manifest[]
  /** True when the near miss is reached. */
  calm: (objects: SetObjects) => boolean
  /** What brings the situation about. */
  act: (stage: Stage) => Promise<void>
  /** True when the situation has arisen. */
  arisen: (objects: SetObjects) => boolean
  /** Seconds by which the clock is ahead when the objects are judged. */
  ahead?: number
  params?: Record<string, string | number>
  /** No near miss of its own. */
  alone?: boolean
  /** It takes a node from the others, and so comes after them. */
  takesNode?: boolean
}
