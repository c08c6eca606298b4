import 'server-only'
import { wedgedRollout } from './wedged-rollout'
import { stuckTerminating } from './stuck-terminating'
import { orderedStart } from './ordered-start'
import { missingClaim } from './missing-claim'
import { volumeZone } from './volume-zone'
import { hiddenPeers } from './hidden-peers'
import { frozenScaling } from './frozen-scaling'
import { blockedDrain } from './blocked-drain'
import { governingService } from './governing-service'
import { refusedCreation } from './refused-creation'
import { replicaOwners } from './replica-owners'
import { pendingClaim } from './pending-claim'
import { oldClaim } from './old-claim'
import { recreateLoop } from './recreate-loop'
import { claimDrift } from './claim-drift'
import { leftClaims } from './left-claims'
import { parkedRollout } from './parked-rollout'
import { onDelete } from './on-delete'
import { crowdedNode } from './crowded-node'
import { movedOrdinals } from './moved-ordinals'
import { lateAvailability } from './late-availability'
import { outOfServiceNode } from './out-of-service'
import { volumeExpansion } from './volume-expansion'
import { goingVolume } from './going-volume'
import { recreatedSet } from './recreated-set'
import { claimGoesAlong } from './claim-goes-along'
import { overlappingSelectors } from './overlapping-selectors'
import { volumeElsewhere } from './volume-elsewhere'
import { attachLimit } from './attach-limit'
import { releasedVolume } from './released-volume'
import type { RunbookEntry, Severity } from '@/lib/statefulset/model/view'
import type { Runbook } from './detector'

/** A situation that the objects do not prove; its text in the catalogue says why not. */
const page = (id: string, alias: string, severity: Severity): Runbook => ({ id, alias, severity, detect: null })

/**
 * The situations that operators of StatefulSets meet, in the order of how much they hurt. Their texts are in the
 * catalogue `runbooks`, by id. Browsers get what they need of it as data: the rules and their words stay on the server.
 */
export const runbooks: readonly Runbook[] = [
  wedgedRollout,
  stuckTerminating,
  volumeElsewhere,
  page('volume-full', 'R05', 'critical'),
  orderedStart,
  page('lost-local-volume', 'R20', 'critical'),
  page('duplicate-pod', 'R24', 'critical'),
  missingClaim,
  volumeZone,
  hiddenPeers,
  page('member-left-in', 'R09', 'warning'),
  frozenScaling,
  blockedDrain,
  governingService,
  refusedCreation,
  replicaOwners,
  pendingClaim,
  oldClaim,
  outOfServiceNode,
  recreatedSet,
  page('upgrade-restart', 'R27', 'warning'),
  page('parallel-rollout', 'R28', 'warning'),
  attachLimit,
  releasedVolume,
  goingVolume,
  recreateLoop,
  claimGoesAlong,
  overlappingSelectors,
  page('stale-dashboard', 'R38', 'warning'),
  claimDrift,
  leftClaims,
  volumeExpansion,
  parkedRollout,
  onDelete,
  page('negative-caching', 'R16', 'info'),
  crowdedNode,
  movedOrdinals,
  lateAvailability,
]

/** The list as data, without the rules. */
export function runbookEntries(): RunbookEntry[] {
  return runbooks.map(({ id, alias, severity, detect }) => ({ id, alias, severity, detected: detect !== null }))
}
