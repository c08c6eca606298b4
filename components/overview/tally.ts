import type { ResourceReports } from '@/lib/contract/stream'
import type { StatefulSetSummary } from '@/lib/statefulset/model/view'

/** What the sentence at the top of the overview counts. */
export type Tally = {
  sets: number
  /** Sets of which too little can be seen to call them well. */
  unknown: number
  /** Sets that are not all ready yet, and need nobody for that. */
  moving: number
  ordinals: number
  ready: number
}

export function tallyOf(summaries: readonly StatefulSetSummary[]): Tally {
  const tally: Tally = { sets: summaries.length, unknown: 0, moving: 0, ordinals: 0, ready: 0 }
  for (const summary of summaries) {
    tally.ordinals += summary.desired
    tally.ready += summary.ready
    // A set of no replicas shows no ordinal that could be unknown, and its view may have failed all the same.
    const unseen =
      summary.waitingFor?.reason === 'view-failed' || summary.ordinals.some(([, state]) => state === 'unknown')
    if (summary.needs.length === 0 && unseen) tally.unknown += 1
    else if (summary.needs.length === 0 && summary.ready < summary.desired) tally.moving += 1
  }
  return tally
}

/** What must have been listed before "all is well" or "there is none" may be said. */
export function settled(kinds: ResourceReports): 'yes' | 'reading' | 'forbidden' {
  const { statefulsets, pods } = kinds
  if (statefulsets.state === 'forbidden' && !statefulsets.only) return 'forbidden'
  return statefulsets.state === 'catching-up' || pods.state === 'catching-up' ? 'reading' : 'yes'
}
