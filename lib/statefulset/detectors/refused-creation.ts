import type { Detection, DetectorInput, Runbook } from './detector'

/** The API server refuses the pod or its claim. */
function detect({ explained }: DetectorInput): Detection {
  for (const slot of explained.pass.replicas) {
    const cause = explained.causes.get(slot.ordinal)
    if (cause === undefined || slot.pod !== null) continue
    if (!['quota', 'create-failed', 'claim-create-failed', 'name-too-long'].includes(cause.reason)) continue
    return {
      params: { pod: slot.name, reason: cause.reason, detail: cause.params.detail ?? '' },
      ordinals: [slot.ordinal],
      since: cause.since,
      proof: cause.proof,
    }
  }
  return null
}

export const refusedCreation: Runbook = { id: 'refused-creation', alias: 'R18', severity: 'warning', detect }
