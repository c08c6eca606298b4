import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
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

/** The Node of the packages where there is one for this machine, else this one. */
function node() {
  const own = inRoot('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  return existsSync(own) ? own : process.execPath
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

/** Builds when the sources are not those of the last build of this name. */
function buildOnce(name, directories, files, args, complete) {
  const mark = inRoot('dist', `.built-${name}`)
  const now = fingerprint(directories, [...files, 'build.mjs', 'package-lock.json', 'tsconfig.json'])
  if (complete() && existsSync(mark) && readFileSync(mark, 'utf8') === now) return
  say('Building (once, and again when the sources change) ...')
  run(node(), [inRoot('build.mjs'), ...args])
  mkdirSync(inRoot('dist'), { recursive: true })
  writeFileSync(mark, now)
}

const built = (...files) => files.every((file) => existsSync(inRoot(...file.split('/'))))

function build() {
  if (clusterOnly) buildOnce('demo', ['lib/demo'], [], ['--demo'], () => built('dist/demo.mjs'))
  else if (dev) buildOnce('door', ['lib'], ['server.ts'], ['--door'], () => built('dist/server.mjs'))
  else {
    const files = ['server.ts', 'instrumentation.ts', 'next.config.js', 'postcss.config.mjs']
    const directories = ['app', 'components', 'lib', 'public']
    buildOnce('all', directories, files, [], () => built('dist/server.mjs', '.next/BUILD_ID'))
  }
}

/** Runs until it ends, and ends it with us. A small nursery keeps tens of megabytes from being used for garbage. */
function start(program, args, env) {
  const flags = ['--max-semi-space-size=4', program, ...args]
  const child = spawn(node(), flags, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}

install()
if (given.includes('--install-only')) process.exit(0)
build()
if (clusterOnly) {
  start(
    inRoot('dist', 'demo.mjs'),
    given.filter((word) => !known.has(word)),
    {},
  )
} else if (!given.includes('--build-only')) {
  start(inRoot('dist', 'server.mjs'), [], {
    NODE_ENV: dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    ...(demo ? { ORDINAL_DEMO: '1' } : {}),
  })
}
