import 'server-only'
import type { Rule } from '@/lib/cluster/access'
import type { ClusterError } from '@/lib/cluster/errors'
import type { ActionAnswer, ActionBody, ActionPreview } from '@/lib/contract/actions/contracts'
import type { ActionName } from '@/lib/contract/actions/names'
import type { Resource } from '@/lib/statefulset/model/objects'
import type { ActionError } from './action-error'
import type { ActionContext } from './context'
import type { Done, Look } from './mutate'
import type { WriteRequest } from './write-request'

/**
 * What is particular to one action, as a value. `run-action.ts` runs them all in the same order: the preview and the
 * write go through the same `read`, `prepare` and `request`. `Read` is what was read of the cluster a moment ago,
 * `Prepared` what follows from it.
 */
export type Action<Name extends ActionName, Read, Prepared> = {
  name: Name
  /** The right that it needs, where that depends on what is asked; else the one of its contract. */
  rule?: (body: ActionBody<Name>) => Rule
  /** Kinds that have to be up to date. */
  needs: readonly Resource[]
  /** How often a 409 leads to another reading and another try; for writes whose precondition is the version. */
  triesAfterConflict?: number
  /** Throws `ActionError` for a body that this server never does; nothing is read for it. */
  admit?: (context: ActionContext, body: ActionBody<Name>) => void
  /** The object as it is now. Throws `ActionError` when it is not the one that was shown, or not in that state. */
  read: (context: ActionContext, body: ActionBody<Name>) => Promise<Read>
  prepare: (context: ActionContext, body: ActionBody<Name>, read: Read) => Prepared
  /** Throws `ActionError` for what a preview may still show and nobody may do. */
  refuse: (body: ActionBody<Name>, read: Read, prepared: Prepared) => void
  /** The one request, made of the body and of what was read; a dry run sends the same. */
  request: (body: ActionBody<Name>, read: Read) => WriteRequest
  /** The words after `kubectl -n <namespace>` that do the same. */
  command: (body: ActionBody<Name>, read: Read) => string[]
  /** What a preview shows beside the command and the dry run. What it throws at once keeps the dry run back. */
  show: (
    context: ActionContext,
    body: ActionBody<Name>,
    read: Read,
    prepared: Prepared,
  ) => Shown<Name> | Promise<Shown<Name>>
  /** What the write is decided on, for the journal. */
  evidence: (body: ActionBody<Name>, read: Read, prepared: Prepared) => unknown
  /** The object's version that was read, where reading again can show that it has not moved. */
  version?: (read: Read) => string
  /** What a 409 or 422 of the API server means here; undefined leaves it as the server put it. */
  explain?: (context: ActionContext, body: ActionBody<Name>, error: ClusterError) => Promise<ActionError | undefined>
  /** Reads again after an answer that does not tell. */
  look: (context: ActionContext, body: ActionBody<Name>, read: Read) => Promise<Look>
  /** `json`: what the API server, or the pod behind it, has answered. */
  answer: (done: Answered, body: ActionBody<Name>, read: Read, json: unknown) => ActionAnswer<Name>
  /** What has to be remembered once it is done, or may have been. */
  remember?: (context: ActionContext, body: ActionBody<Name>, read: Read) => void
}

/** A preview without what all previews have. */
export type Shown<Name extends ActionName> = Omit<ActionPreview<Name>, 'command' | 'dryRun'>

/** The fields of every answer. */
export type Answered = Pick<Done<unknown>, 'id' | 'confirmedBy' | 'warnings'>
