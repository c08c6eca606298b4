import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'

/**
 * `npm start` on a machine that has only Node and npm: installs what is missing, builds what changed, and starts the
 * server on the Node that comes with the packages. Plain JavaScript, since nothing is installed when it begins.
 *
 *   node start.mjs                              the built app
 *   node start.mjs --dev                        pages compiled as they are asked for, with hot reload
 *   node start.mjs --demo                       on the demo cluster, whatever is configured
 *   node start.mjs --demo --cluster-only ...    the demo cluster alone, for kubectl; the rest goes to it (--port 8001)
 *   node start.mjs --build-only                 installs and builds
 *   node start.mjs --install-only               installs
 */

const root = import.meta.dirname
const given = process.argv.slice(2)
const known = new Set(['--dev', '--demo', '--cluster-only', '--build-only', '--install-only', '--help'])
const clusterOnly = given.includes('--cluster-only')
const usage =
  'usage: node start.mjs [--dev] [--demo [--cluster-only [what the demo cluster takes]]] [--build-only | --install-only]'
const strange = given.find((word) => !known.has(word))
if (given.includes('--help') || (strange !== undefined && !clusterOnly)) {
  process.stderr.write(strange === undefined ? `${usage}\n` : `${strange} is not known.\n${usage}\n`)
  process.exit(strange === undefined ? 0 : 2)
}
const dev = given.includes('--dev')
const demo = given.includes('--demo')

const inRoot = (...parts) => path.join(root, ...parts)
const say = (line) => process.stderr.write(`${line}\n`)
const digest = (text) => createHash('sha256').update(text).digest('hex')

/** The oldest Node that the packages run on; `engines` of package.json says the same. */
const oldestNode = [22, 19]

/** The Node of the packages where there is one for this machine, else this one when it is new enough. */
function node() {
  const own = inRoot('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (existsSync(own)) return own
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return process.execPath
  say(
    `Ordinal needs Node ${oldestNode.join('.')} or newer, and this is ${process.versions.node}. ` +
      `No Node comes with the packages for ${process.platform} on ${process.arch}: install one from https://nodejs.org.`,
  )
  process.exit(1)
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) say(String(error.message))
  if (status !== 0) process.exit(status ?? 1)
}

/** The lock file that node_modules was made from, as its digest; npm's own copy is a witness for installs by hand. */
function isInstalled(lock) {
  const mark = inRoot('node_modules', '.ordinal-lock')
  if (existsSync(mark)) return readFileSync(mark, 'utf8') === lock
  const own = inRoot('node_modules', '.package-lock.json')
  return existsSync(own) && statSync(own).mtimeMs + 5000 >= statSync(inRoot('package-lock.json')).mtimeMs
}

/**
 * Does `work` while no other command of this folder installs or builds. The lock is a folder, since making one is
 * atomic everywhere; it holds the number of the process, so that what a dead one left is taken over.
 */
function alone(work) {
  const lock = inRoot('dist', '.lock')
  mkdirSync(inRoot('dist'), { recursive: true })
  let told = false
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const owner = ownerOf(lock)
    if (owner !== null && !isAlive(owner)) {
      rmSync(lock, { recursive: true, force: true })
      continue
    }
    if (!told) say(`Another command (process ${owner ?? 'just begun'}) installs or builds here; waiting for it ...`)
    told = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
  }
  writeFileSync(path.join(lock, 'pid'), String(process.pid))
  process.once('exit', () => rmSync(lock, { recursive: true, force: true }))
  try {
    return work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** The process that holds a lock. One that was made this moment has no number yet; an old one without is nobody's. */
function ownerOf(lock) {
  try {
    return Number(readFileSync(path.join(lock, 'pid'), 'utf8'))
  } catch {
    const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0
    return age > 10_000 ? 0 : null
  }
}

function isAlive(pid) {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function install() {
  const lock = digest(readFileSync(inRoot('package-lock.json')))
  if (!isInstalled(lock)) {
    say('Installing packages (once, and again when they change) ...')
    const npm = process.env.npm_execpath
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    if (npm && /\.c?js$/.test(npm)) run(process.execPath, [npm, ...args])
    else run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { shell: process.platform === 'win32' })
  }
  writeFileSync(inRoot('node_modules', '.ordinal-lock'), lock)
}

/** Every file that ends in the build, in a fixed order. */
function* sources(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(directory, entry.name)
    if (entry.isDirectory()) yield* sources(file)
    else if (!/\.test\.tsx?$/.test(entry.name)) yield file
  }
}

function fingerprint(directories, files) {
  const hash = createHash('sha256')
  const add = (file) => hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  for (const name of directories) if (existsSync(inRoot(name))) for (const file of sources(inRoot(name))) add(file)
  for (const name of files) if (existsSync(inRoot(name))) add(inRoot(name))
  return hash.digest('hex')
}

/** What each build is made from and has to hold: the app, the door alone (development), the demo cluster alone. */
const kinds = {
  app: {
    directories: ['app', 'components', 'lib', 'public'],
    files: ['server.ts', 'next.config.js', 'postcss.config.mjs'],
    holds: ['server.mjs', 'demo.mjs', 'next/BUILD_ID'],
  },
  door: { directories: ['lib'], files: ['server.ts'], holds: ['server.mjs', 'demo.mjs'] },
  demo: { directories: ['lib/demo'], files: [], holds: ['demo.mjs'] },
}

/**
 * Builds when the sources are not those of a build that is there, and answers its folder. Each build has a folder of
 * its own, named after its sources, and gets its name when it is whole: no command changes what another one runs.
 */
function build(kind) {
  const { directories, files, holds } = kinds[kind]
  const print = fingerprint(directories, [...files, 'build.mjs', 'package-lock.json', 'tsconfig.json'])
  const folder = inRoot('dist', `${kind}-${print.slice(0, 12)}`)
  if (!holds.every((name) => existsSync(path.join(folder, name)))) {
    say('Building (once, and again when the sources change) ...')
    const unfinished = inRoot('dist', '.building')
    rmSync(unfinished, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
    run(node(), [inRoot('build.mjs'), kind, unfinished])
    renameSync(unfinished, folder)
  }
  const now = new Date()
  utimesSync(folder, now, now)
  // Tests and tools find the build that was asked for last by this file.
  writeFileSync(inRoot('dist', `${kind}.current`), path.basename(folder))
  removeOld(kind)
  return folder
}

/** Keeps the newest builds of a kind, and those that are running. */
function removeOld(kind) {
  const used = new Set(running())
  const builds = readdirSync(inRoot('dist'))
    .filter((name) => name.startsWith(`${kind}-`))
    .map((name) => ({ name, at: statSync(inRoot('dist', name)).mtimeMs }))
    .sort((a, b) => b.at - a.at)
  for (const { name } of builds.slice(2)) {
    if (!used.has(name)) rmSync(inRoot('dist', name), { recursive: true, force: true })
  }
}

/** The builds that a living process runs from. */
function running() {
  const folder = inRoot('dist', '.running')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((pid) => {
    const mark = path.join(folder, pid)
    if (isAlive(Number(pid))) return [readFileSync(mark, 'utf8')]
    rmSync(mark, { force: true })
    return []
  })
}

function markRunning(folder) {
  mkdirSync(inRoot('dist', '.running'), { recursive: true })
  const mark = inRoot('dist', '.running', String(process.pid))
  writeFileSync(mark, path.basename(folder))
  process.once('exit', () => rmSync(mark, { force: true }))
}

/** Runs until it ends, and ends it with us. A small nursery keeps tens of megabytes from being used for garbage. */
function start(program, args, env) {
  const flags = ['--max-semi-space-size=4', program, ...args]
  const child = spawn(node(), flags, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}

const built = alone(() => {
  install()
  if (given.includes('--install-only')) return null
  const folder = build(clusterOnly ? 'demo' : dev ? 'door' : 'app')
  if (!given.includes('--build-only')) markRunning(folder)
  return folder
})
if (built === null || given.includes('--build-only')) process.exit(0)
if (clusterOnly) {
  start(
    path.join(built, 'demo.mjs'),
    given.filter((word) => !known.has(word)),
    {},
  )
} else {
  start(path.join(built, 'server.mjs'), [], {
    NODE_ENV: dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    ...(demo ? { ORDINAL_DEMO: '1' } : {}),
  })
}
