import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const program = path.join(import.meta.dirname, 'kubectl-ordinal.mjs')

/** The command as a Node of some version runs it. */
function run(args: string[], version = process.versions.node) {
  const versions = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
  const given = ['--import', `data:text/javascript,${encodeURIComponent(versions)}`, program, ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, given, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('the command of the package', () => {
  it.each(['14.21.3', '20.11.0', '22.18.9'])('says on Node %s that it needs a newer one', (version) => {
    const { status, stderr } = run(['--demo'], version)
    expect(status).toBe(1)
    expect(stderr).toContain(`Ordinal needs Node 22.19 or newer, and this is ${version}`)
    expect(stderr).toContain('https://nodejs.org')
  })

  it('tells how it is used', () => {
    const { status, stdout } = run(['--help'], '22.19.0')
    expect(status).toBe(0)
    expect(stdout).toMatch(/usage: kubectl ordinal[^]*--demo[^]*--context NAME[^]*--port PORT/)
  })

  it.each([
    [['--demmo'], '--demmo is not known.'],
    [['demo'], 'demo is not known.'],
    [['--demo=1'], '--demo=1 is not known.'],
    [['--port'], '--port needs a value.'],
    [['--port', '--demo'], '--port needs a value.'],
    [['--context='], '--context needs a value.'],
  ])('%j ends it before anything starts, with what is right', (args, why) => {
    const { status, stdout, stderr } = run(args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(why)
    expect(stderr).toContain('usage: kubectl ordinal')
  })
})
