import { startingSeconds } from '@/lib/statefulset/model/ordinal-state'
import { millis } from '@/lib/statefulset/model/time'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

/** A pod cannot start, because its volume is still attached to the node where it was before. */
function detect({ explained, now }: DetectorInput): Detection {
  const found = explained.pass.replicas.flatMap(({ name, ordinal }) => {
    const cause = explained.causes.get(ordinal)
    return cause?.reason === 'volume-elsewhere' ? [{ name, ordinal, cause }] : []
  })
  const [first] = found
  if (first === undefined) return null
  // A pod that moves waits a moment for its volume. The attach controller says so once, however long it takes.
  const lasts = Math.min(...found.map(({ cause }) => millis(cause.since) ?? 0)) + startingSeconds * 1000
  if (now < lasts) return { until: lasts }
  return {
    params: {
      pods: listed(found.map(({ name }) => name)),
      count: found.length,
    },
    ordinals: found.map(({ ordinal }) => ordinal),
    since: first.cause.since,
    proof: found.slice(0, 5).flatMap(({ cause }) => cause.proof),
  }
}

export const volumeElsewhere: Runbook = {
  id: 'volume-elsewhere',
  alias: 'R03',
  severity: 'critical',
  explains: ['volume-elsewhere'],
  detect,
}
