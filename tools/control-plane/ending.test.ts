import { spawn } from 'node:child_process'
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { attachControlPlane } from './control-plane'
import { eventually } from './eventually'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ordinal-ending-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

/** Processes whose command line names the folder: everything that a control plane starts does. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((it) => /^\d+$/.test(it))) {
    const line = await readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '')
    if (line.includes(folder)) found.push(line.replaceAll('\0', ' '))
  }
  return found
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** The same process that `npm run cluster` is, so that what a terminal sends it can be sent. */
async function startByCommandLine(name: string) {
  const stateFile = join(home, `${name}.json`)
  const args = ['--import', 'tsx', join(import.meta.dirname, 'cli.ts'), '--empty', '--state', stateFile]
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const controlPlane = await eventually('it is up', 120, () => attachControlPlane(stateFile))
  return { child, ended, stateFile, folder: controlPlane.details.folder }
}

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s leaves no process and no file', async (signal) => {
  const { child, ended, stateFile, folder } = await startByCommandLine(signal)
  expect((await processesOf(folder)).length).toBeGreaterThan(8)
  child.kill(signal)
  await ended
  await eventually('everything is gone', 15, async () =>
    (await processesOf(folder)).length === 0 && !(await exists(folder)) && !(await exists(stateFile))
      ? true
      : undefined,
  )
})
