import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it } from 'vitest'
import { locales } from './locales'

const root = path.join(import.meta.dirname, 'messages')
type Tree = { [key: string]: string | Tree }

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const at = prefix ? `${prefix}.${key}` : key
    if (typeof value === 'string') flat.set(at, value)
    else for (const [inner, text] of flatten(value, at)) flat.set(inner, text)
  }
  return flat
}

/** Every argument and tag that a message takes, with its type, at any depth. */
function argumentsOf(elements: MessageFormatElement[]): Set<string> {
  const found = new Set<string>()
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue
    if (element.type === TYPE.tag) {
      found.add(`<${element.value}>`)
      for (const inner of argumentsOf(element.children)) found.add(inner)
      continue
    }
    // A plural, a select and a plain argument of one name take the same value.
    found.add(element.value)
    if (element.type === TYPE.plural || element.type === TYPE.select)
      for (const option of Object.values(element.options))
        for (const inner of argumentsOf(option.value)) found.add(inner)
  }
  return found
}

const read = (locale: string, file: string) =>
  flatten(JSON.parse(readFileSync(path.join(root, locale, file), 'utf8')) as Tree)

describe('the message catalogues', () => {
  const files = readdirSync(path.join(root, 'en'))

  it('have the same files in every language', () => {
    for (const locale of locales) expect(readdirSync(path.join(root, locale)).sort()).toEqual([...files].sort())
  })

  for (const file of files) {
    it(`${file}: both languages have the same keys, and each message the same arguments`, () => {
      const en = read('en', file)
      const zh = read('zh-CN', file)
      expect([...zh.keys()].sort()).toEqual([...en.keys()].sort())
      for (const [key, text] of en) {
        const other = zh.get(key) ?? ''
        expect(other.trim(), `${key} is empty in zh-CN`).not.toBe('')
        expect(text.trim(), `${key} is empty in en`).not.toBe('')
        expect([...argumentsOf(parse(other))].sort(), key).toEqual([...argumentsOf(parse(text))].sort())
      }
    })
  }
})
