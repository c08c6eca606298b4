import 'server-only'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { LostPod } from '@/lib/statefulset/explain/duplicate-pod'
import type { SeenPod } from '@/lib/statefulset/explain/unwatched-pod'

/**
 * The pods of which two may run, one record for each API server, held by the process: every view of that server, for
 * whatever identity, adds to it, takes from it by the pod's uid, and hears of what others did. With a file it outlives
 * the process, because two pods of one name are as dangerous after a restart as before.
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
  closedAt: z.string().nullable().default(null),
})
const seenPod = z.object({
  namespace: z.string(),
  set: z.string(),
  ordinal: z.int(),
  pod: z.string(),
  uid: z.string(),
  node: z.string(),
  nodeUid: z.string().nullable(),
  bootID: z.string().nullable(),
  silent: z.boolean(),
  leftMs: z.number(),
})
const contents = z.object({
  version: z.literal(1),
  clusters: z.record(z.string(), z.array(record)),
  lastSeen: z.record(z.string(), z.array(seenPod)).default({}),
})
type Contents = Omit<z.infer<typeof contents>, 'version'>

/** By uid, what became of a record: null when it was taken away. */
type Changes = Map<string, LostPod | null>

/** The record of one API server. */
export class LostPods {
  readonly #records = new Map<string, LostPod>()
  readonly #listeners = new Set<(changed: LostPod) => void>()
  readonly #save: (uid: string, record: LostPod | null) => void
  readonly #saveSeen: (seen: readonly SeenPod[]) => void
  readonly #lastSeen: Map<string, SeenPod>

  constructor(
    save: (uid: string, record: LostPod | null) => void = () => {},
    saveSeen: (seen: readonly SeenPod[]) => void = () => {},
    lastSeen: readonly SeenPod[] = [],
  ) {
    this.#save = save
    this.#saveSeen = saveSeen
    this.#lastSeen = new Map(lastSeen.map((seen) => [seen.uid, seen]))
  }

  /** The bound pods that were there when a view of this server was closed, and of which nobody knows yet what became. */
  lastSeen(): SeenPod[] {
    return [...this.#lastSeen.values()]
  }

  /**
   * A view of this server is closed: these pods are there. Those on silent nodes are remembered over a restart too; they
   * are the ones that somebody may force away meanwhile.
   */
  leave(seen: readonly SeenPod[]): void {
    for (const pod of seen) this.#lastSeen.set(pod.uid, pod)
    this.#keepSeen()
  }

  /** It is known what became of these, by uid. */
  known(uids: Iterable<string>): void {
    let changed = false
    for (const uid of uids) changed = this.#lastSeen.delete(uid) || changed
    if (changed) this.#keepSeen()
  }

  #keepSeen(): void {
    this.#saveSeen(this.lastSeen().filter(({ silent }) => silent))
  }

  list(): LostPod[] {
    return [...this.#records.values()]
  }

  get(uid: string): LostPod | undefined {
    return this.#records.get(uid)
  }

  /** Adds a record, or puts another one in its place. */
  put(record: LostPod): void {
    if (JSON.stringify(this.#records.get(record.uid)) === JSON.stringify(record)) return
    this.#records.set(record.uid, record)
    this.#save(record.uid, record)
    this.#tell(record)
  }

  remove(uid: string): void {
    const before = this.#records.get(uid)
    if (before === undefined) return
    this.#records.delete(uid)
    this.#save(uid, null)
    this.#tell(before)
  }

  /** Takes over what another process has written. */
  absorb(records: readonly LostPod[]): void {
    for (const each of records) {
      if (this.#records.has(each.uid)) continue
      this.#records.set(each.uid, each)
      this.#tell(each)
    }
  }

  /** Tells of every record that is added, changed or taken away, until the function that is given back is called. */
  listen(listener: (changed: LostPod) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(changed: LostPod): void {
    for (const listener of this.#listeners) listener(changed)
  }
}

type Kept = {
  file: string | null
  servers: Map<string, LostPods>
  /** What the file does not hold yet. */
  unwritten: Map<string, Changes>
  unwrittenSeen: Map<string, readonly SeenPod[]>
  /** What another process saw last, until somebody looks at that server. */
  seenBefore: Map<string, readonly SeenPod[]>
  retry: NodeJS.Timeout | null
  warned: boolean
}
const key = Symbol.for('ordinal.lost-pods')
const holder = globalThis as { [key]?: Kept }
// On globalThis because the door, which names the file, is bundled apart from the routes.
const kept = (holder[key] ??= {
  file: null,
  servers: new Map(),
  unwritten: new Map(),
  unwrittenSeen: new Map(),
  seenBefore: new Map(),
  retry: null,
  warned: false,
})

const retryMs = 5_000
/** Another process holds the lock for milliseconds; one that is older belongs to a process that has died. */
const lockedRetryMs = 50
const deadLockMs = 10_000

/** From now on the records are kept in this file; what it holds is remembered. */
export function keepLostPodsIn(file: string): void {
  kept.file = file
  const found = takeOver(file)
  kept.seenBefore = new Map(Object.entries(found?.lastSeen ?? {}))
  // They are this process's now: after a crash nothing is better than what was true before it.
  for (const server of kept.seenBefore.keys()) kept.unwrittenSeen.set(server, [])
  if (kept.unwrittenSeen.size > 0) write()
}

/** The record of one API server, with what other processes have written since. */
export function lostPodsOf(server: string): LostPods {
  let pods = kept.servers.get(server)
  if (pods === undefined) {
    let saved = '[]'
    pods = new LostPods(
      (uid, changed) => {
        const changes = kept.unwritten.get(server) ?? new Map<string, LostPod | null>()
        kept.unwritten.set(server, changes.set(uid, changed))
        write()
      },
      (seen) => {
        if (JSON.stringify(seen) === saved) return
        saved = JSON.stringify(seen)
        kept.unwrittenSeen.set(server, seen)
        write()
      },
      kept.seenBefore.get(server),
    )
    kept.seenBefore.delete(server)
    kept.servers.set(server, pods)
  }
  if (kept.file !== null) takeOver(kept.file)
  return pods
}

function takeOver(file: string): Contents | null {
  const found = read(file)
  if (found === null) writeLater(retryMs)
  else absorb(found.clusters)
  return found
}

function absorb(found: Record<string, LostPod[]>): void {
  for (const [server, records] of Object.entries(found)) {
    const changes = kept.unwritten.get(server)
    const ours = kept.servers.get(server)
    ours?.absorb(records.filter(({ uid }) => changes?.get(uid) !== null))
  }
}

/** Writes what has changed into what the file holds now: other processes keep theirs in the same file. */
function write(): void {
  const { file, unwritten, unwrittenSeen } = kept
  if (file === null) return
  if (unwritten.size === 0 && unwrittenSeen.size === 0) {
    takeOver(file)
    return
  }
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    const unlock = lock(file)
    if (unlock === null) {
      writeLater(lockedRetryMs)
      return
    }
    try {
      const found = read(file)
      if (found === null) {
        writeLater(retryMs)
        return
      }
      const clusters = merged(found.clusters, unwritten)
      const all = Object.entries({ ...found.lastSeen, ...Object.fromEntries(unwrittenSeen) })
      const lastSeen = Object.fromEntries(all.filter(([, seen]) => seen.length > 0))
      const next = `${file}.${process.pid}`
      writeFileSync(next, `${JSON.stringify({ version: 1, clusters, lastSeen }, null, 2)}\n`, { mode: 0o600 })
      renameSync(next, file)
      unwritten.clear()
      unwrittenSeen.clear()
      kept.warned = false
      absorb(found.clusters)
    } finally {
      unlock()
    }
  } catch (error) {
    warn('Lost pods cannot be kept over a restart; it is tried again', file, error)
    writeLater(retryMs)
  }
}

function merged(found: Record<string, LostPod[]>, unwritten: ReadonlyMap<string, Changes>): Record<string, LostPod[]> {
  const clusters = { ...found }
  for (const [server, changes] of unwritten) {
    const others = (clusters[server] ?? []).filter(({ uid }) => !changes.has(uid))
    const records = [...others, ...[...changes.values()].filter((each) => each !== null)]
    if (records.length > 0) clusters[server] = records
    else delete clusters[server]
  }
  return clusters
}

function writeLater(afterMs: number): void {
  if (kept.retry !== null) clearTimeout(kept.retry)
  kept.retry = setTimeout(() => {
    kept.retry = null
    write()
  }, afterMs)
  kept.retry.unref()
}

/** Keeps other processes out for the moment between reading and writing; null when one of them is there. */
function lock(file: string): (() => void) | null {
  const name = `${file}.lock`
  try {
    closeSync(openSync(name, 'wx', 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    if (Date.now() - (statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0) > deadLockMs)
      rmSync(name, { force: true })
    return null
  }
  return () => rmSync(name, { force: true })
}

const nothing: Contents = { clusters: {}, lastSeen: {} }

/** What the file holds; null when it cannot be read now, and then it must not be written over. */
function read(file: string): Contents | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return nothing
    warn('Lost pods of before cannot be read now; the file is left as it is', file, error)
    return null
  }
  try {
    return contents.parse(JSON.parse(text))
  } catch (error) {
    return setAside(file, error) ? nothing : null
  }
}

/** What an older or newer program wrote is not lost by what comes after it. */
function setAside(file: string, why: unknown): boolean {
  warn(`Lost pods of before cannot be understood; they are kept as ${file}.unreadable`, file, why)
  try {
    renameSync(file, `${file}.unreadable`)
    return true
  } catch (error) {
    warn('They cannot be kept either, so nothing is written', file, error)
    return false
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Says so once, until it works again. */
function warn(message: string, file: string, error: unknown): void {
  if (kept.warned) return
  kept.warned = true
  const reason = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level: 'warn', message, file, reason })}\n`)
}
