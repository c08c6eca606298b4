/**
 * What the two sides of the control plane say to each other: the process that a person or a test runs, and the
 * supervisor inside the namespace. JSON over HTTP on a Unix socket.
 */

/** What a pod does when it runs. `manual` leaves its status to whoever patches it. */
export const behaviours = [
  'healthy',
  'unready',
  'crash',
  'image-error',
  'fail',
  'evict',
  'succeed',
  'ignore-sigterm',
  'manual',
] as const
export type Behaviour = (typeof behaviours)[number]

/** The annotation that chooses it, on a pod (works at once) or in a set's template (for every pod of it). */
export const behaviourAnnotation = 'ordinal.local/behaviour'
/** How long a pod takes to stop, as a Go duration; never longer than its grace period. */
export const stopAnnotation = 'ordinal.local/stop'
/** The boot id that the node should report; changed by a reboot. */
export const bootAnnotation = 'ordinal.local/boot-id'

/** `none`: the node is kept alive, and its pods' status is left to the test. */
export type Kubelet = 'kwok' | 'none'

export type NodePlan = {
  name: string
  zone: string
  kubelet: Kubelet
  /** The address the node reports, and where its kubelet listens. */
  address: string
  podCIDR: string
  /** Where this node's kwok listens on loopback. */
  kwokPort: number
}

/** Everything the supervisor needs to start, written to `plan.json` in the work folder. */
export type Plan = {
  folder: string
  kubernetes: string
  binaries: Record<string, string>
  nodes: NodePlan[]
  tolerationSeconds: number
  /** Milliseconds: from bound to a node until the status is posted, until it runs, until it is ready. */
  podDelays: { admit: number; start: number; ready: number }
  tokens: Record<string, string>
  /** PEM of the authority whose client certificates the API server accepts. */
  clientAuthority: string
  /** Files outside the work folder that go with it, however the parent ends. */
  filesToRemove: string[]
}

export type NodeState = {
  name: string
  zone: string
  address: string
  podCIDR: string
  kubelet: 'running' | 'stopped'
  machine: 'reachable' | 'unreachable'
}
export type Status = {
  kubernetes: string
  apiServer: 'running' | 'stopped'
  nodes: NodeState[]
  programs: { name: string; pid: number | null }[]
}

/** Lines that the supervisor prints for its parent, one JSON object each. */
export type Notice =
  | { notice: 'progress'; text: string }
  | { notice: 'ready' }
  | { notice: 'api-server'; state: 'running' | 'stopped' }
  | { notice: 'failed'; text: string }

/** Sockets in the work folder. A path socket is reachable from outside the network namespace. */
export const sockets = { api: 'api.sock', dns: 'dns.sock', control: 'control.sock' } as const
