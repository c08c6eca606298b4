import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDemoCluster, type DemoCluster } from '@/lib/demo/cluster'
import { run } from './command'

/** The informer of client-go (test/contract/informer) against the demo cluster. */

const CHANGES = 10_000

let cluster: DemoCluster
let url: string
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ordinal-informer-'))
  const source = path.join(import.meta.dirname, '..', 'informer')
  const built = await run('go', ['build', '-o', path.join(folder, 'informer'), '.'], { cwd: source })
  expect(built.stderr.replace(/^go: downloading .*\n/gm, '')).toBe('')
  cluster = createDemoCluster({ machines: [] })
  url = await cluster.listen()
})
afterAll(async () => {
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
})

test(`a copy stays right through ${CHANGES} changes, broken watches and a version that is too old`, async () => {
  const { stdout, stderr } = await run(path.join(folder, 'informer'), ['-server', url, '-changes', String(CHANGES)])
  const result = JSON.parse(stdout || '{}') as Record<string, number | string>
  expect(result, stderr).toMatchObject({ changes: CHANGES, difference: '', wrongOrder: 0 })
  expect(Number(result['expired']), 'the way back was no 410').toBeGreaterThan(0)
})
