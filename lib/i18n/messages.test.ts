import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it } from 'vitest'
import { languages } from './locales'
import { messagesOf, pickMessages } from './messages'

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

const folders = readdirSync(root).sort()
const [reference = '', ...others] = languages.map(({ tag }) => tag)

describe('the message catalogues', () => {
  const files = readdirSync(path.join(root, reference)).sort()

  it('are one folder for each language, and one entry for each folder', () => {
    expect(folders).toEqual(languages.map(({ tag }) => tag).sort())
    for (const { tag, name } of languages) {
      expect(() => new Intl.Locale(tag), tag).not.toThrow()
      expect(name.trim(), tag).not.toBe('')
    }
  })

  it.each(folders)('have the same files in %s as in the first language', (folder) => {
    expect(readdirSync(path.join(root, folder)).sort()).toEqual(files)
  })

  it('are what the server reads, every file of every folder', () => {
    for (const { tag } of languages) {
      const whole = messagesOf(tag)
      expect(Object.keys(whole).sort()).toEqual(files.map((file) => file.replace(/\.json$/, '')))
      for (const file of files) expect(flatten(whole[file.replace(/\.json$/, '')] as Tree)).toEqual(read(tag, file))
    }
  })

  for (const file of files) {
    it(`${file}: no message is empty, and each can be read`, () => {
      for (const [key, text] of read(reference, file)) {
        expect(text.trim(), key).not.toBe('')
        expect(() => parse(text), key).not.toThrow()
      }
    })

    it.each(others)(`${file}: %s has the same keys, and each message the same arguments`, (tag) => {
      const first = read(reference, file)
      const other = read(tag, file)
      expect([...other.keys()].sort()).toEqual([...first.keys()].sort())
      for (const [key, text] of first) {
        const translated = other.get(key) ?? ''
        expect(translated.trim(), `${key} is empty in ${tag}`).not.toBe('')
        expect([...argumentsOf(parse(translated))].sort(), key).toEqual([...argumentsOf(parse(text))].sort())
      }
    })
  }
})

describe('the part of a catalogue that a page takes', () => {
  const catalogue = { a: { place: { label: 'A' }, x: { title: 'X', text: 'long' } }, b: { place: { label: 'B' } } }

  it('is what its paths name, at its place', () => {
    expect(pickMessages(catalogue, ['b'])).toEqual({ b: catalogue.b })
    expect(pickMessages(catalogue, ['*.place'])).toEqual({
      a: { place: { label: 'A' } },
      b: { place: { label: 'B' } },
    })
    expect(pickMessages(catalogue, ['a.*.title', '*.place.label'])).toEqual({
      a: { place: { label: 'A' }, x: { title: 'X' } },
      b: { place: { label: 'B' } },
    })
    expect(pickMessages(catalogue, ['c', 'a.nowhere'])).toEqual({})
  })
})
