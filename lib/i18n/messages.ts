import 'server-only'
import type { Locale } from './locales'
import { mergeMessages, type MessageTree } from './merge-messages'

/** Every file of every language: a new one is found by lying in the folder. */
const files = import.meta.glob<MessageTree>('./messages/*/*.json', { eager: true, import: 'default' })

const catalogues: Record<string, MessageTree> = {}
for (const [file, messages] of Object.entries(files)) {
  const [namespace = '', tag = ''] = file
    .replace(/\.json$/, '')
    .split('/')
    .reverse()
  ;(catalogues[tag] ??= {})[namespace] = messages
}

/** The whole catalogue of a language: one file per namespace, keyed by the file's name. */
export function messagesOf(locale: Locale): MessageTree {
  return catalogues[locale] ?? {}
}

/**
 * The parts of a catalogue that the paths name, at their places: `overview` is a whole namespace, `runbooks.*.title`
 * the title of each of its entries. A path that leads nowhere takes nothing.
 */
export function pickMessages(messages: MessageTree, paths: readonly string[]): MessageTree {
  return paths.map((path) => pick(messages, path.split('.'))).reduce<MessageTree>(mergeMessages, {})
}

function pick(tree: MessageTree, [key, ...rest]: readonly string[]): MessageTree {
  const picked: MessageTree = {}
  for (const [name, value] of Object.entries(tree)) {
    if (key !== '*' && key !== name) continue
    if (rest.length === 0) picked[name] = value
    else if (typeof value === 'object') {
      const inner = pick(value, rest)
      if (Object.keys(inner).length > 0) picked[name] = inner
    }
  }
  return picked
}
