import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { circles } from './circles'

/**
 * Ends with 1 when files import each other in a circle, types included: then none of them can be read first. ESLint's
 * own rule looks from every file anew and takes minutes.
 */

const root = path.resolve(import.meta.dirname, '../..')
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
  cwd: root,
  encoding: 'utf8',
})
const files = new Set(listed.split('\n').filter(Boolean))

/** The file of ours that an import means, or null for a package. */
function resolved(from: string, specifier: string): string | null {
  if (!specifier.startsWith('@/') && !specifier.startsWith('.')) return null
  const base = specifier.startsWith('@/') ? specifier.slice(2) : path.posix.join(path.posix.dirname(from), specifier)
  return ['', '.ts', '.tsx'].map((ending) => base + ending).find((file) => files.has(file)) ?? null
}

const imports = new Map<string, string[]>()
for (const file of files) {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, file), 'utf8'), true, true)
  imports.set(
    file,
    importedFiles.flatMap(({ fileName }) => resolved(file, fileName) ?? []),
  )
}
const found = circles(imports)
for (const circle of found) console.error(`a circle: ${[...circle, circle[0]].join(' → ')}`)
process.exitCode = found.length > 0 ? 1 : 0
