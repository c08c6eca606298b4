import type { Fields } from '@/lib/demo/store'

/** Careful looks into JSON trees whose shape is not known to the compiler. */

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields under a name; nothing when there are none. */
export function fieldsAt(parent: unknown, ...path: string[]): Fields | undefined {
  let value = parent
  for (const name of path) value = isFields(value) ? value[name] : undefined
  return isFields(value) ? value : undefined
}

/** The list of objects under a name; empty when there is none. */
export function listAt(parent: unknown, ...path: string[]): Fields[] {
  const last = path.at(-1) ?? ''
  const value = (path.length > 1 ? fieldsAt(parent, ...path.slice(0, -1)) : isFields(parent) ? parent : undefined)?.[
    last
  ]
  return Array.isArray(value) ? value.filter(isFields) : []
}

/** The text under a name; empty when there is none. */
export function textAt(parent: unknown, ...path: string[]): string {
  const value = valueAt(parent, ...path)
  return typeof value === 'string' ? value : ''
}

/** The number under a name. */
export function numberAt(parent: unknown, ...path: string[]): number | undefined {
  const value = valueAt(parent, ...path)
  return typeof value === 'number' ? value : undefined
}

export function valueAt(parent: unknown, ...path: string[]): unknown {
  let value = parent
  for (const name of path) value = isFields(value) ? value[name] : undefined
  return value
}

/** Sets a field where it is absent. */
export function fill(fields: Fields, name: string, value: unknown): void {
  if (fields[name] === undefined) fields[name] = value
}

/** Sets a text where it is absent or empty, as Go's zero values are defaulted. */
export function fillText(fields: Fields, name: string, value: string): void {
  if (fields[name] === undefined || fields[name] === '') fields[name] = value
}

/** Sets a number where it is absent or zero. */
export function fillNumber(fields: Fields, name: string, value: number): void {
  if (fields[name] === undefined || fields[name] === 0) fields[name] = value
}

/** The fields under a name, made when absent. */
export function makeFields(parent: Fields, name: string): Fields {
  const present = parent[name]
  if (isFields(present)) return present
  const made: Fields = {}
  parent[name] = made
  return made
}

/** Whether two JSON trees say the same; the order of fields does not count, that of lists does. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameJson(item, b[index]))
  }
  if (Array.isArray(b)) return false
  const left = a as Fields
  const right = b as Fields
  let count = 0
  for (const name in left) {
    if (left[name] === undefined) continue
    count++
    if (!sameJson(left[name], right[name])) return false
  }
  for (const name in right) if (right[name] !== undefined) count--
  return count === 0
}
