import { readdirSync } from 'node:fs'
import path from 'node:path'
import { root } from './documents'

/**
 * The lists of the actions, which `npm run docs` writes like the documents: an action is found by its file in
 * `lib/contract/actions`. What it says there and in `lib/actions` is exported under its name in camel case.
 */

const contracts = 'lib/contract/actions'
/** What all actions share. */
const shared = ['action', 'contracts', 'list', 'lookups', 'names']

/** The names of all actions, from their files. */
export function actionFiles(files: readonly string[] = readdirSync(path.join(root, contracts))): string[] {
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .filter((name) => !shared.includes(name))
    .toSorted()
}

const camel = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
const key = (name: string) => (/^\w+$/.test(name) ? name : `'${name}'`)
const note = '/** Written by `npm run docs`: every action that has a file in `lib/contract/actions`. */'

/** The text of each list, by its file. */
export function actionLists(names: readonly string[]): Readonly<Record<string, string>> {
  const imports = names.map((name) => `import { ${camel(name)} } from './${name}'`)
  const object = (head: string, value: (name: string) => string) => [
    `${head} {`,
    ...names.map((name) => (key(name) === value(name) ? `  ${key(name)},` : `  ${key(name)}: ${value(name)},`)),
    '}',
  ]
  const file = (lines: readonly string[]) => `${lines.join('\n')}\n`
  return {
    [`${contracts}/list.ts`]: file([
      ...imports,
      '',
      note,
      ...object('export const actionContracts =', camel),
      ...object('export const bodies =', (name) => `${camel(name)}.body`),
    ]),
    'lib/actions/list.ts': file([
      "import 'server-only'",
      "import type { ActionName } from '@/lib/contract/actions/names'",
      ...imports,
      "import { type Runnable, runnable } from './run-action'",
      '',
      note,
      ...object(
        'export const actions: { readonly [A in ActionName]: Runnable<A> } =',
        (name) => `runnable(${camel(name)})`,
      ),
    ]),
  }
}
