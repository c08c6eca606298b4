import 'server-only'
import { randomUUID } from 'node:crypto'
import type { ClusterError } from '@/lib/cluster/errors'
import { isClusterError } from '@/lib/cluster/errors'
import { describe, type Reply } from '@/lib/cluster/request'
import { whoAmI } from '@/lib/cluster/who'
import type { Resource } from '@/lib/statefulset/model/objects'
import { ActionError, isActionError } from './action-error'
import type { ActionName } from '@/lib/contract/actions/names'
import { type ActionContext, readOnly, refuseStale } from './context'
import { journalIntent, journalResult, type Subject } from './journal'
import type { Rule } from '@/lib/cluster/access'
import { refuseForbidden } from './rights'
import { journaled, sendWrite, type WriteRequest } from './write-request'

/** One write, ready to be sent: made from what was read a moment ago. */
type Attempt<Read> = {
  read: Read
  request: WriteRequest
  /** What it is decided on, for the journal. */
  evidence: unknown
  /** The object's version that was read, where reading again can show that it has not moved. */
  version?: string
}

/** What reading again shows after an answer that does not tell. `version` is the object's as it is then. */
export type Look = {
  effect: 'seen' | 'not-seen'
  known: string
  version?: string
  details?: Readonly<Record<string, unknown>>
}

type Operation<Read> = {
  action: ActionName
  namespace: string
  name: string
  uid: string
  /** The right that it is written with. */
  rule: Rule
  /** Kinds that have to be up to date. */
  needs: readonly Resource[]
  /** Reads the object, checks every precondition (throws `ActionError`), and gives the write. Called for each try. */
  prepare: () => Promise<Attempt<Read>>
  /** How often a 409 leads to another reading and another try; for writes whose precondition is the version. */
  triesAfterConflict?: number
  /** What a 409 or 422 of the API server means here; undefined leaves it as the server put it. */
  explain?: (error: ClusterError) => Promise<ActionError | undefined>
  look: (read: Read) => Promise<Look>
}

type ConfirmedBy = 'answer' | 'reading'

export type Done<Read> = {
  /** Of the lines in the journal. */
  id: string
  /** `answer`: the API server said so; `reading`: its answer was lost, and reading again showed the effect. */
  confirmedBy: ConfirmedBy
  json: unknown
  /** What the API server warned of. */
  warnings: string[]
  known: string | null
  /** What the write was made from. */
  read: Read
}

const patience = { answer: 15_000, look: [250, 1_000, 2_500] }
/** The journal names who asked; a write does not wait longer than this to learn it. */
const whoMs = 1_000

/**
 * The only function that writes to a cluster. It refuses (READ_ONLY, stale, forbidden) before anything is sent, checks
 * the preconditions on a fresh reading, writes the journal's first line, sends **one** request, and writes the second.
 * After an answer that never came, or one that does not tell (5xx), it reads again and tells what is known; it never
 * sends a second time.
 */
export async function mutate<Read>(context: ActionContext, operation: Operation<Read>): Promise<Done<Read>> {
  if (context.settings.readOnly) throw readOnly()
  refuseStale(context, operation.needs)
  const { connection } = context
  const { action, namespace, name, uid } = operation
  const who = within(whoAmI(connection), whoMs)
  await refuseForbidden(connection, operation.rule)
  const first = operation.prepare()
  // It is awaited below; until then its failure is nobody's.
  first.catch(() => undefined)
  const user = (await who) ?? (connection.user || 'unknown')
  const subject: Subject = {
    id: randomUUID(),
    action,
    cluster: connection.id,
    server: connection.server,
    user,
    namespace,
    name,
    uid,
  }
  const start = performance.now()
  const result = (
    outcome: 'done' | 'refused' | 'unknown',
    { status, code = null, reason, confirmedBy = null, auditId = null }: Ending,
  ): void => {
    const durationMs = Math.round(performance.now() - start)
    journalResult(subject, { outcome, status, code, reason, confirmedBy, auditId, durationMs })
  }
  try {
    const { confirmedBy, known, reply, read } = await tryToWrite(context, operation, subject, first)
    result('done', { status: reply?.status ?? 0, reason: known, confirmedBy, auditId: auditIdOf(reply) })
    return { id: subject.id, confirmedBy, known, json: reply?.json ?? null, warnings: reply?.warnings ?? [], read }
  } catch (error) {
    if (isActionError(error) || isClusterError(error)) {
      const { status, code, message: reason } = error
      result(code === 'outcome-unknown' ? 'unknown' : 'refused', { status, code, reason })
    }
    throw error
  }
}

type Ending = {
  status: number
  reason: string | null
  code?: string | null
  confirmedBy?: ConfirmedBy | null
  auditId?: string | null
}

async function tryToWrite<Read>(
  context: ActionContext,
  operation: Operation<Read>,
  subject: Subject,
  first: Promise<Attempt<Read>>,
): Promise<{ confirmedBy: ConfirmedBy; reply: Reply | null; known: string | null; read: Read }> {
  const { connection } = context
  let prepared = first
  for (let left = operation.triesAfterConflict ?? 0; ; left -= 1, prepared = operation.prepare()) {
    const attempt = await prepared
    // Once for each command, and only for one that comes this far: what is refused by a check reaches nobody.
    if (prepared === first) await context.admit?.()
    const { body, ...line } = journaled(attempt.request)
    journalIntent(subject, { line: describe(connection, line), body }, attempt.evidence)
    try {
      const reply = await sendWrite(connection, attempt.request, (context.patience ?? patience).answer)
      return { confirmedBy: 'answer', reply, known: null, read: attempt.read }
    } catch (error) {
      if (!isClusterError(error) || error.sent === 'no') throw error
      if (isUncalledWebhook(error)) throw asActionError(error, subject)
      // A server that gave up half-way (or a proxy that lost its server) says 5xx, and may have written all the same.
      if (error.sent === 'maybe' || error.status >= 500 || error.status === 0) {
        const look = await lookAgain(operation, attempt, error, (context.patience ?? patience).look)
        return { confirmedBy: 'reading', reply: null, known: look.known, read: attempt.read }
      }
      if (error.code === 'conflict' && left > 0) continue
      throw (await operation.explain?.(error)) ?? asActionError(error, subject)
    }
  }
}

async function lookAgain<Read>(
  operation: Operation<Read>,
  attempt: Attempt<Read>,
  lost: ClusterError,
  waits: readonly number[],
): Promise<Look> {
  let last: Look | null = null
  let unreadable = ''
  for (const ms of waits) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    try {
      last = await operation.look(attempt.read)
      if (last.effect === 'seen') return last
    } catch (error) {
      if (!isClusterError(error)) throw error
      unreadable = error.message
    }
  }
  const known = last ? `Read again: ${last.known}` : `It could not be read again either: ${unreadable}`
  const details = { known: last?.known ?? null, ...last?.details, lost: lost.message, tried: lost.tried }
  const came = lost.sent === 'answered' && lost.status > 0
  if (isFinal(lost) && last?.version !== undefined && last.version === attempt.version) {
    const message = `The API server answered ${lost.status} (${lost.message}). ${known} Nothing was changed.`
    throw new ActionError('not-done', message, details)
  }
  const what = came ? `The answer was ${lost.status} (${lost.message})` : `The answer was lost (${lost.message})`
  throw new ActionError('outcome-unknown', `${what}. ${known} Nothing was sent twice.`, details)
}

/** The API server itself has ended the request: a Status, and none that says that it gave up waiting. */
function isFinal({ sent, status, kubernetes }: ClusterError): boolean {
  return sent === 'answered' && kubernetes !== null && status !== 504 && kubernetes.reason !== 'Timeout'
}

/**
 * Admission comes before storage, so a webhook that could not be called means that nothing was stored
 * (k8s apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go: InternalError of `ErrCallingWebhook`).
 */
function isUncalledWebhook({ status, kubernetes }: ClusterError): boolean {
  return (
    status === 500 && kubernetes?.reason === 'InternalError' && /failed calling webhook/.test(kubernetes.message ?? '')
  )
}

/** The value if it comes in time, else null. */
async function within<T>(value: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  try {
    return await Promise.race([value, late])
  } finally {
    clearTimeout(timer)
  }
}

function asActionError(error: ClusterError, { namespace, name }: Subject): Error {
  const said = error.kubernetes?.message ?? error.message
  if (error.code === 'not-found')
    return new ActionError('not-found', `There is no ${namespace}/${name} any more.`, { said })
  if (error.code === 'conflict') return new ActionError('changed', said, { said })
  if (error.code === 'forbidden') return new ActionError('forbidden', said, { said })
  if (error.code === 'invalid' || error.code === 'bad-request' || isUncalledWebhook(error))
    return new ActionError('rejected', said, { said })
  return error
}

function auditIdOf(reply: Reply | null): string | null {
  const value = reply?.headers['audit-id']
  return typeof value === 'string' ? value.slice(0, 80) : null
}
