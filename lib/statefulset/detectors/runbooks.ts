/**
 * The situations that operators of StatefulSets meet, in the order of how much they hurt. Those with a detector can be
 * proved by the objects that Ordinal follows (`detect.ts`); the others are pages only. Their texts are in the
 * catalogue `runbooks`, by id.
 */

export type Severity = 'critical' | 'warning' | 'info'

export type Runbook = {
  id: string
  severity: Severity
  /** False where Kubernetes' objects cannot prove it, or Ordinal does not read the ones that could. */
  detected: boolean
}

const runbook = (id: string, severity: Severity, detected: boolean): Runbook => ({
  id,
  severity,
  detected,
})

/** All runbooks, the most urgent first. */
export const runbooks: readonly Runbook[] = [
  runbook('R01', 'critical', true),
  runbook('R02', 'critical', true),
  runbook('R03', 'critical', false),
  runbook('R05', 'critical', false),
  runbook('R08', 'critical', true),
  runbook('R20', 'critical', false),
  runbook('R24', 'critical', false),
  runbook('R22', 'critical', true),
  runbook('R06', 'warning', true),
  runbook('R07', 'warning', true),
  runbook('R09', 'warning', false),
  runbook('R12', 'warning', true),
  runbook('R13', 'warning', true),
  runbook('R17', 'warning', true),
  runbook('R18', 'warning', true),
  runbook('R19', 'warning', true),
  runbook('R21', 'warning', true),
  runbook('R23', 'warning', true),
  runbook('R25', 'warning', false),
  runbook('R26', 'warning', false),
  runbook('R27', 'warning', false),
  runbook('R28', 'warning', false),
  runbook('R29', 'warning', false),
  runbook('R30', 'warning', false),
  runbook('R31', 'warning', false),
  runbook('R32', 'warning', true),
  runbook('R35', 'warning', false),
  runbook('R37', 'warning', false),
  runbook('R38', 'warning', false),
  runbook('R04', 'info', true),
  runbook('R10', 'info', true),
  runbook('R11', 'info', false),
  runbook('R14', 'info', true),
  runbook('R15', 'info', true),
  runbook('R16', 'info', false),
  runbook('R33', 'info', true),
  runbook('R34', 'info', true),
  runbook('R36', 'info', true),
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
