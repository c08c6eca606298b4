import { copy, type Fields } from '@/lib/demo/store'
import { isFields, sameJson } from './fields'

/** RFC 6902 with the pointers of RFC 6901, as evanphx/json-patch does it for the API server: `test` against what is absent compares with null. */

export type PatchOperation = { op: string; path: string; from?: string; value?: unknown }

/** A patch that does not fit the document. */
export class PatchFailure extends Error {}

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test']

/** Whether the value can be read as a patch at all. */
export function isPatch(value: unknown): value is PatchOperation[] {
  return (
    Array.isArray(value) &&
    value.every((one) => isFields(one) && typeof one['op'] === 'string' && typeof one['path'] === 'string')
  )
}

/** Applies all operations to a copy, in order; the first that fails fails all. */
export function applyOperations(document: Fields, operations: PatchOperation[]): unknown {
  let result: unknown = copy(document)
  for (const operation of operations) result = applyOne(result, operation)
  return result
}

function applyOne(document: unknown, { op, path, from, value }: PatchOperation): unknown {
  if (!OPERATIONS.includes(op)) throw new PatchFailure(`Unexpected kind: ${op}`)
  switch (op) {
    case 'test': {
      const found = read(document, path)
      if (!sameJson(found ?? null, value ?? null)) throw new PatchFailure(`testing value ${path} failed: test failed`)
      return document
    }
    case 'move':
    case 'copy': {
      if (typeof from !== 'string') throw new PatchFailure(`${op} operation without from`)
      const moved = copy(read(document, from))
      if (moved === undefined)
        throw new PatchFailure(`${op} operation does not apply: doc is missing from path: ${from}`)
      const without = op === 'move' ? write(document, from, undefined, 'remove') : document
      return write(without, path, moved, 'add')
    }
    default:
      if (op !== 'remove' && value === undefined) throw new PatchFailure(`${op} operation missing value field`)
      return write(document, path, copy(value), op as 'add' | 'remove' | 'replace')
  }
}

function tokens(path: string): string[] {
  if (path === '') return []
  if (!path.startsWith('/')) throw new PatchFailure(`path ${path} does not begin with a slash`)
  return path
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function child(parent: unknown, token: string): unknown {
  if (Array.isArray(parent)) return /^\d+$/.test(token) ? parent[Number(token)] : undefined
  return isFields(parent) && Object.hasOwn(parent, token) ? parent[token] : undefined
}

function read(document: unknown, path: string): unknown {
  return tokens(path).reduce(child, document)
}

function write(document: unknown, path: string, value: unknown, op: 'add' | 'remove' | 'replace'): unknown {
  const parts = tokens(path)
  const last = parts.pop()
  if (last === undefined) return op === 'remove' ? null : value
  const parent = parts.reduce(child, document)
  const missing = () =>
    new PatchFailure(`${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`)
  if (Array.isArray(parent)) {
    const end = op === 'add' ? parent.length : parent.length - 1
    const index = last === '-' && op === 'add' ? parent.length : /^(0|[1-9]\d*)$/.test(last) ? Number(last) : -1
    if (index < 0 || index > end) throw new PatchFailure(`Unable to access invalid index: ${last}`)
    if (op === 'add') parent.splice(index, 0, value)
    else if (op === 'remove') parent.splice(index, 1)
    else parent[index] = value
    return document
  }
  if (!isFields(parent)) throw missing()
  if (last === '__proto__') throw missing()
  if (op !== 'add' && !Object.hasOwn(parent, last)) throw missing()
  if (op === 'remove') delete parent[last]
  else parent[last] = value
  return document
}
