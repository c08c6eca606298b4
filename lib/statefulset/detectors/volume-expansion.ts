import { detail, proof } from '@/lib/statefulset/explain/proof'
import { claimChange, type ClaimChange } from '@/lib/statefulset/model/claim-size'
import type { Claim } from '@/lib/statefulset/model/objects'
import type { Proof } from '@/lib/statefulset/model/view'
import { listed, type Detection, type DetectorInput, type Runbook } from './detector'

type Changing = { claim: Claim; ordinal: number; change: ClaimChange }

/** What needs a person comes first. */
const order: readonly ClaimChange['state'][] = ['infeasible', 'failed', 'asked', 'node', 'running']

/** A claim asks for more than it has, or for other attributes, and does not have it yet. */
function detect({ setIndex, explained }: DetectorInput): Detection {
  const found: Changing[] = []
  for (const { ordinal } of explained.pass.replicas)
    for (const { claim } of setIndex.claims.get(ordinal)?.values() ?? []) {
      const change = claimChange(claim)
      if (change !== null) found.push({ claim, ordinal, change })
    }
  const [first] = found.toSorted((a, b) => order.indexOf(a.change.state) - order.indexOf(b.change.state))
  if (first === undefined) return null
  const alike = found.filter(({ change }) => change.state === first.change.state && change.of === first.change.of)
  return {
    params: {
      claims: listed(alike.map(({ claim }) => claim.metadata.name)),
      count: alike.length,
      of: first.change.of,
      state: first.change.state,
      wanted: first.claim.spec.requested ?? '?',
      has: first.claim.status.capacity ?? '?',
      detail: detail(first.change.condition?.message),
    },
    ordinals: [...new Set(alike.map(({ ordinal }) => ordinal))],
    since: first.change.condition?.lastTransitionTime ?? null,
    proof: alike.slice(0, 5).flatMap(proofOf),
  }
}

function proofOf({ claim, change }: Changing): Proof[] {
  const of = (field: string, value: unknown, at: string | null = null) =>
    proof('PersistentVolumeClaim', claim.metadata, field, value, at)
  const { status } = claim
  const said = change.condition
  return [
    ...(change.of === 'size'
      ? [of('spec.resources.requests.storage', claim.spec.requested), of('status.capacity.storage', status.capacity)]
      : []),
    ...(said === null
      ? []
      : [of(`status.conditions[${said.type}]`, detail(said.message) || said.status, said.lastTransitionTime)]),
    ...(change.of === 'size' && status.resizing !== null
      ? [of('status.allocatedResourceStatuses.storage', status.resizing)]
      : []),
    ...(change.of === 'attributes' && status.modifying !== null
      ? [of('status.modifyVolumeStatus.status', status.modifying)]
      : []),
  ]
}

export const volumeExpansion: Runbook = { id: 'volume-expansion', alias: 'R11', severity: 'info', detect }
