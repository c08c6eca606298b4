import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/** The catalogues against the code that speaks with them: no word that nobody says, and no key that has no word. */

const root = path.resolve(import.meta.dirname, '../..')
type Tree = { [key: string]: string | Tree }

const sources = globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: root })
  .filter((file) => !/\.test\.tsx?$/.test(file))
  .map((file) => ({
    file,
    source: ts.createSourceFile(
      file,
      readFileSync(path.join(root, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
      file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
    ),
  }))

function eachNode(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => eachNode(child, visit))
}

const makers = new Set(['useTranslations', 'requestTranslator'])

/** The namespace that a translator is made for, empty for the whole catalogue; null for anything else. */
function namespaceOf(made: ts.Expression | undefined): string | null {
  const call = made && ts.isAwaitExpression(made) ? made.expression : made
  if (!call || !ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return null
  if (!makers.has(call.expression.text)) return null
  const [namespace] = call.arguments
  return namespace && ts.isStringLiteral(namespace) ? namespace.text : ''
}

/** The translators of a file by their names: two components may call two of them the same. */
function translatorsOf(source: ts.SourceFile): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  const add = (name: ts.Node, made: ts.Expression | undefined) => {
    const namespace = namespaceOf(made)
    if (namespace !== null && ts.isIdentifier(name))
      found.set(name.text, new Set([...(found.get(name.text) ?? []), namespace]))
  }
  eachNode(source, (node) => {
    if (!ts.isVariableDeclaration(node)) return
    add(node.name, node.initializer)
    // const [t, params] = await Promise.all([requestTranslator(), …])
    if (!ts.isArrayBindingPattern(node.name) || !node.initializer || !ts.isAwaitExpression(node.initializer)) return
    const call = node.initializer.expression
    const [list] = ts.isCallExpression(call) ? call.arguments : []
    if (!list || !ts.isArrayLiteralExpression(list)) return
    node.name.elements.forEach((element, index) => {
      if (ts.isBindingElement(element)) add(element.name, list.elements[index])
    })
  })
  return found
}

/** What the first argument of a translator may be: whole keys, and patterns in which `*` stands for one or more parts. */
function keysOf(argument: ts.Expression): string[] {
  if (ts.isStringLiteralLike(argument)) return [argument.text]
  if (ts.isConditionalExpression(argument)) return [...keysOf(argument.whenTrue), ...keysOf(argument.whenFalse)]
  if (ts.isParenthesizedExpression(argument)) return keysOf(argument.expression)
  if (ts.isTemplateExpression(argument))
    return [argument.head.text + argument.templateSpans.map(({ literal }) => `*${literal.text}`).join('')]
  return ['*']
}

/** Each key that is said, in each namespace that its translator may have. */
const spoken: { keys: string[]; file: string }[] = []
const literals = new Set<string>()
for (const { file, source } of sources) {
  const translators = translatorsOf(source)
  eachNode(source, (node) => {
    if (ts.isStringLiteralLike(node)) literals.add(node.text)
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) literals.add(node.name.text)
    if (!ts.isCallExpression(node)) return
    const { expression, arguments: given } = node
    const called = ts.isPropertyAccessExpression(expression) ? expression.expression : expression
    const [argument] = given
    if (!argument || !ts.isIdentifier(called)) return
    const namespaces = translators.get(called.text)
    if (namespaces === undefined) return
    for (const key of keysOf(argument))
      spoken.push({ keys: [...namespaces].map((namespace) => (namespace === '' ? key : `${namespace}.${key}`)), file })
  })
}

function keysIn(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysIn(value, `${prefix}${key}.`),
  )
}

const folder = path.join(import.meta.dirname, 'messages/en')
const words = globSync('*.json', { cwd: folder }).flatMap((file) =>
  keysIn(JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Tree, `${path.parse(file).name}.`),
)

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
const patternOf = (key: string) => new RegExp(`^${key.split('*').map(escaped).join('(.+)')}$`)

/** Said by more than a call of a translator in a component, each with who says it. */
const saidElsewhere: readonly { key: RegExp; by: string }[] = []

describe('the words of the catalogues', () => {
  const patterns = [...new Set(spoken.flatMap(({ keys }) => keys))].map(patternOf)

  /** A key that a pattern fits is said where each part that the pattern leaves open is a word of the code. */
  const isSaid = (key: string) =>
    saidElsewhere.some((each) => each.key.test(key)) ||
    patterns.some((pattern) => {
      const open = pattern.exec(key)?.slice(1)
      return open?.every((part) => literals.has(part) || part.split('.').every((one) => literals.has(one)))
    })

  it('are all said somewhere', () => {
    expect(words.filter((key) => !isSaid(key))).toEqual([])
  })

  it('are there for every key that is said', () => {
    const known = new Set(words)
    const isThere = (key: string) => {
      if (!key.includes('*')) return known.has(key)
      const pattern = patternOf(key)
      return words.some((word) => pattern.test(word))
    }
    expect(spoken.length).toBeGreaterThan(300)
    expect(spoken.filter(({ keys }) => !keys.some(isThere))).toEqual([])
  })
})
