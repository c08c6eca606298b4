import type { Node } from '@/lib/statefulset/model/objects'

/**
 * Twin risk: after a force delete the old containers may still run beside the replacement, and nothing in the API can
 * show it. The risk is over only when the old machine is known to have stopped: its Node object is gone, or it came
 * back with another boot id.
 */

/** What is remembered of a force delete. `bootID` is the old node's at the time; null when it was not told. */
export type ForceDelete = {
  namespace: string
  set: string
  ordinal: number
  pod: string
  uid: string
  /** The node that the pod ran on; null when it was never bound, and then nothing can be running. */
  node: string | null
  nodeUid: string | null
  bootID: string | null
  /** RFC 3339. */
  at: string
}

export type TwinRisk = {
  open: boolean
  /**
   * `never-ran` the pod was not bound to a node · `node-gone` · `node-replaced` another Node object has the name ·
   * `rebooted` another boot id · `same-boot` the node answers and has not rebooted · `silent` the node has not come
   * back · `no-boot-id` the node is back and does not say whether it rebooted · `unseen` Nodes may not be listed.
   */
  reason: 'never-ran' | 'node-gone' | 'node-replaced' | 'rebooted' | 'same-boot' | 'silent' | 'no-boot-id' | 'unseen'
}

/**
 * Whether two pods of the recorded name may still exist. `node` is the node of the record's name as it is now,
 * undefined when there is none; `known` is false when Nodes may not be listed.
 */
export function twinRisk(record: ForceDelete, node: Node | undefined, known: boolean): TwinRisk {
  if (record.node === null) return { open: false, reason: 'never-ran' }
  if (!known) return { open: true, reason: 'unseen' }
  if (node === undefined) return { open: false, reason: 'node-gone' }
  const ready = node.status.conditions.some((each) => each.type === 'Ready' && each.status === 'True')
  const { bootID } = node.status
  const told = record.bootID !== null && record.bootID !== '' && bootID !== null && bootID !== ''
  if (told && bootID !== record.bootID) return { open: false, reason: 'rebooted' }
  // A kubelet whose Node object was deleted makes a new one: the same boot id is then the same running machine.
  const replaced = record.nodeUid !== null && node.metadata.uid !== record.nodeUid
  if (replaced && !told) return { open: false, reason: 'node-replaced' }
  if (!ready) return { open: true, reason: 'silent' }
  return { open: true, reason: told ? 'same-boot' : 'no-boot-id' }
}
