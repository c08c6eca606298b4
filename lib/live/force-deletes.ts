import 'server-only'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { ForceDelete } from '@/lib/statefulset/explain/duplicate-pod'

/**
 * The force deletes whose risk is open, by the address of their API server. They outlive a cluster that nobody looks
 * at, and with a file also the process: two pods of one name are as dangerous after a restart as before.
 */

const record = z.object({
  namespace: z.string(),
  set: z.string(),
  ordinal: z.int(),
  pod: z.string(),
  uid: z.string(),
  node: z.string().nullable(),
  nodeUid: z.string().nullable(),
  bootID: z.string().nullable(),
  at: z.string(),
})
const contents = z.object({ version: z.literal(1), clusters: z.record(z.string(), z.array(record)) })

type Kept = { file: string | null; clusters: Map<string, readonly ForceDelete[]> }
const key = Symbol.for('ordinal.force-deletes')
const holder = globalThis as { [key]?: Kept }
// On globalThis because the door, which names the file, is bundled apart from the routes.
const kept = (holder[key] ??= { file: null, clusters: new Map() })

/** From now on the records are kept in this file; what it holds is remembered. A file that cannot be read is told of. */
export function keepForceDeletesIn(file: string) {
  kept.file = file
  for (const [server, records] of Object.entries(read(file))) kept.clusters.set(server, records)
}

export function openForceDeletes(server: string): readonly ForceDelete[] {
  return kept.clusters.get(server) ?? []
}

/** The records of one API server are these now. Other processes keep theirs in the same file. */
export function rememberForceDeletes(server: string, records: readonly ForceDelete[]) {
  if (records.length > 0) kept.clusters.set(server, records)
  else kept.clusters.delete(server)
  if (kept.file === null) return
  const { [server]: _before, ...others } = read(kept.file)
  const clusters = records.length > 0 ? { ...others, [server]: records } : others
  try {
    mkdirSync(path.dirname(kept.file), { recursive: true, mode: 0o700 })
    const next = `${kept.file}.${process.pid}`
    writeFileSync(next, `${JSON.stringify({ version: 1, clusters }, null, 2)}\n`, { mode: 0o600 })
    renameSync(next, kept.file)
  } catch (error) {
    warn('Force deletes cannot be kept over a restart', kept.file, error)
  }
}

function read(file: string): Record<string, readonly ForceDelete[]> {
  try {
    return contents.parse(JSON.parse(readFileSync(file, 'utf8'))).clusters
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) setAside(file, error)
    return {}
  }
}

/** What an older or newer program wrote is not lost by what comes after it. */
function setAside(file: string, why: unknown) {
  warn(`Force deletes of before cannot be read; they are kept as ${file}.unreadable`, file, why)
  try {
    renameSync(file, `${file}.unreadable`)
  } catch (error) {
    warn('They cannot be kept either', file, error)
  }
}

function warn(message: string, file: string, error: unknown) {
  const reason = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level: 'warn', message, file, reason })}\n`)
}
