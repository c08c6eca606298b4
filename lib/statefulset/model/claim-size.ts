import type { Claim, Condition } from './objects'
import { condition } from './pod-status'
import { quantity } from './quantity'

/**
 * Where a claim stands between the size, or the class of attributes, that it asks for and the one that it has.
 * Sources: k8s staging/src/k8s.io/api/core/v1/types.go (PersistentVolumeClaimConditionType, ClaimResourceStatus,
 * PersistentVolumeClaimModifyVolumeStatus), pkg/volume/util/resize_util.go, KEP-1790, KEP-3751.
 */
export type ClaimChange = {
  /**
   * `failed`: an attempt ended in an error and is made again. `infeasible`: nobody tries again before the claim is
   * changed. `node`: the volume has grown, and its file system does when a node mounts it. `running`: under way.
   * `asked`: nobody has begun.
   */
  state: 'failed' | 'infeasible' | 'node' | 'running' | 'asked'
  of: 'size' | 'attributes'
  /** The condition that says so; null where only a status, or the sizes alone, do. */
  condition: Condition | null
}

/** True while the claim asks for more than it has. */
export function isGrowing({ spec, status }: Claim): boolean {
  if (spec.requested === status.capacity) return false
  const asked = quantity(spec.requested)
  const has = quantity(status.capacity)
  return status.phase === 'Bound' && asked !== null && has !== null && asked > has
}

/** What is under way or stands still with the claim; null where it has what it asks for. */
export function claimChange(claim: Claim): ClaimChange | null {
  const changes = [
    isGrowing(claim) || claim.status.resizing !== null ? sizeChange(claim) : null,
    attributesChange(claim),
  ]
  return (
    changes.find((each) => each !== null && each.state !== 'running') ?? changes.find((each) => each !== null) ?? null
  )
}

function sizeChange({ status: { conditions, resizing } }: Claim): ClaimChange {
  const holds = (type: string) => whatHolds(conditions, type)
  const error = holds('ControllerResizeError') ?? holds('NodeResizeError')
  const change = (state: ClaimChange['state'], because: Condition | null) =>
    ({ state, of: 'size', condition: because }) as const
  // Before 1.31 a resize that cannot be done was called Failed.
  if (/(Infeasible|Failed)$/.test(resizing ?? '')) return change('infeasible', error)
  if (error !== null) return change('failed', error)
  const waits = holds('FileSystemResizePending')
  if (waits !== null || resizing === 'NodeResizePending') return change('node', waits)
  const runs = holds('Resizing')
  return runs !== null || resizing !== null ? change('running', runs) : change('asked', null)
}

function attributesChange({ status: { conditions, modifying } }: Claim): ClaimChange | null {
  const error = whatHolds(conditions, 'ModifyVolumeError')
  const runs = whatHolds(conditions, 'ModifyingVolume')
  if (modifying === 'Infeasible') return { state: 'infeasible', of: 'attributes', condition: error ?? runs }
  if (error !== null) return { state: 'failed', of: 'attributes', condition: error }
  if (runs !== null || modifying === 'InProgress') return { state: 'running', of: 'attributes', condition: runs }
  return modifying === null ? null : { state: 'asked', of: 'attributes', condition: null }
}

function whatHolds(conditions: readonly Condition[], type: string): Condition | null {
  const found = condition(conditions, type)
  return found?.status === 'True' ? found : null
}
