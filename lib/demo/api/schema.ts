import type { Fields } from '@/lib/demo/store'
import { isFields } from './fields'
import { formatQuantity, parseQuantity } from './quantity'
import table from './schema.json' with { type: 'json' }

/**
 * What fields the served kinds have. The table in schema.json is recorded from an API server's own /openapi/v3 by
 * test/contract/record-schema.ts, which also explains its notation.
 */

export type FieldType = {
  /** A scalar (s i l n b q x t o) or the name of another type. */
  base: string
  /** From the outside in: a list of maps is ['list', 'map']. */
  wrappers: ('list' | 'map')[]
  /** How strategic merge joins this list: by key, or '' for a set of scalars. */
  mergeKey?: string
  /** How server-side apply tells the items of this list apart. */
  keys?: string[]
  /** What a key is where the item does not say. */
  keyDefaults?: Record<string, string>
  set: boolean
  retain: boolean
  /** Owned as a whole by server-side apply. */
  atomic: boolean
  /** A list whose items are each owned as a whole. */
  leaves: boolean
}

/** Without prototypes: a client may call a field `constructor`. */
const bare = <T>(record: Record<string, T>): Record<string, T> =>
  Object.assign(Object.create(null) as typeof record, record)
const types = bare(table as Record<string, Record<string, string>>)
for (const [name, fields] of Object.entries(types)) types[name] = bare(fields)
const parsed = new Map<string, FieldType>()

export function parseType(notation: string): FieldType {
  const known = parsed.get(notation)
  if (known) return known
  const [shape = 'o', ...marks] = notation.split(' ')
  const wrappers: ('list' | 'map')[] = []
  let base = shape
  for (;;) {
    if (base.startsWith('[]')) wrappers.push('list')
    else if (base.startsWith('{}')) wrappers.push('map')
    else break
    base = base.slice(2)
  }
  const mark = (name: string) => marks.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
  const mergeKey = mark('merge')
  const keys = mark('keys')?.split(',')
  const preset = mark('default')?.split(':')
  const type: FieldType = {
    base,
    wrappers,
    ...(mergeKey === undefined ? {} : { mergeKey }),
    ...(keys ? { keys } : {}),
    ...(preset ? { keyDefaults: { [preset[0] ?? '']: preset[1] ?? '' } } : {}),
    set: marks.includes('set'),
    retain: marks.includes('retain'),
    atomic: marks.includes('atomic'),
    leaves: marks.includes('leaves'),
  }
  parsed.set(notation, type)
  return type
}

/** The fields of a type, or nothing when the name is no type. */
export const typeFields = (name: string): Record<string, string> | undefined => types[name]

/** The type of one field. */
export function fieldType(type: string, field: string): FieldType | undefined {
  const notation = types[type]?.[field]
  return notation === undefined ? undefined : parseType(notation)
}

/** A field of the wrong type: the object cannot be read at all (HTTP 400). */
export class DecodeError extends Error {}

const GO_TYPES: Record<string, string> = { s: 'string', i: 'int32', l: 'int64', n: 'float64', b: 'bool' }
const QUANTITY_RULE = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

type Unknown = (path: string) => void

/**
 * Reads an object as one of the types: unknown fields are told and dropped, null counts as absent, quantities and times
 * take their canonical form. Returns a copy. Throws DecodeError for a value of the wrong type, with the message of Go's decoder.
 */
export function decode(type: string, value: Fields, onUnknown: Unknown): Fields {
  return decodeFields(type, value, '', '', onUnknown)
}

function decodeFields(type: string, value: Fields, path: string, goPath: string, onUnknown: Unknown): Fields {
  const known = types[type] ?? {}
  const result: Fields = {}
  for (const [name, field] of Object.entries(value)) {
    const here = path ? `${path}.${name}` : name
    const notation = known[name]
    if (notation === undefined) {
      onUnknown(here)
      continue
    }
    if (field === null || field === undefined) continue
    const decoded = decodeValue(parseType(notation), 0, field, here, {
      owner: type,
      goPath: goPath ? `${goPath}.${name}` : name,
      onUnknown,
    })
    if (decoded !== undefined) result[name] = decoded
  }
  return result
}

type Place = { owner: string; goPath: string; onUnknown: Unknown }

function wrong(value: unknown, goType: string, { owner, goPath }: Place): DecodeError {
  const what = Array.isArray(value)
    ? 'array'
    : isFields(value)
      ? 'object'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'number' && goType.startsWith('int')
          ? `number ${value}`
          : typeof value
  const short = owner.split('.').at(-1)
  return new DecodeError(`json: cannot unmarshal ${what} into Go struct field ${short}.${goPath} of type ${goType}`)
}

const goName = (type: FieldType, depth: number): string => {
  const wrapper = type.wrappers[depth]
  if (wrapper === 'list') return `[]${goName(type, depth + 1)}`
  if (wrapper === 'map') return `map[string]${goName(type, depth + 1)}`
  return GO_TYPES[type.base] ?? `v1.${type.base.split('.').at(-1)}`
}

function decodeValue(type: FieldType, depth: number, value: unknown, path: string, place: Place): unknown {
  const wrapper = type.wrappers[depth]
  if (wrapper === 'list') {
    if (!Array.isArray(value)) throw wrong(value, goName(type, depth), place)
    if (value.length === 0) return depth === 0 ? undefined : []
    return value.map((item, index) => decodeValue(type, depth + 1, item ?? {}, `${path}[${index}]`, place))
  }
  if (wrapper === 'map') {
    if (!isFields(value)) throw wrong(value, goName(type, depth), place)
    const entries = Object.entries(value)
    if (entries.length === 0) return undefined
    const result: Fields = {}
    for (const [name, item] of entries) {
      result[name] = decodeValue(type, depth + 1, item ?? (type.base === 's' ? '' : {}), `${path}.${name}`, place)
    }
    return result
  }
  return decodeScalar(type, value, path, place)
}

function decodeScalar(type: FieldType, value: unknown, path: string, place: Place): unknown {
  switch (type.base) {
    case 's':
      if (typeof value !== 'string') throw wrong(value, 'string', place)
      return value
    case 'b':
      if (typeof value !== 'boolean') throw wrong(value, 'bool', place)
      return value
    case 'i':
    case 'l': {
      const limit = type.base === 'i' ? 2 ** 31 : 2 ** 63
      if (typeof value !== 'number' || !Number.isInteger(value) || value >= limit || value < -limit)
        throw wrong(value, GO_TYPES[type.base] ?? '', place)
      return value
    }
    case 'n':
      if (typeof value !== 'number') throw wrong(value, 'float64', place)
      return value
    case 'q':
      return decodeQuantity(value)
    case 'x':
      if (typeof value === 'string') return value
      if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) >= 2 ** 31)
        throw wrong(value, 'int32', place)
      return value
    case 't':
      return decodeTime(value, place)
    case 'o':
      return isFields(value) || Array.isArray(value) ? structuredClone(value) : value
    default:
      if (!isFields(value)) throw wrong(value, `v1.${type.base.split('.').at(-1)}`, place)
      return decodeFields(type.base, value, path, place.goPath, place.onUnknown)
  }
}

function decodeQuantity(value: unknown): string {
  const quantity = parseQuantity(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '')
  if (!quantity) throw new DecodeError(QUANTITY_RULE)
  return formatQuantity(quantity)
}

function decodeTime(value: unknown, place: Place): string {
  if (typeof value !== 'string') throw wrong(value, 'string', place)
  const time = Date.parse(value)
  if (!TIME.test(value) || Number.isNaN(time)) {
    throw new DecodeError(
      `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`,
    )
  }
  // Micro-times (leases, event times) keep six decimals, all others whole seconds.
  if (MICRO_TIMES.has(place.goPath.split('.').at(-1) ?? '')) {
    const fraction = /\.(\d+)/.exec(value)?.[1] ?? ''
    return `${new Date(time).toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`
  }
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}

const MICRO_TIMES = new Set(['acquireTime', 'renewTime', 'eventTime', 'lastObservedTime'])
