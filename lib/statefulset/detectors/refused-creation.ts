import type { ReasonCode } from '@/lib/statefulset/explain/reasons'
import type { Cause } from '@/lib/statefulset/model/view'
import type { Detection, DetectorInput, Runbook } from './detector'

/** Who refuses, as the catalogue selects its words, and the parameter of the cause that names it. */
const refusers = new Map<ReasonCode, { by: string; named?: string }>([
  ['quota', { by: 'quota', named: 'quota' }],
  ['create-quota-unset', { by: 'unset', named: 'quota' }],
  ['create-limit-range', { by: 'limits' }],
  ['create-pod-security', { by: 'security', named: 'level' }],
  ['create-security-context', { by: 'context' }],
  ['create-webhook-denied', { by: 'webhook', named: 'webhook' }],
  ['create-webhook-down', { by: 'silent', named: 'webhook' }],
  ['create-policy-denied', { by: 'policy', named: 'policy' }],
  ['create-invalid', { by: 'invalid', named: 'field' }],
  ['name-too-long', { by: 'name' }],
  ['create-account-missing', { by: 'missing', named: 'account' }],
  ['create-class-missing', { by: 'missing', named: 'name' }],
  ['create-namespace-missing', { by: 'missing', named: 'namespace' }],
  ['create-namespace-ending', { by: 'namespace', named: 'namespace' }],
  ['create-not-allowed', { by: 'rights', named: 'resource' }],
  ['create-exists', { by: 'taken', named: 'name' }],
  ['create-server-error', { by: 'server' }],
  ['create-failed', { by: 'server' }],
])

/** The API server refuses the pod or its claim. */
function detect({ explained }: DetectorInput): Detection {
  for (const slot of explained.pass.replicas) {
    const cause = explained.causes.get(slot.ordinal)
    const refuser = cause === undefined ? undefined : refusers.get(cause.reason)
    if (cause === undefined || refuser === undefined || slot.pod !== null) continue
    return {
      params: {
        pod: slot.name,
        claim: cause.params.claim ?? 'none',
        reason: cause.reason,
        by: refuser.by,
        name: nameOf(cause, refuser.named),
      },
      ordinals: [slot.ordinal],
      since: cause.since,
      proof: cause.proof,
    }
  }
  return null
}

const nameOf = ({ params }: Cause, named: string | undefined) => (named === undefined ? '' : (params[named] ?? ''))

export const refusedCreation: Runbook = {
  id: 'refused-creation',
  alias: 'R18',
  severity: 'warning',
  explains: [...refusers.keys()],
  detect,
}
