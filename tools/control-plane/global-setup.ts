import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attachControlPlane, startControlPlane } from './control-plane'

/**
 * One control plane for a whole test run, for Vitest's and for Playwright's `globalSetup`. With
 * `ORDINAL_CONTROL_PLANE` set the tests use the one that runs already; otherwise one is started, the variable is set
 * for the tests, and it is stopped after them. Tests then call `attachControlPlane()`.
 */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['ORDINAL_CONTROL_PLANE']) {
    await attachControlPlane()
    return undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 'ordinal-state-'))
  const stateFile = join(folder, 'control-plane.json')
  const progress = (line: string) => void process.stderr.write(`control plane: ${line}\n`)
  const controlPlane = await startControlPlane({ stateFile, progress }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  process.env['ORDINAL_CONTROL_PLANE'] = stateFile
  return async () => {
    await controlPlane.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
