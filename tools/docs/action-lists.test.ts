import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { actionNames } from '@/lib/contract/actions/names'
import { actionFiles, actionLists } from './action-lists'
import { root } from './documents'

test('an action is every file that is not shared and no test', () => {
  expect(actionFiles(['scale.ts', 'action.ts', 'names.ts', 'scale.test.ts', 'delete-pod.ts'])).toEqual([
    'delete-pod',
    'scale',
  ])
})

test('the lists name each action by its file and its export', () => {
  const texts = Object.values(actionLists(['delete-pod', 'scale']))
  expect(texts.join()).toContain("import { deletePod } from './delete-pod'")
  expect(texts.join()).toContain("  'delete-pod': deletePod,\n  scale,\n")
})

test('the lists that are there are those of the files', () => {
  expect([...actionNames].sort()).toEqual(actionFiles())
  for (const [file, text] of Object.entries(actionLists(actionFiles())))
    expect(readFileSync(path.join(root, file), 'utf8')).toBe(text)
})
