import type { Fields } from '@/lib/demo/store'
import { pathText, fieldElement } from './field-set'
import { isFields } from './fields'
import { itemElement, typeOfField, type Type } from './typed'

/**
 * What keeps a configuration from being applied (structured-merge-diff v6 typed/validate.go), worded as there. One error
 * stands alone, several are listed.
 */
export function typeErrors(type: Type, config: Fields): string {
  const errors: string[] = []
  validate(type, config, [], errors)
  return errors.length > 1 ? ['errors:', ...errors.map((one) => `  ${one}`)].join('\n') : (errors[0] ?? '')
}

function validate(type: Type, value: unknown, path: string[], errors: string[]): void {
  if (value === null || value === undefined) return
  const say = (text: string, at = path) => errors.push(at.length > 0 ? `${pathText(at)}: ${text}` : text)
  if (type.kind === 'scalar') {
    const problem = scalarProblem(type.base, value)
    if (problem) say(problem)
    return
  }
  if (type.kind === 'list' || (type.kind === 'atomic' && type.list === true)) {
    if (!Array.isArray(value)) return void say(`expected list, got ${goValue(value)}`)
    const seen = new Set<string>()
    for (const [index, item] of (value as unknown[]).entries()) {
      const element = type.kind === 'list' ? itemElement(type, item) : `i:${index}`
      if (type.kind === 'list' && type.keys.length > 0 && !isFields(item))
        return void say(`element ${index}: associative list with keys may not have non-map elements`)
      if (seen.has(element)) say(`duplicate entries for key ${pathText([element])}`)
      seen.add(element)
      if (type.items) validate(type.items, item, [...path, element], errors)
    }
    return
  }
  if (type.kind === 'atomic' && type.list === null) return
  if (!isFields(value)) return void say(`expected map, got ${goValue(value)}`)
  for (const [name, field] of Object.entries(value)) {
    const here = [...path, fieldElement(name)]
    const known = typeOfField(type, name)
    // The API server stops at the first unknown field of an object.
    if (!known) return void say('field not declared in schema', here)
    validate(known, field, here, errors)
  }
}

function scalarProblem(base: string, value: unknown): string {
  const scalar = typeof value !== 'object'
  if (base === 's') return typeof value === 'string' ? '' : `expected string, got ${goValue(value, true)}`
  if (base === 'b') return typeof value === 'boolean' ? '' : `expected boolean, got ${goValue(value)}`
  if ('iln'.includes(base))
    return typeof value === 'number' ? '' : `expected numeric (int or float), got ${goType(value)}`
  return scalar ? '' : `expected any scalar, got ${goValue(value)}`
}

const goType = (value: unknown) =>
  Array.isArray(value)
    ? '[]interface {}'
    : typeof value === 'object'
      ? 'map[string]interface {}'
      : typeof value === 'boolean'
        ? 'bool'
        : 'string'

/** How Go prints the wrapper of a value: `%v`, or `%#v` with its type. */
function goValue(value: unknown, withType = false): string {
  const text = (one: unknown): string =>
    Array.isArray(one)
      ? `[${one.map(text).join(' ')}]`
      : isFields(one)
        ? `map[${Object.entries(one)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, field]) => `${name}:${text(field)}`)
            .join(' ')}]`
        : String(one)
  return withType ? `&value.valueUnstructured{Value:${text(value)}}` : `&{${text(value)}}`
}
