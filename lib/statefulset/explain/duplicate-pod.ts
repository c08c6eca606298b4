import type { Node } from '@/lib/statefulset/model/objects'
import { condition } from '@/lib/statefulset/model/pod-status'

/**
 * The risk of two pods of one name: a pod whose object went while nobody could confirm that its containers stopped.
 * They may still run beside the replacement, and nothing in the API can show it. The risk is over only when the machine
 * is known to have stopped. An object that is gone says nothing of the machine behind it.
 */

/** What is remembered of such a pod. `bootID` is its node's at the time; null when it was not told. */
export type LostPod = {
  namespace: string
  set: string
  ordinal: number
  pod: string
  uid: string
  /** The node that the pod ran on; null when it was never bound, and then nothing can be running. */
  node: string | null
  nodeUid: string | null
  bootID: string | null
  /** When the object went, RFC 3339. */
  at: string
  /** Since when there is nothing to warn of, as long as neither its node nor its set comes back; null while there is. */
  closedAt: string | null
}

export type TwinRisk = {
  /** `open` it has to be shown · `closed` not as long as this stays so · `over` for good. */
  state: 'open' | 'closed' | 'over'
  /**
   * `never-ran` the pod was not bound to a node · `rebooted` another boot id · `node-gone` the Node object does not
   * exist · `out-of-service` a person says that the machine is off · `same-boot` the node answers and has not rebooted ·
   * `silent` the node has not come back · `no-boot-id` the node is back and does not say whether it rebooted ·
   * `unseen` Nodes may not be listed.
   */
  reason: 'never-ran' | 'rebooted' | 'node-gone' | 'out-of-service' | 'same-boot' | 'silent' | 'no-boot-id' | 'unseen'
}

/** A closed record is kept for as long as a machine may take to come back. */
export const keptClosedMs = 24 * 3_600_000

/**
 * Whether two pods of the recorded name may still exist. `node` is the node of the record's name as it is now,
 * undefined when there is none; `known` is false when Nodes may not be listed.
 */
export function twinRisk(record: LostPod, node: Node | undefined, known: boolean): TwinRisk {
  if (record.node === null) return { state: 'over', reason: 'never-ran' }
  // Who sees the nodes may have closed it.
  if (!known) return { state: record.closedAt === null ? 'open' : 'closed', reason: 'unseen' }
  if (node === undefined) return { state: 'closed', reason: 'node-gone' }
  const { bootID } = node.status
  const told = record.bootID !== null && record.bootID !== '' && bootID !== null && bootID !== ''
  if (told && bootID !== record.bootID) return { state: 'over', reason: 'rebooted' }
  if (!isReady(node)) {
    const off = node.spec.taints.some((taint) => taint.key === 'node.kubernetes.io/out-of-service')
    return off ? { state: 'closed', reason: 'out-of-service' } : { state: 'open', reason: 'silent' }
  }
  // A kubelet whose Node object was deleted makes a new one: the same boot id is then the same running machine.
  return { state: 'open', reason: told ? 'same-boot' : 'no-boot-id' }
}

/**
 * The record with what its node tells of the time at which the pod was lost. What a silent node's object says was
 * written before it fell silent.
 */
export function withBootOf(record: LostPod, node: Node | undefined): LostPod {
  if (node === undefined || isReady(node) || record.bootID !== null) return record
  if (record.nodeUid !== null && record.nodeUid !== node.metadata.uid) return record
  const { bootID } = node.status
  return bootID === null || bootID === '' ? record : { ...record, nodeUid: node.metadata.uid, bootID }
}

const isReady = (node: Node) => condition(node.status.conditions, 'Ready')?.status === 'True'
