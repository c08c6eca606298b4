import 'server-only'
import type { Connection } from '@/lib/cluster/connection'
import type { FinalizerKeeper } from '@/lib/contract/actions/remove-finalizers'
import { keeperOf, leaseOfKeeper } from '@/lib/statefulset/model/finalizers'
import type { Metadata } from '@/lib/statefulset/model/objects'
import { millis } from '@/lib/statefulset/model/time'
import { leaseReading } from './earlier-readings'
import { leaseOf } from './lookups'

/** A leader's lease runs for this long unless it says otherwise (k8s component-base/config/v1alpha1/defaults.go). */
const leaderSeconds = 15

/**
 * Who would take each finalizer of an object away, and whether that program runs: one that elects a leader renews its
 * Lease every two seconds. One reading tells only of a fresh Lease; that nobody renews it takes a second reading, later
 * than it runs. Of all other programs nothing is known.
 */
export async function keepersOf(connection: Connection, metadata: Metadata, now: Date): Promise<FinalizerKeeper[]> {
  const keepers = new Map(metadata.finalizers.map((finalizer) => [finalizer, keeperOf(metadata, finalizer)]))
  const lives = new Map<string | null, Promise<Life>>()
  for (const keeper of keepers.values())
    if (!lives.has(keeper)) lives.set(keeper, keeper === null ? nothing : lifeOf(connection, keeper, now))
  return Promise.all(
    [...keepers].map(async ([finalizer, keeper]) => ({ finalizer, keeper, ...(await (lives.get(keeper) ?? nothing)) })),
  )
}

type Life = Pick<FinalizerKeeper, 'runs' | 'renewedAt' | 'unknown'>
const nothing: Promise<Life> = Promise.resolve({ runs: 'not-known', renewedAt: null, unknown: null })

async function lifeOf(connection: Connection, keeper: string, now: Date): Promise<Life> {
  const of = leaseOfKeeper(keeper)
  if (of === null) return nothing
  const lease = await leaseOf(connection, of)
  if (lease === null) return nothing
  if ('unknown' in lease) return { runs: 'not-known', renewedAt: null, unknown: lease.unknown }
  const reading = leaseReading(connection.server, `${of.namespace}/${of.name}`, lease)
  const { renewedAt, movedSecondsAgo, stillForSeconds } = reading
  const runsFor = reading.durationSeconds ?? leaderSeconds
  const renewed = millis(renewedAt)
  const isFresh = renewed !== null && Math.abs(now.getTime() - renewed) <= runsFor * 1000 && stillForSeconds < runsFor
  const moves = movedSecondsAgo !== null && movedSecondsAgo <= runsFor
  return { runs: moves || isFresh ? 'yes' : stillForSeconds >= runsFor ? 'no' : 'not-known', renewedAt, unknown: null }
}
