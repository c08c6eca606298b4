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
    if (name.startsWith(ORDER)) setOrder(type, result, name.slice(ORDER.length), order)
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
  if (scalars) return [...original, ...patch.filter((one) => !original.includes(one))]
  const key = type.mergeKey
  if (patch.some((item) => isFields(item) && item['$patch'] === 'replace'))
    return patch.filter((item) => isFields(item) && item['$patch'] !== 'replace').map(copy)
  const result = [...original]
  const added: unknown[] = []
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
    else added.push(mergeFields(type.base, {}, item))
  }
  // What is new comes before what only the server has.
  return [...added, ...result]
}

function deleteFromList(result: Fields, name: string, values: unknown): void {
  if (!Array.isArray(values)) throw badRequest(`${DELETE_FROM}${name} must be a list`)
  const before = result[name]
  if (!Array.isArray(before)) return
  const left = before.filter((one) => !values.includes(one))
  if (left.length > 0) result[name] = left
  else delete result[name]
}

/** Puts the named items into the order wished for; items that are not named keep their place among the others. */
function setOrder(type: string, result: Fields, name: string, order: unknown): void {
  const list = result[name]
  if (!Array.isArray(list) || !Array.isArray(order)) return
  const key = fieldType(type, name)?.mergeKey ?? ''
  const id = (one: unknown) => (key !== '' && isFields(one) ? one[key] : one)
  const wished = order.map(id)
  const named = list
    .filter((one) => wished.includes(id(one)))
    .sort((a, b) => wished.indexOf(id(a)) - wished.indexOf(id(b)))
  // What the order does not name stays behind the item it stood behind.
  const ordered: unknown[] = [...named]
  for (const [index, one] of list.entries()) {
    if (wished.includes(id(one))) continue
    const before = list[index - 1]
    const at = before === undefined ? 0 : ordered.indexOf(before) + 1
    ordered.splice(at, 0, one)
  }
  result[name] = ordered
}

function withoutDirectives(patch: Fields): Fields {
  const { $patch: _, ...rest } = patch
  return copy(rest)
}
