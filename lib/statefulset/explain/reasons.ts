import type { Cause, Proof, Waiting } from '@/lib/statefulset/model/view'

/**
 * The reasons for which a set waits and an ordinal is not as it should be, as codes with their English sentence.
 * Pages say them from the catalogue `waiting`, which has the same codes; the English here is for programs and logs.
 */
export const reasons = {
  // The set as a whole.
  'set-deleting': 'The set is being deleted: the controller only counts, and its pods are removed in no order.',
  'unknown-strategy': 'The update strategy Recreate is switched off in this cluster: the controller does nothing.',
  'controller-behind': 'The controller has seen generation {observed} of {generation}.',
  'pods-unseen': 'Pods may not be listed ({rule}), so it cannot be said what the set waits for.',
  recreating: 'Every pod of an older revision has to be gone first: {pods}.',
  'rollout-budget': 'The rollout waits: {unavailable} unavailable of {max} allowed ({pods}).',
  'rollout-unavailable': 'The rollout waits for {pod} to be available.',
  updating: '{pod} is about to be replaced at the new revision.',
  // No pod yet.
  creating: '{pod} is about to be created.',
  'create-failed': '{pod} cannot be created: {detail}',
  quota: '{pod} cannot be created, a quota is exceeded: {detail}',
  'claim-create-failed': 'A claim of {pod} cannot be created: {detail}',
  'name-too-long': '{pod} cannot be created: its name or revision label would be longer than 63 characters.',
  'name-taken': '{pod} cannot be created: a pod of {owner} has the name.',
  'claim-deleting': '{pod} waits: its claim {claim} is being deleted.',
  'claim-stale': '{pod} waits: its claim {claim} still belongs to a pod that is gone and has to be removed first.',
  'blocked-by': '{pod} is not created before {blocker} is available.',
  // Going.
  ended: '{pod} has ended ({phase}) and is about to be removed and made again.',
  terminating: '{pod} is terminating.',
  'terminating-overdue': '{pod} is terminating and its grace period is over.',
  'terminating-silent': '{pod} is terminating on {node}, which does not answer: nobody can confirm that it stopped.',
  'terminating-finalizers': '{pod} is terminating and held by finalizers: {finalizers}.',
  removing: '{pod} is outside the range and about to be removed.',
  'surplus-waits': '{pod} is outside the range and waits to be removed.',
  'surplus-not-ready': '{pod} is to be removed, but {first} is not healthy and has to be first.',
  // There, but not ready.
  'node-silent': '{pod} is on {node}, which is not ready.',
  'node-gone': '{pod} is on {node}, which no longer exists.',
  'not-scheduled': '{pod} has not been looked at by the scheduler yet.',
  'scheduling-gated': '{pod} is held back by scheduling gates: {gates}.',
  'volume-zone': '{pod} cannot be placed: no node that fits can reach its volume. {detail}',
  'attach-limit': '{pod} cannot be placed: the nodes hold as many volumes as they can. {detail}',
  preempting: '{pod} waits for other pods to be evicted. {detail}',
  unschedulable: '{pod} cannot be placed: {detail}',
  'claim-missing': '{pod} waits: its claim {claim} does not exist.',
  'claim-lost': '{pod} waits: its claim {claim} has lost its volume {volume}.',
  'claim-no-class': '{pod} waits: nobody will ever provide a volume for {claim}, it has no storage class.',
  'claim-class-missing': '{pod} waits: the storage class {class} of {claim} does not exist.',
  'claim-provisioning-failed': '{pod} waits: no volume can be made for {claim}: {detail}',
  'claim-pending': '{pod} waits: its claim {claim} has no volume yet.',
  'volume-elsewhere': '{pod} waits: its volume is still attached to another node. {detail}',
  'volume-attach-failed': '{pod} waits: its volume cannot be attached. {detail}',
  'volume-mount-failed': '{pod} waits: its volume cannot be mounted. {detail}',
  sandbox: '{pod} cannot start: {detail}',
  'init-running': '{pod} is still in its init container {container}.',
  image: '{pod} cannot start: the image {image} of {container} cannot be pulled ({reason}).',
  'container-config': '{pod} cannot start: container {container} says {reason}. {detail}',
  crash: 'Container {container} of {pod} keeps ending ({reason}, exit code {exitCode}, {restarts} restarts).',
  'out-of-memory': 'Container {container} of {pod} keeps being killed for memory ({restarts} restarts).',
  probe: '{pod} runs but does not answer its probe: {detail}',
  'readiness-gate': '{pod} waits for its readiness gate {gate}.',
  starting: '{pod} is starting.',
  'not-ready': '{pod} is not ready.',
  // Ready.
  'not-available': '{pod} is ready and has to stay so for {seconds} seconds.',
  'old-partition': '{pod} keeps the old revision: it is below the partition {partition}.',
  'old-on-delete': '{pod} keeps the old revision until it is deleted by hand.',
  'old-waits': '{pod} has the old revision and is still to be replaced.',
  twin: 'Two pods of the name {pod} may exist: it was force-deleted and its old node has not been seen to stop.',
} as const

export type ReasonCode = keyof typeof reasons

/** A sentence with its parameters put in. */
export function format(sentence: string, params: Record<string, string | number>): string {
  return sentence.replaceAll(/\{([a-zA-Z]+)\}/g, (whole, name: string) => String(params[name] ?? whole)).trim()
}

export type ReasonDetails = { since?: string | null; proof?: Proof[]; until?: string | null }

/** A cause with its English sentence. */
export function cause(reason: ReasonCode, params: Cause['params'], because: ReasonDetails = {}): Reason {
  return {
    reason,
    params,
    message: format(reasons[reason], params),
    since: because.since ?? null,
    proof: because.proof ?? [],
    until: because.until ?? null,
  }
}

/** A cause that may have a deadline. */
export type Reason = Cause & { reason: ReasonCode; until: string | null }

/** What the set waits for, from the cause of one ordinal or of none. */
export function waiting(ordinal: number | null, found: Reason, blocks: string[], counts: Waiting['params']): Waiting {
  return {
    ordinal,
    reason: found.reason,
    params: { ...found.params, ...counts },
    message: found.message,
    since: found.since,
    blocks,
    proof: found.proof,
    until: found.until,
  }
}
