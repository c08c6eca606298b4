import words from '@/lib/i18n/messages/en/runbooks.json'
import {
  detectLeftClaims,
  detectMissingClaims,
  detectPendingClaims,
  detectTemplateDrift,
  detectWakingClaims,
  detectZones,
} from './detect-claims'
import { detectGoverningService, detectHiddenPeers } from './detect-peers'
import {
  detectFrozenScaling,
  detectOrderedStart,
  detectPlacement,
  detectRecreateLoop,
  detectStuckPods,
  detectUncreated,
} from './detect-pods'
import { detectBrokenRollout, detectLateAvailability, detectOnDelete, detectParkedRollout } from './detect-rollout'
import { detectBlockedDrain, detectMovedOrdinals, detectReplicaOwners } from './detect-set'
import { compareRunbooks } from './runbooks'
import type { Detection, DetectorInput } from './detector'
import { sooner } from '@/lib/statefulset/model/time'
import type { Problem } from '@/lib/statefulset/model/view'

/** Finds the runbooks that the objects of a set prove, each with its proof. */

const detectors: readonly ((scene: DetectorInput) => Detection)[] = [
  detectBrokenRollout,
  detectStuckPods,
  detectTemplateDrift,
  detectZones,
  detectHiddenPeers,
  detectOrderedStart,
  detectLeftClaims,
  detectFrozenScaling,
  detectBlockedDrain,
  detectParkedRollout,
  detectOnDelete,
  detectGoverningService,
  detectUncreated,
  detectReplicaOwners,
  detectPendingClaims,
  detectMissingClaims,
  detectWakingClaims,
  detectRecreateLoop,
  detectPlacement,
  detectMovedOrdinals,
  detectLateAvailability,
]

/** The problems of a set, the most urgent first, and when the clock alone adds one. */
export function detect(scene: DetectorInput): { problems: Problem[]; until: number | null } {
  const problems: Problem[] = []
  let until: number | null = null
  for (const detector of detectors) {
    const found = detector(scene)
    if (found === null) continue
    if ('until' in found) until = sooner(until, found.until)
    else problems.push({ ...found, title: titleOf(found.runbook) })
  }
  return { problems: problems.toSorted((a, b) => compareRunbooks(a.runbook, b.runbook)), until }
}

/** The title in English, for programs; pages say it in the reader's language. */
function titleOf(id: string): string {
  const texts: Readonly<Record<string, object | string>> = words
  const runbook = texts[id]
  return typeof runbook === 'object' && 'title' in runbook ? String(runbook.title) : id
}
