import type { OrdinalView, StatefulSetView, Waiting } from './view'

/** The lowest ordinal that is missing, terminating or not available: what the set waits for, as far as rows tell. */
export function waitingFor(view: StatefulSetView): Waiting | null {
  if (view.deletionTimestamp !== null)
    return {
      ordinal: null,
      reason: 'set-deleting',
      params: {},
      message: 'The set is being deleted; its pods are removed in no order.',
      since: view.deletionTimestamp,
      blocks: [],
    }
  for (const row of view.ordinals) {
    const waiting = row.inRange ? ofRow(view, row) : null
    if (waiting !== null) return waiting
  }
  const surplus = view.ordinals.findLast((row) => !row.inRange && row.pod !== null && row.pod.owned)
  return surplus === undefined ? null : of(surplus, 'surplus', `${surplus.name} is still to be removed.`)
}

function ofRow(view: StatefulSetView, row: OrdinalView): Waiting | null {
  if (row.state === 'unknown') return null
  if (row.pod === null) return of(row, 'missing', `${row.name} does not exist yet.`)
  if (!row.pod.owned) return of(row, 'name-taken', `The name ${row.name} is taken by a pod of another owner.`)
  if (row.pod.deletionTimestamp !== null) return of(row, 'terminating', `${row.name} is terminating.`)
  if (!row.pod.ready || row.pod.phase !== 'Running') return of(row, 'not-ready', `${row.name} is not ready.`)
  if (row.state === 'settling')
    return of(row, 'not-available', `${row.name} is ready and not yet available.`, {
      seconds: view.spec.minReadySeconds,
    })
  return null
}

function of(row: OrdinalView, reason: string, message: string, params: Waiting['params'] = {}): Waiting {
  return {
    ordinal: row.ordinal,
    reason,
    params: { pod: row.name, ...params },
    message,
    since: row.since,
    blocks: [],
  }
}
