import { compareNames } from './natural-order'

/**
 * What the scheduler says of a pod that it cannot place, read by the scheduler's own constants, once for state and
 * sentence. Sources: k8s pkg/scheduler/framework/types.go (FitError), pkg/scheduler/framework/plugins/names and the
 * `ErrReason` constants of the plugins; 1.34 to 1.37.
 */

/** Why nodes do not fit, each a kind of its own for whoever mends it. */
export type Misfit =
  | 'free-volume'
  | 'volume-zone'
  | 'volume-limit'
  | 'volume-used'
  | 'storage'
  | 'resources'
  | 'taint'
  | 'affinity'
  | 'neighbours'
  | 'spread'
  | 'cordoned'
  | 'ports'
  | 'other'

const constants: readonly (readonly [string, Misfit])[] = [
  // volumebinding
  ["node(s) didn't find available persistent volumes to bind", 'free-volume'],
  ["node(s) didn't match PersistentVolume's node affinity", 'volume-zone'],
  ['node(s) had volume node affinity conflict', 'volume-zone'],
  ['node(s) did not have enough free storage', 'storage'],
  // volumezone
  ['node(s) had no available volume zone', 'volume-zone'],
  // nodevolumelimits
  ['node(s) exceed max volume count', 'volume-limit'],
  // volumerestrictions
  ['node(s) had no available disk', 'volume-used'],
  ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode', 'volume-used'],
  // noderesources
  ['Insufficient ', 'resources'],
  ['Too many pods', 'resources'],
  ['cannot allocate all claims', 'resources'],
  // tainttoleration, nodeunschedulable
  ['node(s) had untolerated taint', 'taint'],
  ['node(s) were unschedulable', 'cordoned'],
  // nodeaffinity, nodename
  ["node(s) didn't match Pod's node affinity/selector", 'affinity'],
  ["node(s) didn't match scheduler-enforced node affinity", 'affinity'],
  ["node(s) didn't match the requested node name", 'affinity'],
  // interpodaffinity
  ["node(s) didn't match pod affinity rules", 'neighbours'],
  ["node(s) didn't match pod anti-affinity rules", 'neighbours'],
  ["node(s) didn't satisfy existing pods anti-affinity rules", 'neighbours'],
  // podtopologyspread
  ["node(s) didn't match pod topology spread constraints", 'spread'],
  // nodeports
  ["node(s) didn't have free ports for the requested pod ports", 'ports'],
]

export type Placement = {
  /** How many nodes there are; null when the text is not the scheduler's count of nodes. */
  nodes: number | null
  /** Nodes by why they do not fit. */
  misfits: ReadonlyMap<Misfit, number>
  /** What there is too little of, as the nodes' resource names. */
  resources: readonly string[]
  /** Claims keep the pod back before any node is looked at: unbound, not found, being deleted, lost. */
  claims: boolean
  /** Other pods are being evicted to make room. */
  preempting: boolean
}

/** Before nodes are looked at, claims are (volumebinding and volumerestrictions PreFilter). */
const ofClaims =
  /pod has unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]*" (not found|is being deleted|bound to non-existent persistentvolume)|waiting for ephemeral volume controller to create the persistentvolumeclaim/

/** The condition's message as counts of nodes. */
export function placementOf(message: string): Placement {
  const [filtered = ''] = message.split(/\.? preemption: /)
  const preempting = /preemption: found a potential placement/.test(message)
  const head = /^0\/(\d+) nodes are available(?:: (.*?))?\.?$/s.exec(filtered.trim())
  const misfits = new Map<Misfit, number>()
  const resources = new Set<string>()
  for (const part of (head?.[2] ?? '').split(/,\s+(?=\d+ )/)) {
    const counted = /^(\d+) (.+)$/s.exec(part.trim())
    if (counted?.[2] === undefined) continue
    const text = counted[2]
    const kind = constants.find(([constant]) => text.startsWith(constant))?.[1] ?? 'other'
    misfits.set(kind, (misfits.get(kind) ?? 0) + Number(counted[1]))
    if (kind === 'resources') resources.add(/^Insufficient (\S+)/.exec(text)?.[1] ?? 'pods')
  }
  return {
    nodes: head === null ? null : Number(head[1]),
    misfits,
    resources: [...resources].toSorted(compareNames),
    claims: ofClaims.test(filtered),
    preempting,
  }
}
