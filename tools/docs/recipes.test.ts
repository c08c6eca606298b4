import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from './documents'
import { brokenReferences } from './references'

const recipe = /^\*\*(An? [^(]+) \((\d+) files\)\.\*\*([\s\S]*?)(?=^\*\*|^## )/gm
const recipes = Array.from(
  readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8').matchAll(recipe),
  ([, name = '', count = '', text = '']) => ({
    name,
    count: Number(count),
    text,
    files: Array.from(text.matchAll(/`([^`\s]+\/[^`\s]+)`/g), ([, file = '']) => file),
  }),
)

/** What adding one may cost: the redesign was made for these numbers. */
const most = { 'A finding': 5, 'An action': 7, 'A watched resource': 6, 'A page': 6, 'A language': 11 }

test('there is a recipe for each thing that is added often, and none has grown', () => {
  expect(Object.fromEntries(recipes.map(({ name, count }) => [name, count]))).toEqual(most)
})

test.each(recipes)('$name: as many files are named as it says, each once', ({ count, files }) => {
  expect(new Set(files).size).toBe(files.length)
  expect(files).toHaveLength(count)
})

test.each(recipes)('$name: the check of the documents fails when one of its files is gone', ({ text, files }) => {
  expect(brokenReferences('CONTRIBUTING.md', text)).toEqual([])
  for (const file of files) {
    const gone = file.replace(/\.(\w+)$/, '-gone.$1')
    expect(brokenReferences('CONTRIBUTING.md', text.replace(`\`${file}\``, `\`${gone}\``))).toEqual([
      `CONTRIBUTING.md: there is no ${gone}`,
    ])
  }
})
