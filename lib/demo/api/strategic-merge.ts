import { copy, type Fields } from '@/lib/demo/store'
import { isFields } from './fields'
import { fieldType, parseType, typeFields, type FieldType } from './schema'
import { badRequest } from './status'

/**
 * Strategic merge patch (k8s apimachinery pkg/util/strategicpatch): merge patch that knows which lists are maps in disguise.
 * Directives: `$patch: replace|delete|merge`, `$deleteFromPrimitiveList/FIELD`, `$setElementOrder/FIELD`, `$retainKeys`.
 */

const DELETE_FROM = '$deleteFromPrimitiveList/'
const ORDER = '$setElementOrder/'

/** @param type the type of the object, e.g. 'StatefulSet' */
export function strategicMerge(type: string, object: Fields, patch: Fields): Fields {
  return mergeFields(type, object, patch)
}

function mergeFields(type: string, original: Fields, patch: Fields): Fields {
  const directive = patch['$patch']
  if (directive === 'replace') return withoutDirectives(patch)
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge')
    throw badRequest(`Unknown patch type: ${String(directive)} in map`)
  const result: Fields = { ...original }
  const retain = patch['$retainKeys']
  if (retain !== undefined) {
    if (!Array.isArray(retain)) throw badRequest('$retainKeys must be a list')
    for (const name of Object.keys(result)) if (!retain.includes(name)) delete result[name]
  }
  for (const [name, value] of Object.entries(patch)) {
    if (name === '$patch' || name === '$retainKeys' || name.startsWith(ORDER)) continue
    if (name.startsWith(DELETE_FROM)) {
      deleteFromList(result, name.slice(DELETE_FROM.length), value)
      continue
    }
    mergeField(type, result, name, value)
  }
  for (const [name, order] of Object.entries(patch)) {
    if (name.startsWith(ORDER)) setOrder(type, result, original, name.slice(ORDER.length), order)
  }
  return result
}

function mergeField(type: string, result: Fields, name: string, value: unknown): void {
  if (value === null) {
    delete result[name]
    return
  }
  // Inside a free map (labels, a nodeSelector) there are no types: merge as plain JSON.
  const known = fieldType(type, name) ?? parseType('o')
  const before = result[name]
  if (Array.isArray(value)) {
    result[name] = mergeList(known, Array.isArray(before) ? before : [], value, name)
    return
  }
  if (!isFields(value)) {
    result[name] = value
    return
  }
  const inner = known.wrappers.length === 0 && typeFields(known.base) ? known.base : ''
  result[name] = mergeFields(inner, isFields(before) ? before : {}, value)
  if (value['$patch'] === 'delete') delete result[name]
}

function mergeList(type: FieldType, original: unknown[], patch: unknown[], name: string): unknown[] {
  const scalars = type.mergeKey === ''
  if (type.mergeKey === undefined) return copy(patch)
  if (scalars) return inOrder([...new Set([...original, ...patch])], patch, original, (one) => one)
  const key = type.mergeKey
  if (patch.some((item) => isFields(item) && item['$patch'] === 'replace'))
    return patch.filter((item) => isFields(item) && item['$patch'] !== 'replace').map(copy)
  const result = [...original]
  for (const item of patch) {
    if (!isFields(item)) throw badRequest(`expected objects in list ${name}`)
    const id = item[key]
    if (id === undefined) throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`)
    const index = result.findIndex((one) => isFields(one) && one[key] === id)
    if (item['$patch'] === 'delete') {
      if (index >= 0) result.splice(index, 1)
      continue
    }
    const before = result[index]
    if (index >= 0) result[index] = mergeFields(type.base, isFields(before) ? before : {}, item)
    else result.push(mergeFields(type.base, {}, item))
  }
  const named = patch.filter((item) => !isFields(item) || item['$patch'] !== 'delete')
  return inOrder(result, named, original, (one) => (isFields(one) ? one[key] : one))
}

/**
 * The items that a patch names in its order, the others in the order that the server has, and these first where the server had
 * them first: what is new comes before what only the server has (patch.go normalizeElementOrder, mergeSortedSlice).
 */
function inOrder(merged: unknown[], wished: unknown[], server: unknown[], id: (one: unknown) => unknown): unknown[] {
  const places = (list: unknown[]) => new Map([...list.entries()].reverse().map(([place, one]) => [id(one), place]))
  const [first, then] = [places(wished), places(server)]
  const by = (order: Map<unknown, number>) => (a: unknown, b: unknown) =>
    (order.get(id(a)) ?? Infinity) - (order.get(id(b)) ?? Infinity) || 0
  const named = merged.filter((one) => first.has(id(one))).sort(by(first))
  const others = merged.filter((one) => !first.has(id(one))).sort(by(then))
  const result: unknown[] = []
  for (let n = 0, o = 0; n < named.length || o < others.length;) {
    const [mine, other] = [then.get(id(named[n])), then.get(id(others[o]))]
    const before = mine !== undefined && other !== undefined && other < mine
    result.push(n >= named.length || (o < others.length && before) ? others[o++] : named[n++])
  }
  return result
}

function deleteFromList(result: Fields, name: string, values: unknown): void {
  if (!Array.isArray(values)) throw badRequest(`${DELETE_FROM}${name} must be a list`)
  const before = result[name]
  if (!Array.isArray(before)) return
  const left = before.filter((one) => !values.includes(one))
  if (left.length > 0) result[name] = left
  else delete result[name]
}

/** Puts the items that the order names into that order. */
function setOrder(type: string, result: Fields, original: Fields, name: string, order: unknown): void {
  const list = result[name]
  if (!Array.isArray(list) || !Array.isArray(order)) return
  const before = original[name]
  const key = fieldType(type, name)?.mergeKey ?? ''
  const id = (one: unknown) => (key !== '' && isFields(one) ? one[key] : one)
  result[name] = inOrder(list, order, Array.isArray(before) ? (before as unknown[]) : [], id)
}

function withoutDirectives(patch: Fields): Fields {
  const { $patch: _, ...rest } = patch
  return copy(rest)
}
