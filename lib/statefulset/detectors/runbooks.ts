/**
 * The situations that operators of StatefulSets meet, in the order of how much they hurt. Those with a detector can be
 * proved by the objects that Ordinal follows (`detect.ts`); the others are pages only. Their texts are in the
 * catalogue `runbooks`, by id; the English title is here for programs.
 */

export type Severity = 'critical' | 'warning' | 'info'

export type Runbook = {
  id: string
  title: string
  severity: Severity
  /** False where Kubernetes' objects cannot prove it, or Ordinal does not read the ones that could. */
  detected: boolean
}

const runbook = (id: string, severity: Severity, detected: boolean, title: string): Runbook => ({
  id,
  title,
  severity,
  detected,
})

/** All runbooks, the most urgent first. */
export const runbooks: readonly Runbook[] = [
  runbook('R01', 'critical', true, 'Rollout wedged on a broken pod'),
  runbook('R02', 'critical', true, 'Pod stuck terminating on a node that does not answer'),
  runbook('R03', 'critical', false, 'Volume still attached to another node'),
  runbook('R05', 'critical', false, 'Volume full, crash loop, disguised as a DNS failure'),
  runbook('R08', 'critical', true, 'Ordered start that waits for itself'),
  runbook('R20', 'critical', false, 'Local volume lost with its node'),
  runbook('R24', 'critical', false, 'Two pods with one identity'),
  runbook('R22', 'critical', true, 'Claim being deleted or missing under a pod'),
  runbook('R06', 'warning', true, 'Pod cannot be placed where its volume is'),
  runbook('R07', 'warning', true, 'Peers cannot be found before they are ready'),
  runbook('R09', 'warning', false, 'Scaled down without taking the member out'),
  runbook('R12', 'warning', true, 'Scaling frozen by an unhealthy pod'),
  runbook('R13', 'warning', true, 'Drain blocked by a disruption budget'),
  runbook('R17', 'warning', true, 'Governing Service missing or wrong'),
  runbook('R18', 'warning', true, 'Pod cannot be created: quota or admission'),
  runbook('R19', 'warning', true, 'Several owners of the replica count'),
  runbook('R21', 'warning', true, 'Claim pending: no volume will come'),
  runbook('R23', 'warning', true, 'An old claim wakes up with old data'),
  runbook('R25', 'warning', false, 'out-of-service taint on a live node, or never removed'),
  runbook('R26', 'warning', false, 'Orphaned and re-created set does not take its pods back'),
  runbook('R27', 'warning', false, 'Everything restarts after a control-plane upgrade'),
  runbook('R28', 'warning', false, 'Parallel rollout stuck or too parallel'),
  runbook('R29', 'warning', false, 'Node holds as many volumes as it can'),
  runbook('R30', 'warning', false, 'Volume released: the data is there, the claim is gone'),
  runbook('R31', 'warning', false, 'Volume or namespace held by finalizers'),
  runbook('R32', 'warning', true, 'Pod re-created again and again'),
  runbook('R35', 'warning', false, 'A delete takes the claim along'),
  runbook('R37', 'warning', false, 'Selectors overlap or labels were edited'),
  runbook('R38', 'warning', false, 'The dashboard itself is stale'),
  runbook('R04', 'info', true, 'Claims differ from the claim template'),
  runbook('R10', 'info', true, 'Claims left over outside the range'),
  runbook('R11', 'info', false, 'Volume expansion pending or impossible'),
  runbook('R14', 'info', true, 'Rollout parked at a partition'),
  runbook('R15', 'info', true, 'OnDelete: pods left at the old revision'),
  runbook('R16', 'info', false, 'DNS answers late: negative caching'),
  runbook('R33', 'info', true, 'Most pods on one node or in one zone'),
  runbook('R34', 'info', true, 'Ordinals below the start are left'),
  runbook('R36', 'info', true, 'Ready but not yet available'),
]

const byId = new Map(runbooks.map((each, index) => [each.id, { ...each, index }]))

/** A runbook by id, or undefined. */
export function runbookOf(id: string): Runbook | undefined {
  return byId.get(id)
}

/** Sorts findings by urgency. */
export function compareRunbooks(a: string, b: string): number {
  return (byId.get(a)?.index ?? runbooks.length) - (byId.get(b)?.index ?? runbooks.length)
}
