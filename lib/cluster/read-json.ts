import 'server-only'

export type Json = Readonly<Record<string, unknown>>

const empty: Json = Object.freeze({})
const noItems: readonly unknown[] = Object.freeze([])

/** An object that cannot be read; the message names the field. */
export class ParseError extends Error {
  override readonly name = 'ParseError'
}

/** A JSON object; what is absent or null reads as empty. Throws for any other type. */
export function record(value: unknown, field: string): Json {
  if (value === undefined || value === null) return empty
  if (typeof value === 'object' && !Array.isArray(value)) return value as Json
  throw new ParseError(`${field} is not an object`)
}

/** True when there is an object, even an empty one. */
export function present(value: unknown): boolean {
  return value !== undefined && value !== null
}

export function array(value: unknown, field: string): readonly unknown[] {
  if (value === undefined || value === null) return noItems
  if (Array.isArray(value)) return value
  throw new ParseError(`${field} is not a list`)
}

/** Text of at most `max` characters, null when absent. Numbers and booleans are refused like any other type. */
export function text(value: unknown, field: string, max = 1024): string | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') throw new ParseError(`${field} is not text`)
  return value.length <= max ? value : `${value.slice(0, max - 1)}…`
}

/** Text that many objects share (labels, images, reasons): one copy of it is kept. */
export function word(value: unknown, field: string): string | null {
  const found = text(value, field)
  return found === null ? null : intern(found)
}

/** Text that the API writes as empty when it has none: null then. */
export function filled(value: unknown, field: string): string | null {
  return word(value, field) || null
}

/**
 * A whole number; null when absent. The API's integers are int64 (k8s.io/api types): those beyond what JavaScript
 * holds exactly become the nearest number that it does, since they are only shown and compared.
 */
export function integer(value: unknown, field: string): number | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new ParseError(`${field} is not a whole number`)
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
}

export function flag(value: unknown, field: string): boolean | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'boolean') throw new ParseError(`${field} is not true or false`)
  return value
}

/** A value that may be a number or text (`IntOrString`), as text. */
export function intOrString(value: unknown, field: string): string | null {
  return typeof value === 'number' ? String(value) : text(value, field)
}

export function texts(value: unknown, field: string): string[] {
  return array(value, field).map((item) => text(item, field) ?? '')
}

/** A map of text to text without a prototype: `constructor` and `__proto__` are names like any other. */
export function textMap(value: unknown, field: string): Readonly<Record<string, string>> {
  const from = record(value, field)
  const map = Object.create(null) as Record<string, string>
  for (const key of Object.keys(from)) map[intern(key)] = word(from[key], field) ?? ''
  return map
}

/** Those entries of a map of text whose keys are asked for. */
export function pickTexts(value: unknown, field: string, keys: readonly string[]): Readonly<Record<string, string>> {
  const from = record(value, field)
  const map = Object.create(null) as Record<string, string>
  for (const key of keys) {
    if (Object.hasOwn(from, key)) map[key] = text(from[key], field) ?? ''
  }
  return map
}

const pool = new Map<string, string>()
const poolLimit = 20_000

function intern(value: string): string {
  if (value.length > 200) return value
  const known = pool.get(value)
  if (known !== undefined) return known
  if (pool.size >= poolLimit) pool.clear()
  pool.set(value, value)
  return value
}
