import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')
const objects = 'lib/statefulset/model/objects.ts'

test('every field that is kept of an object is read by a rule or shown on a page', () => {
  const fields = [...readFileSync(path.join(root, objects), 'utf8').matchAll(/\b(\w+)\??: /g)].map(([, name]) => name)
  const read = globSync('{lib,components,app}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/\.test\.tsx?$|^lib\/(demo|contract|cluster\/resources)\//.test(file) && file !== objects)
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n')
  const words = new Set(read.match(/\w+/g))
  expect(fields.length).toBeGreaterThan(100)
  expect([...new Set(fields)].filter((name) => name !== undefined && !words.has(name))).toEqual([])
})
