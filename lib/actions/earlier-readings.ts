import 'server-only'
import type { Lease } from '@/lib/cluster/lease'
import { perProcess } from '@/lib/per-process'
import type { LeaseReading } from '@/lib/statefulset/explain/evidence'
import type { Node, Pod } from '@/lib/statefulset/model/objects'

/**
 * What earlier readings of a dialog showed, for what only a second reading can tell: whether a lease moves, and whether
 * a node has rebooted since. Kept in the process, forgotten after a while.
 */
type Renewals = { renewTime: string | null; firstMs: number; lastMs: number; movedMs: number | null }
type Boot = { bootID: string | null; lastMs: number }
type Readings = { renewals: Map<string, Renewals>; boots: Map<string, Boot> }

const earlier = perProcess<Readings>('earlier-readings', () => ({ renewals: new Map(), boots: new Map() }))

/** Renew times that differ over a longer time than this do not tell that its holder lives now. */
const comparableMs = 40_000
const keptMs = 15 * 60_000

/** What this reading of the Lease (null: there is none) of a node or a controller says beside those before it. */
export function leaseReading(
  server: string,
  holder: string,
  lease: Lease | null,
  nowMs: number = performance.now(),
): LeaseReading {
  forget(earlier.renewals, nowMs)
  const name = `${server} ${holder}`
  const renewTime = lease?.renewTime ?? null
  const before = earlier.renewals.get(name)
  const same = before !== undefined && before.renewTime === renewTime
  const moved = before !== undefined && !same && nowMs - before.lastMs <= comparableMs && renewTime !== null
  const now: Renewals = same
    ? { ...before, lastMs: nowMs }
    : { renewTime, firstMs: nowMs, lastMs: nowMs, movedMs: moved ? nowMs : null }
  earlier.renewals.set(name, now)
  return {
    renewedAt: renewTime,
    durationSeconds: lease?.durationSeconds ?? null,
    movedSecondsAgo: now.movedMs === null ? null : (nowMs - now.movedMs) / 1000,
    stillForSeconds: (nowMs - now.firstMs) / 1000,
  }
}

/** The boot id that the pod's node told at the first reading at which the pod was being deleted; null at that one. */
export function earlierBootID(
  server: string,
  pod: Pod,
  node: Node | null,
  nowMs: number = performance.now(),
): string | null {
  forget(earlier.boots, nowMs)
  if (pod.metadata.deletionTimestamp === null) return null
  const name = `${server} ${pod.metadata.uid}`
  const before = earlier.boots.get(name)
  const bootID = before?.bootID ?? null
  earlier.boots.set(name, { bootID: bootID ?? node?.status.bootID ?? null, lastMs: nowMs })
  return bootID
}

function forget(readings: Map<string, { lastMs: number }>, nowMs: number): void {
  for (const [name, { lastMs }] of readings) if (nowMs - lastMs > keptMs) readings.delete(name)
}
