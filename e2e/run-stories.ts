/**
 * `run-stories demo`: the browser stories on the embedded demo cluster.
 * `run-stories package`: installs the package and runs those stories against it that are tagged `@package`.
 * `run-stories cluster`: starts a real control plane (or attaches to the one that ORDINAL_CONTROL_PLANE names), then
 * runs the integration tests and the browser stories on it, through a kubeconfig and again through kubectl proxy, and
 * predicts the controller's actions over 200 random steps (ORDINAL_STEPS).
 * `run-stories random`: the long random runs on a real control plane: 200 operations (ORDINAL_OPERATIONS; `cluster`
 * does 40) after which every view must equal what kubectl gives, 500 moments (ORDINAL_MOMENTS; the stories do 20) of a
 * storm in which an open page must equal the page loaded anew, 300 steps (ORDINAL_RIGHTS_STEPS; `cluster` does 30) of
 * rights that come and go, in which nothing that exists may be shown as absent, and 2,000 steps (ORDINAL_STEPS) of which each next
 * action must have been foreseen. The seed is ORDINAL_SEED.
 * What follows the first word goes to Playwright.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { browserVariable } from './browser/browser'
import { installPackage, packageVariable } from './installed-package'
import { startOrdinal } from './ordinal'
import { findBrowser } from './browser/find-browser'
import { attachControlPlane, startControlPlane } from '@/tools/control-plane/control-plane'

const root = path.resolve(import.meta.dirname, '..')

/** Runs a program to its end. */
function run(command: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)))
  })
}

/** A pod for each replica of kubia on a node of its own, and where to go when one is lost. */
const nodesOfAWorker = 3
/** Enough for two workers. Neighbours in the list go to different workers, so each has a node in every zone. */
const sixNodes = Array.from({ length: 2 * nodesOfAWorker }, (_, index) => ({
  name: `worker-${index + 1}`,
  zone: `zone-${'abc'[index % 3]}`,
}))

const say = (line: string) => console.log(`control plane: ${line}`)
const bin = (name: string) => path.join(root, 'node_modules', '.bin', name)

async function stories(projects: string[], more: string[], env: Record<string, string> = {}) {
  const browser = await findBrowser((line) => console.error(line))
  const chosen = projects.map((project) => `--project=${project}`)
  const args = ['test', '--config', 'e2e/playwright.config.ts', ...chosen, ...more]
  return run(bin('playwright'), args, { ...env, ...browserVariable(browser) })
}

/**
 * Both ways into the control plane at the same time, as many workers as can have nodes of their own, and then what
 * runs with nothing beside it.
 */
async function storiesOnCluster(more: string[], env: Record<string, string>) {
  const { nodes } = await (await attachControlPlane(env.ORDINAL_CONTROL_PLANE)).status()
  const workers = nodes.length >= 2 * nodesOfAWorker ? 2 : 1
  const asked = ['--pass-with-no-tests', '--workers']
  const together = await stories(['kubeconfig', 'kubectl-proxy'], [...asked, String(workers), ...more], env)
  const alone = await stories(['alone'], [...asked, '1', ...more], env)
  return together || alone
}

/** Tells how long the installed package takes to its first page, and runs a few stories on it. */
async function onPackage(more: string[]) {
  const { folder, remove } = installPackage()
  process.env[packageVariable] = folder
  try {
    const begun = performance.now()
    const ordinal = await startOrdinal({ ORDINAL_DEMO: '1' })
    const { status } = await fetch(`${ordinal.url}/clusters/demo`)
    const took = performance.now() - begun
    await ordinal.stop()
    console.log(`package: a page on the demo cluster (${status}) ${(took / 1000).toFixed(1)} s after the command`)
    return status === 200 ? await stories(['demo'], ['--grep', '@package', ...more]) : 1
  } finally {
    remove()
  }
}

async function onDemo(more: string[]) {
  return stories(['demo'], more)
}

/** Runs `work` with a control plane: the one that ORDINAL_CONTROL_PLANE names, or one of its own. */
async function withControlPlane(work: (env: Record<string, string>) => Promise<number>) {
  const given = process.env.ORDINAL_CONTROL_PLANE
  const folder = given ? null : await mkdtemp(path.join(tmpdir(), 'ordinal-state-'))
  const stateFile = given ?? path.join(folder ?? '', 'control-plane.json')
  const started = given ? null : await startControlPlane({ stateFile, progress: say, nodes: sixNodes })
  try {
    await attachControlPlane(stateFile)
    return await work({ ORDINAL_CONTROL_PLANE: stateFile })
  } finally {
    await started?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  }
}

/** Everything on one control plane; also what comes after a failure. */
async function onCluster(more: string[]) {
  return withControlPlane(async (env) => {
    if (more.length) return storiesOnCluster(more, env)
    const integration = ['run', '--config', 'vitest.cluster.config.ts']
    const alone = await run(bin('vitest'), [...integration, '--exclude', 'test/{contract,door}/**'], env)
    // No lost node of another file disturbs these: the contract's scenarios bring kubelets of their own.
    const together = ['test/contract', 'test/door', '--fileParallelism', '--maxWorkers', '2']
    const contract = await run(bin('vitest'), [...integration, ...together], env)
    const inBrowser = await storiesOnCluster([], env)
    const foreseen = await predict(process.env.ORDINAL_STEPS ?? '200', env)
    return alone || contract || inBrowser || foreseen
  })
}

async function atRandom() {
  return withControlPlane(async (env) => {
    const operations = process.env.ORDINAL_OPERATIONS ?? '200'
    const test = ['run', '--config', 'vitest.cluster.config.ts', 'test/consistency']
    const equal = await run(bin('vitest'), test, { ...env, ORDINAL_OPERATIONS: operations })
    const rights = ['run', '--config', 'vitest.cluster.config.ts', 'test/rights']
    const unseen = await run(bin('vitest'), rights, {
      ...env,
      ORDINAL_RIGHTS_STEPS: process.env.ORDINAL_RIGHTS_STEPS ?? '300',
    })
    const moments = { ORDINAL_MOMENTS: process.env.ORDINAL_MOMENTS ?? '500' }
    const storm = await stories(['kubeconfig'], ['storm.spec.ts'], { ...env, ...moments })
    return equal || unseen || storm || (await predict(process.env.ORDINAL_STEPS ?? '2000', env))
  })
}

function predict(steps: string, env: Record<string, string>) {
  const seed = process.env.ORDINAL_SEED ?? '7'
  const args = ['--conditions=react-server', 'test/predict/main.ts', '--steps', steps, '--seed', seed, '--nodes']
  return run(bin('tsx'), args, env)
}

const [where, ...more] = process.argv.slice(2)
const build = await run(bin('node'), ['start.mjs', '--build-only'])
if (build !== 0) process.exit(build)
if (where === 'demo') process.exitCode = await onDemo(more)
else if (where === 'cluster') process.exitCode = await onCluster(more)
else if (where === 'package') process.exitCode = await onPackage(more)
else if (where === 'random') process.exitCode = await atRandom()
else {
  console.error('usage: run-stories demo|cluster|package|random [what Playwright takes]')
  process.exitCode = 2
}
