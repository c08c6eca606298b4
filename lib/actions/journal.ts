import 'server-only'
import { log } from '@/lib/log'
import { writeSync } from 'node:fs'
import pino from 'pino'
import { ActionError } from './action-error'

/** Where lines go: throws when a line could not be written whole. */
export type Sink = (line: string) => void

/** What stands on every line: who did what to which object. */
export type Subject = {
  id: string
  action: string
  cluster: string
  server: string
  /** As the API server calls us; else as the connection is configured. */
  user: string
  namespace: string
  name: string
  uid: string
}

let sink: Sink = toStandardOutput

/** Lines as JSON, one for each; written at once and in order. */
const logger = pino(
  {
    base: null,
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level) => ({ level }) },
  },
  { write: (line: string) => sink(line) },
)

/** Sends the lines somewhere else and gives back the way to undo that; for tests. */
export function journalTo(other: Sink): () => void {
  const before = sink
  sink = other
  return () => {
    sink = before
  }
}

/** What is about to be written, with its evidence. Throws `no-journal`: without this line nothing is written. */
export function journalIntent(subject: Subject, request: { line: string; body: unknown }, evidence: unknown): void {
  try {
    logger.info(
      { journal: 'intent', ...subject, request, evidence },
      `${subject.action} ${subject.namespace}/${subject.name}`,
    )
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ActionError('no-journal', `The journal cannot be written (${reason}), so nothing was done.`)
  }
}

/** What became of it. A failure here is told on standard error, for the write cannot be taken back. */
export function journalResult(
  subject: Subject,
  result: {
    outcome: 'done' | 'refused' | 'unknown'
    status: number
    code: string | null
    /** Why it was refused, or what reading again showed. */
    reason: string | null
    confirmedBy: 'answer' | 'reading' | null
    auditId: string | null
    durationMs: number
  },
): void {
  try {
    logger.info(
      { journal: 'result', ...subject, ...result },
      `${subject.action} ${subject.namespace}/${subject.name}: ${result.outcome}`,
    )
  } catch (cause) {
    log('error', 'A result was not journaled', { id: subject.id, error: cause })
  }
}

const patienceMs = 1_000

/** Writes to standard output without a buffer, so that a failure is known before the action and not after it. */
function toStandardOutput(line: string): void {
  const bytes = Buffer.from(line)
  const deadline = performance.now() + patienceMs
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      const full = error instanceof Error && 'code' in error && error.code === 'EAGAIN'
      if (!full || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
