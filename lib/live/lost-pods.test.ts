import {
  closeSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LostPod } from '@/lib/statefulset/explain/duplicate-pod'
import type { SeenPod } from '@/lib/statefulset/explain/unwatched-pod'

let folder: string
let file: string
let told: string[]
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ordinal-state-'))
  file = path.join(folder, 'below', 'force-deletes.json')
  told = []
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => told.push(String(line)) > 0)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** The module as a process that has just begun sees it. */
async function anotherProcess() {
  Reflect.deleteProperty(globalThis, Symbol.for('ordinal.lost-pods'))
  vi.resetModules()
  const made = await import('./lost-pods')
  made.keepLostPodsIn(file)
  return made
}

const record = (ordinal: number, changes: Partial<LostPod> = {}): LostPod => ({
  namespace: 'default',
  set: 'kubia',
  ordinal,
  pod: `kubia-${ordinal}`,
  uid: `uid-${ordinal}`,
  node: 'worker-1',
  nodeUid: 'node-uid',
  bootID: 'boot-1',
  at: '2026-11-22T10:00:00Z',
  closedAt: null,
  ...changes,
})
const one = 'https://one:6443'
const other = 'https://other:6443'
const inFile = (server: string): string[] =>
  (JSON.parse(readFileSync(file, 'utf8')) as { clusters: Record<string, LostPod[]> }).clusters[server]?.map(
    ({ uid }) => uid,
  ) ?? []

describe('a record', () => {
  it('is remembered by the next process, for its own API server', async () => {
    const first = (await anotherProcess()).lostPodsOf(one)
    first.put(record(0))
    first.put(record(1))
    first.remove('uid-0')
    first.put(record(1, { closedAt: '2026-11-22T11:00:00Z' }))
    const second = await anotherProcess()
    expect(second.lostPodsOf(one).list()).toEqual([record(1, { closedAt: '2026-11-22T11:00:00Z' })])
    expect(second.lostPodsOf(other).list()).toEqual([])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(existsSync(`${file}.lock`)).toBe(false)
  })

  it('is one for all who look at a server, and each hears of what the others do', async () => {
    const { lostPodsOf } = await anotherProcess()
    const heard: string[] = []
    lostPodsOf(one).listen(({ uid }) => heard.push(uid))
    lostPodsOf(one).put(record(0))
    lostPodsOf(one).put(record(0))
    lostPodsOf(other).put(record(1))
    expect(heard).toEqual(['uid-0'])
    expect(lostPodsOf(one)).toBe(lostPodsOf(one))
  })

  it('of two processes of one server are both kept, whoever writes last', async () => {
    const first = (await anotherProcess()).lostPodsOf(one)
    const second = (await anotherProcess()).lostPodsOf(one)
    first.put(record(0))
    second.put(record(1))
    first.put(record(2))
    second.remove('uid-1')
    expect(inFile(one).sort()).toEqual(['uid-0', 'uid-2'])
    // The one that wrote has also read what the other one knew.
    expect(second.list().map(({ uid }) => uid)).toContain('uid-0')
    expect((await anotherProcess()).lostPodsOf(one).list()).toHaveLength(2)
  })

  it('that was written by an earlier version is read', async () => {
    const { closedAt: _, ...before } = record(0)
    mkdirSync(path.dirname(file))
    writeFileSync(file, JSON.stringify({ version: 1, clusters: { [one]: [before] } }))
    expect((await anotherProcess()).lostPodsOf(one).list()).toEqual([record(0)])
  })

  it('waits for another process that is just writing, and not for one that has died', async () => {
    vi.useFakeTimers()
    const pods = (await anotherProcess()).lostPodsOf(one)
    mkdirSync(path.dirname(file))
    writeFileSync(`${file}.lock`, '')
    pods.put(record(0))
    expect(existsSync(file)).toBe(false)
    rmSync(`${file}.lock`)
    await vi.advanceTimersByTimeAsync(60)
    expect(inFile(one)).toEqual(['uid-0'])
    writeFileSync(`${file}.lock`, '')
    pods.put(record(1))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(inFile(one)).toEqual(['uid-0', 'uid-1'])
  })
})

describe('pods that were there when nobody looked any more', () => {
  const seen = (ordinal: number, silent: boolean): SeenPod => {
    const { namespace, set, pod, uid } = record(ordinal)
    return { namespace, set, ordinal, pod, uid, node: 'n', nodeUid: 'u', bootID: null, silent, leftMs: 1 }
  }
  const seenBefore = async (server = one) => (await anotherProcess()).lostPodsOf(server).lastSeen()

  it('on silent nodes are remembered by the next process, and by no other after it', async () => {
    const pods = (await anotherProcess()).lostPodsOf(one)
    pods.leave([seen(0, true), seen(1, false)])
    expect(pods.lastSeen()).toHaveLength(2)
    expect(await seenBefore()).toEqual([seen(0, true)])
    // What that process made of them it did not write: what was true before may be wrong by now.
    expect(await seenBefore()).toEqual([])
  })

  it('are those of their own API server, and keep the records', async () => {
    const { lostPodsOf } = await anotherProcess()
    lostPodsOf(other).put(record(3))
    lostPodsOf(one).leave([seen(0, true)])
    const next = await anotherProcess()
    expect(next.lostPodsOf(other).lastSeen()).toEqual([])
    expect(next.lostPodsOf(other).list()).toEqual([record(3)])
    expect(next.lostPodsOf(one).lastSeen()).toEqual([seen(0, true)])
  })

  it('are forgotten when it is known what became of them', async () => {
    const pods = (await anotherProcess()).lostPodsOf(one)
    pods.leave([seen(0, true), seen(1, true)])
    pods.known(['uid-0', 'uid-7'])
    expect(await seenBefore()).toEqual([seen(1, true)])
  })

  it('are not written where none is on a silent node', async () => {
    const pods = (await anotherProcess()).lostPodsOf(one)
    pods.leave([seen(0, false)])
    pods.known(['uid-0'])
    expect(existsSync(file)).toBe(false)
  })
})

describe('a file that cannot be read or written', () => {
  it('is told of, and nothing else suffers', async () => {
    writeFileSync(path.join(folder, 'below'), 'not a folder')
    const pods = (await anotherProcess()).lostPodsOf(one)
    pods.put(record(0))
    expect(pods.list()).toEqual([record(0)])
    expect(told.join('')).toContain('cannot be kept over a restart')
  })

  it('is set aside when it cannot be understood', async () => {
    mkdirSync(path.dirname(file))
    writeFileSync(file, '{"version": 2')
    expect((await anotherProcess()).lostPodsOf(one).list()).toEqual([])
    expect(told.join('')).toContain('cannot be understood')
    expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe('{"version": 2')
  })

  it('stays as it is while no file can be opened, and holds everything after that', async () => {
    const before = (await anotherProcess()).lostPodsOf(other)
    before.put(record(7))
    const { lostPodsOf } = await anotherProcess()
    const pods = lostPodsOf(one)
    vi.useFakeTimers()
    const held: number[] = []
    try {
      for (;;) held.push(openSync('/dev/null', 'r'))
    } catch {
      pods.put(record(0))
      pods.put(record(1))
      pods.remove('uid-1')
    } finally {
      for (const each of held) closeSync(each)
    }
    expect(existsSync(`${file}.unreadable`)).toBe(false)
    expect(inFile(other)).toEqual(['uid-7'])
    expect(told.join('')).toMatch(/EMFILE|ENFILE/)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(inFile(one)).toEqual(['uid-0'])
    expect(inFile(other)).toEqual(['uid-7'])
  })

  it.skipIf(process.getuid?.() === 0)(
    'that may not be read is not written over, and read when it may be (skipped as root, who may read everything)',
    async () => {
      ;(await anotherProcess()).lostPodsOf(one).put(record(0))
      chmodSync(file, 0)
      vi.useFakeTimers()
      const pods = (await anotherProcess()).lostPodsOf(one)
      pods.put(record(1))
      expect(pods.list().map(({ uid }) => uid)).toEqual(['uid-1'])
      chmodSync(file, 0o600)
      expect(inFile(one)).toEqual(['uid-0'])
      await vi.advanceTimersByTimeAsync(10_000)
      expect(inFile(one).sort()).toEqual(['uid-0', 'uid-1'])
      expect(pods.list().map(({ uid }) => uid)).toContain('uid-0')
    },
  )

  it('that is a folder is not written over either', async () => {
    mkdirSync(file, { recursive: true })
    const pods = (await anotherProcess()).lostPodsOf(one)
    pods.put(record(0))
    expect(statSync(file).isDirectory()).toBe(true)
    expect(pods.list()).toEqual([record(0)])
  })
})
