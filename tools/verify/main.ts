import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'

/**
 * `npm run verify`: everything that can be said of the source without building it, in under three minutes on two cores.
 * `npm run check` is the same without the unit tests, which `npm test` runs. All steps run, the failures come last.
 */

type Step = { name: string; command: readonly string[] }

const root = path.resolve(import.meta.dirname, '../..')
const react = '--conditions=react-server'
const checks: readonly Step[] = [
  { name: 'lint', command: ['eslint', '--cache', '--cache-location', 'dist/.eslintcache', '.'] },
  { name: 'types', command: ['sh', '-c', 'next typegen >/dev/null && tsc --noEmit'] },
  { name: 'no circle of imports', command: ['tsx', 'tools/cycles/main.ts'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'unused files, exports, dependencies', command: ['knip', '--no-progress'] },
  { name: 'docs: links, names, what code knows', command: ['tsx', react, 'tools/docs/main.ts', '--check'] },
]
const units: Step = { name: 'unit tests', command: ['vitest', 'run'] }

type Outcome = Step & { seconds: number; code: number; output: string }

function run(step: Step): Promise<Outcome> {
  const begun = performance.now()
  const [command = '', ...args] = step.command
  const bin = path.join(root, 'node_modules', '.bin')
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` }
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const end = (code: number) => resolve({ ...step, code, output, seconds: (performance.now() - begun) / 1000 })
    child.once('error', (error) => {
      output += error.message
      end(1)
    })
    child.once('close', (code) => end(code ?? 1))
  })
}

const steps = process.argv.includes('--without-tests') ? [...checks] : [units, ...checks]
const outcomes: Outcome[] = []
const begun = performance.now()

async function lane(): Promise<void> {
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    const outcome = await run(step)
    outcomes.push(outcome)
    console.log(`${outcome.code === 0 ? 'well  ' : 'FAILED'} ${outcome.seconds.toFixed(1).padStart(6)} s  ${step.name}`)
  }
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lane))
for (const { name, code, output } of outcomes) if (code !== 0) console.log(`\n== ${name}\n${output.trimEnd()}`)
// The unit tests' own count, so that whoever reads the end knows that they ran.
const counted = outcomes.find(({ name }) => name === units.name)?.output.match(/^.*(Test Files|Tests) .*passed.*$/gm)
for (const line of counted ?? []) console.log(line)
console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s in all`)
process.exitCode = outcomes.some(({ code }) => code !== 0) ? 1 : 0
