import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ForceDelete } from '@/lib/statefulset/explain/duplicate-pod'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ordinal-state-'))
  file = path.join(folder, 'below', 'force-deletes.json')
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** The module as a process that has just begun sees it. */
async function anotherProcess() {
  Reflect.deleteProperty(globalThis, Symbol.for('ordinal.force-deletes'))
  vi.resetModules()
  const made = await import('./force-deletes')
  made.keepForceDeletesIn(file)
  return made
}

const record = (ordinal: number): ForceDelete => ({
  namespace: 'default',
  set: 'kubia',
  ordinal,
  pod: `kubia-${ordinal}`,
  uid: `uid-${ordinal}`,
  node: 'worker-1',
  nodeUid: 'node-uid',
  bootID: 'boot-1',
  at: '2026-11-22T10:00:00Z',
})
const one = 'https://one:6443'
const other = 'https://other:6443'

it('a force delete whose risk is open is remembered by the next process, for its own API server', async () => {
  const first = await anotherProcess()
  first.rememberForceDeletes(one, [record(0), record(1)])
  first.rememberForceDeletes(one, [record(1)])
  const second = await anotherProcess()
  expect(second.openForceDeletes(one)).toEqual([record(1)])
  expect(second.openForceDeletes(other)).toEqual([])
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

it('two processes keep each other’s records', async () => {
  const first = await anotherProcess()
  const second = await anotherProcess()
  first.rememberForceDeletes(one, [record(0)])
  second.rememberForceDeletes(other, [record(1)])
  second.rememberForceDeletes(other, [])
  const third = await anotherProcess()
  expect(third.openForceDeletes(one)).toEqual([record(0)])
  expect(third.openForceDeletes(other)).toEqual([])
})

it('a file that cannot be read or written is told of, and nothing else suffers', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  writeFileSync(path.join(folder, 'below'), 'not a folder')
  const first = await anotherProcess()
  first.rememberForceDeletes(one, [record(0)])
  expect(first.openForceDeletes(one)).toEqual([record(0)])
  expect(told.mock.calls.map(([line]) => String(line)).join('')).toContain('cannot be kept over a restart')
  file = path.join(folder, 'broken.json')
  writeFileSync(file, '{"version": 2')
  expect((await anotherProcess()).openForceDeletes(one)).toEqual([])
  expect(told.mock.calls.map(([line]) => String(line)).join('')).toContain('cannot be read')
  expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe('{"version": 2')
})
