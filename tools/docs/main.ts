import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { actionFiles, actionLists } from './action-lists'
import { brokenReferences } from './references'
import { documents, root } from './documents'
import { written } from './markers'

/**
 * `npm run docs` writes what code knows into the documents, between markers, and the lists of the actions; `--check` fails when a document says
 * something else, or names a file or a heading that is not there.
 */

const check = process.argv.includes('--check')
const problems: string[] = []
// The documents know the actions from these lists.
for (const [file, text] of Object.entries(actionLists(actionFiles()))) {
  const whole = path.join(root, file)
  if (existsSync(whole) && readFileSync(whole, 'utf8') === text) continue
  if (check) problems.push(`${file}: the list is old; run "npm run docs"`)
  else writeFileSync(whole, text)
}
const { generators } = await import('./generators')
for (const file of documents()) {
  const whole = path.join(root, file)
  const text = readFileSync(whole, 'utf8')
  const { text: next, unknown } = written(text, generators)
  for (const name of unknown) problems.push(`${file}: nothing generates "${name}"`)
  if (next !== text) {
    if (check) problems.push(`${file}: what stands between markers is old; run "npm run docs"`)
    else writeFileSync(whole, next)
  }
  problems.push(...brokenReferences(file, next))
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
