import type { Fields } from '@/lib/demo/store'
import { isFields } from './fields'
import { below, fieldElement, fieldSet, isElement, keyElement, union, valueElement, type FieldSet } from './field-set'
import { fieldType, typeFields, type FieldType } from './schema'

/**
 * How server-side apply sees a type (kube-openapi pkg/schemaconv, structured-merge-diff v6 schema/elements.go): what is owned
 * as a whole, and how the items of lists are told apart.
 */
export type Type =
  | { kind: 'scalar'; base: string }
  /** Objects and lists that are owned as a whole: the type of the list's items, or of the object were it not. */
  | { kind: 'atomic'; list: boolean | null; items: Type | null }
  | { kind: 'struct'; name: string }
  | { kind: 'map'; items: Type }
  | { kind: 'list'; items: Type; keys: string[]; defaults: Record<string, string> }

const ANYTHING: Type = { kind: 'atomic', list: null, items: null }
const SCALARS = new Set([...'silnbqxt'])
const known = new Map<FieldType, Type[]>()

export const structType = (name: string): Type => ({ kind: 'struct', name })

function resolve(type: FieldType, depth: number): Type {
  let found = known.get(type)
  if (!found) known.set(type, (found = []))
  return (found[depth] ??= make(type, depth))
}

function make(type: FieldType, depth: number): Type {
  const wrapper = type.wrappers[depth]
  const outermost = depth === 0
  if (wrapper === 'list') {
    const items = resolve(type, depth + 1)
    const associative = outermost && !type.atomic && (type.keys !== undefined || type.set)
    if (!associative) return { kind: 'atomic', list: true, items }
    return { kind: 'list', items, keys: type.keys ?? [], defaults: type.keyDefaults ?? {} }
  }
  if (wrapper === 'map') {
    const items = resolve(type, depth + 1)
    const map: Type = { kind: 'map', items }
    return outermost && type.atomic ? { kind: 'atomic', list: false, items: map } : map
  }
  if (SCALARS.has(type.base)) return { kind: 'scalar', base: type.base }
  if (!typeFields(type.base)) return ANYTHING
  const whole = outermost ? type.atomic : type.leaves
  return whole ? { kind: 'atomic', list: false, items: structType(type.base) } : structType(type.base)
}

/** The type of a field of an object; nothing when a struct has no such field. */
export function typeOfField(type: Type, name: string): Type | undefined {
  if (type.kind === 'map') return type.items
  if (type.kind === 'atomic') return type.items && type.list === false ? typeOfField(type.items, name) : ANYTHING
  if (type.kind !== 'struct') return undefined
  const found = fieldType(type.name, name)
  return found && resolve(found, 0)
}

export const fieldOrAnything = (type: Type, name: string) => typeOfField(type, name) ?? ANYTHING

/** How an item of a list is called: by its keys, or by its value. */
export function itemElement(type: Type & { kind: 'list' }, item: unknown): string {
  if (type.keys.length === 0) return valueElement(item)
  const fields = isFields(item) ? item : {}
  // Keys are required fields, whose zero value is their default.
  const zero = (key: string) => {
    const base = type.items.kind === 'struct' ? fieldType(type.items.name, key)?.base : 's'
    return base === 'i' || base === 'l' ? 0 : ''
  }
  const present = type.keys.filter((key) => fields[key] !== undefined || type.defaults[key] !== undefined)
  const named = present.length > 0 ? present : type.keys.slice(0, 1)
  return keyElement(named.map((key) => [key, fields[key] ?? type.defaults[key] ?? zero(key)]))
}

/** A field, whatever a client has called it. */
export const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined)

/** Nothing, null, or an empty list or object: all of them are leaves. */
export const hasNothing = (value: unknown) =>
  value === undefined ||
  value === null ||
  (Array.isArray(value)
    ? value.length === 0
    : isFields(value) && !Object.keys(value).some((key) => value[key] !== undefined))

/** The fields that a configuration names (typed/tofieldset.go). */
export function fieldsOf(type: Type, value: unknown): FieldSet {
  const found: string[][] = []
  collect(type, value, [], found)
  return fieldSet(...found)
}

function collect(type: Type, value: unknown, path: string[], found: string[][]): void {
  if (type.kind === 'scalar' || type.kind === 'atomic') {
    found.push(path)
    return
  }
  if (type.kind === 'list') {
    if (!Array.isArray(value)) return
    const seen = new Set<string>()
    const double = new Set<string>()
    const named = value.map((item) => [itemElement(type, item), item as unknown] as const)
    for (const [element] of named) (seen.has(element) ? double : seen).add(element)
    for (const element of double) found.push([...path, element])
    for (const [element, item] of named) {
      if (double.has(element)) continue
      collect(type.items, item, [...path, element], found)
      found.push([...path, element])
    }
    return
  }
  if (!isFields(value)) return
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue
    const here = [...path, fieldElement(name)]
    collect(fieldOrAnything(type, name), field, here, found)
    if (field === null || (isFields(field) && hasNothing(field)) || typeOfStruct(type, name) === undefined)
      found.push(here)
  }
}

const typeOfStruct = (type: Type, name: string) => (type.kind === 'struct' ? typeOfField(type, name) : undefined)

/** The configuration over the object: its leaves win, what it does not name stays (typed/merge.go). */
export function merge(type: Type, left: unknown, right: unknown): unknown {
  if (right === undefined) return left
  if (left === undefined || type.kind === 'scalar' || type.kind === 'atomic') return right
  if (hasNothing(left) && hasNothing(right)) return right
  if (type.kind === 'list')
    return mergeLists(
      type,
      Array.isArray(left) ? (left as unknown[]) : [],
      Array.isArray(right) ? (right as unknown[]) : [],
    )
  const result: Fields = isFields(left) ? { ...left } : {}
  for (const [name, field] of Object.entries(isFields(right) ? right : {})) {
    const merged = merge(fieldOrAnything(type, name), own(result, name), field)
    if (merged !== undefined) result[name] = merged
  }
  return result
}

/** Items in the order of the configuration, the others where they were between them (typed/merge.go visitListItems). */
function mergeLists(type: Type & { kind: 'list' }, left: unknown[], right: unknown[]): unknown[] {
  const names = [left, right].map((list) => list.map((item) => itemElement(type, item)))
  const [lefts = [], rights = []] = names
  const mine = new Map(rights.map((element, index) => [element, right[index]]))
  const theirs = new Map<string, unknown>()
  for (const [index, element] of lefts.entries()) theirs.set(element, theirs.has(element) ? undefined : left[index])
  const shared = rights.filter((element) => theirs.has(element))
  let next = shared.shift()
  const done = new Set<string>()
  const result: unknown[] = []
  const take = (element: string) => {
    done.add(element)
    result.push(merge(type.items, theirs.get(element), mine.get(element)))
  }
  for (let l = 0, r = 0; l < lefts.length || r < rights.length;) {
    const [a, b] = [lefts[l], rights[r]]
    if (a !== undefined && b !== undefined) {
      if (a === b) {
        take(a)
        l++
        r++
        next = shared.shift()
        continue
      }
      if (mine.has(a) && next !== undefined && next !== a) {
        l++
        continue
      }
    }
    if (a !== undefined) {
      if (!mine.has(a)) {
        result.push(left[l])
        l++
        continue
      }
      if (done.has(a)) l++
    }
    if (b !== undefined) {
      take(b)
      r++
      if (next === b) next = shared.shift()
    }
  }
  return result
}

/** The object without the members of a set; what has nothing left is null (typed/remove.go). */
export function removeItems(type: Type, value: unknown, set: FieldSet): unknown {
  if (type.kind === 'scalar') return value
  if (type.kind === 'atomic') return typeof value === 'object' ? null : value
  if (type.kind === 'list') {
    if (!Array.isArray(value)) return null
    const left: unknown[] = []
    for (const item of value as unknown[]) {
      const element = itemElement(type, item)
      if (isElement(set, element)) continue
      const inside = below(set, element)
      left.push(inside ? removeItems(type.items, item, inside) : item)
    }
    return left.length > 0 ? left : null
  }
  if (!isFields(value)) return null
  const left: Fields = {}
  for (const [name, field] of Object.entries(value)) {
    const element = fieldElement(name)
    if (field === undefined || isElement(set, element)) continue
    const inside = below(set, element)
    left[name] = inside ? removeItems(fieldOrAnything(type, name), field, inside) : field
  }
  return hasNothing(left) ? null : left
}

/** The set with the named fields on the way to its members (fieldpath/set.go EnsureNamedFieldsAreMembers). */
export function withNamedFields(type: Type, set: FieldSet): FieldSet {
  const found: string[][] = []
  named(type, set, [], found)
  return union(set, fieldSet(...found))
}

function named(type: Type | undefined, set: FieldSet, path: string[], found: string[][]): void {
  for (const element of Object.keys(set)) {
    const inside = below(set, element)
    if (element === '.' || !inside) continue
    const isField = element.startsWith('f:')
    const name = element.slice(2)
    if (isField && type && typeOfStruct(type, name)) found.push([...path, element])
    const next = !type ? undefined : isField ? typeOfField(type, name) : type.kind === 'list' ? type.items : undefined
    named(next, inside, [...path, element], found)
  }
}
