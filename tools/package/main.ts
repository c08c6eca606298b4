import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { nodeFileTrace } from '@vercel/nft'

/**
 * `npm run package`: makes `dist/kubectl-ordinal-VERSION.tgz` of the built app, with those files of its packages that
 * run and no dependency to install. Ends with 1 when it is larger than it may be.
 */

const root = path.resolve(import.meta.dirname, '..', '..')
const out = path.join(root, 'dist', 'package')
const builtName = readFileSync(path.join(root, 'dist', 'app.current'), 'utf8')
const built = path.join(root, 'dist', builtName)

/** In MB of 1,000,000 bytes. */
const most = { packed: 25, unpacked: 90 }

/**
 * Reached by a trace, and never by a server in production: what builds, what develops, variants that are switched off,
 * and the image optimizer, which next.config.js turns off.
 */
const unused = [
  '**/*.map',
  '**/*.d.ts',
  '**/*.dev.js',
  '**/*.development.js',
  '**/*experimental*',
  '**/*.nft.json',
  'node_modules/@img/**',
  'node_modules/sharp/**',
  'node_modules/caniuse-lite/**',
  'node_modules/typescript/**',
  'node_modules/@swc/core*/**',
  'node_modules/next/dist/docs/**',
  'node_modules/next/dist/server/capsize-font-metrics.json',
  'node_modules/next/dist/compiled/@(webpack|babel|babel-packages|next-devtools|postcss-preset-env|cssnano-simple)/**',
]

function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(file)
    else if (entry.isFile()) yield file
  }
}

/** Of the build everything goes along but maps and traces; of the packages what the build's own files reach. */
async function collect(): Promise<void> {
  const app = path.join(out, 'app')
  const own = [...filesIn(built)].filter((file) => !/\.(map|nft\.json)$/.test(file))
  for (const file of own) copy(file, path.join(app, 'dist', 'app', path.relative(built, file)))
  copy(path.join(root, 'public'), path.join(app, 'public'))
  writeFileSync(path.join(app, 'package.json'), `${JSON.stringify({ private: true, type: 'module' })}\n`)

  const { fileList } = await nodeFileTrace(
    own.filter((file) => /\.m?js$/.test(file) && !file.includes(`${path.sep}static${path.sep}`)),
    { base: root, processCwd: root, conditions: ['react-server'], ignore: unused },
  )
  const packages = [...fileList].filter((file) => file.startsWith(`node_modules${path.sep}`))
  for (const file of packages) {
    const from = path.join(root, file)
    if (statSync(from).isFile()) copy(realpathSync(from), path.join(app, file))
  }
  // A package that the pages do not bundle is a link beside them, and a tarball holds none: it goes along as it is.
  const links = path.join(built, 'next', 'node_modules')
  for (const name of readdirSync(links)) {
    const link = path.join(links, name)
    if (!lstatSync(link).isSymbolicLink()) throw new Error(`${link} was expected to be a link`)
    const target = path.relative(root, realpathSync(link))
    for (const file of packages.filter((each) => each.startsWith(`${target}${path.sep}`)))
      copy(
        path.join(root, file),
        path.join(app, 'dist', 'app', 'next', 'node_modules', name, path.relative(target, file)),
      )
  }
}

function copy(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true })
}

type Manifest = { version: string; description: string; license: string; engines: { node: string } }

function describe(): string {
  const { version, description, license, engines } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  ) as Manifest
  const command = 'kubectl-ordinal'
  const manifest = {
    name: command,
    version,
    description,
    license,
    type: 'module',
    engines,
    bin: { [command]: `${command}.mjs` },
    files: ['app', `${command}.mjs`, 'CHANGELOG.md'],
  }
  writeFileSync(path.join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE']) copy(path.join(root, name), path.join(out, name))
  copy(path.join(import.meta.dirname, `${command}.mjs`), path.join(out, `${command}.mjs`))
  chmodSync(path.join(out, `${command}.mjs`), 0o755)
  return version
}

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
await collect()
const version = describe()
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const packed = spawnSync(npm, ['pack', '--pack-destination', path.join(root, 'dist'), '--loglevel=error'], {
  cwd: out,
  stdio: ['ignore', 'ignore', 'inherit'],
  shell: process.platform === 'win32',
})
if (packed.status !== 0) throw new Error(`npm pack ended with ${packed.status}`)
const tarball = path.join(root, 'dist', `kubectl-ordinal-${version}.tgz`)
const files = [...filesIn(out)]
const size = {
  packed: statSync(tarball).size / 1e6,
  unpacked: files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6,
}
const tooLarge = size.packed > most.packed || size.unpacked > most.unpacked
console.log(
  `${path.relative(root, tarball)}: ${size.packed.toFixed(1)} MB packed (at most ${most.packed}), ` +
    `${size.unpacked.toFixed(1)} MB unpacked (at most ${most.unpacked}), ${files.length} files` +
    `${tooLarge ? '  TOO LARGE' : ''}`,
)
process.exitCode = tooLarge ? 1 : 0
