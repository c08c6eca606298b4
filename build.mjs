import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

/**
 * `node build.mjs app|door|demo FOLDER` builds into a folder that start.mjs names: the pages and routes with Next, the
 * door and the demo cluster with esbuild. `door` leaves the pages out (development compiles them itself), `demo` is the
 * demo cluster alone.
 */

const root = import.meta.dirname
const [kind = 'app', folder = path.join('dist', '.building')] = process.argv.slice(2)
const out = path.resolve(root, folder)

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  outdir: out,
  alias: { '@': root },
  // `server-only` is empty under this condition and throws without it.
  conditions: ['react-server'],
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  logLevel: 'warning',
  // What is CommonJS inside a bundle of modules still asks for these.
  banner: {
    js: "import { createRequire as ordinalRequire } from 'node:module'; const require = ordinalRequire(import.meta.url);",
  },
}

async function bundle() {
  const entryPoints = { ...(kind === 'demo' ? {} : { server: 'server.ts' }), demo: 'lib/demo/main.ts' }
  await build({ ...shared, entryPoints, external: ['next'], minify: true, keepNames: true })
}

/** Next builds where it always does, and the result moves: its own cache and types stay for the next build. */
function pages() {
  const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  // Types are checked by `npm run typecheck`, not by everybody who starts the app.
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ORDINAL_SKIP_TYPES: '1' }
  const { status } = spawnSync(process.execPath, [next, 'build'], { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  const built = path.join(root, '.next')
  const moved = path.join(out, 'next')
  mkdirSync(moved, { recursive: true })
  const stays = new Set(['cache', 'types', 'dev', 'trace', 'trace-build', 'diagnostics'])
  for (const name of readdirSync(built)) {
    if (!stays.has(name)) renameSync(path.join(built, name), path.join(moved, name))
  }
  // Packages that are not bundled are links, relative to where they were made.
  const links = path.join(moved, 'node_modules')
  for (const name of readdirSync(moved).includes('node_modules') ? readdirSync(links) : []) {
    const target = path.resolve(built, 'node_modules', readlinkSync(path.join(links, name)))
    rmSync(path.join(links, name))
    symlinkSync(target, path.join(links, name), 'junction')
  }
}

await bundle()
if (kind === 'app') pages()
