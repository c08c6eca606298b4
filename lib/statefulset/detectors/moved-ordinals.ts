import { proof } from '@/lib/statefulset/explain/proof'
import { isMember } from '@/lib/statefulset/model/ownership'
import type { Detection, DetectorInput, Runbook } from './detector'

/** The range was moved up, and pods or claims of the ordinals below are still there. */
function detect({ objects, setIndex }: DetectorInput): Detection {
  const { set } = objects
  if (set.spec.ordinalsStart === 0) return null
  const below = new Set<number>()
  for (const [ordinal, { claimed }] of setIndex.pods)
    if (ordinal < setIndex.first && isMember(claimed)) below.add(ordinal)
  for (const ordinal of setIndex.claims.keys()) if (ordinal < setIndex.first) below.add(ordinal)
  if (below.size === 0) return null
  const ordinals = [...below].toSorted((a, b) => a - b)
  return {
    params: { start: set.spec.ordinalsStart, count: ordinals.length },
    ordinals,
    since: null,
    proof: [proof('StatefulSet', set.metadata, 'spec.ordinals.start', set.spec.ordinalsStart)],
  }
}

export const movedOrdinals: Runbook = { id: 'moved-ordinals', alias: 'R34', severity: 'info', detect }
