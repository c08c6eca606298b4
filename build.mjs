import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'

/**
 * Builds everything that runs: the pages and routes with Next, the door and the demo cluster with esbuild.
 * `--door` leaves the pages out (development compiles them itself), `--demo` builds the demo cluster alone.
 */

const root = import.meta.dirname
const only = process.argv[2]

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  outdir: path.join(root, 'dist'),
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
  await rm(path.join(root, 'dist', 'chunks'), { recursive: true, force: true })
  const entries = {
    ...(only === '--demo' ? {} : { server: 'server.ts' }),
    ...(existsSync(path.join(root, 'lib/demo/main.ts')) ? { demo: 'lib/demo/main.ts' } : {}),
  }
  await build({ ...shared, entryPoints: entries, external: ['next'], minify: true, keepNames: true })
}

function pages() {
  const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  // Types are checked by `npm run typecheck`, not by everybody who starts the app.
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ORDINAL_SKIP_TYPES: '1' }
  const { status } = spawnSync(process.execPath, [next, 'build'], { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

await bundle()
if (only === undefined) pages()
