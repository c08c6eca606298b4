import 'server-only'

const key = Symbol.for('ordinal.per-process')
const holder = globalThis as { [key]?: Map<string, unknown> }

/**
 * The one value of this name in the process, made on first use. It lies on globalThis because pages, routes and the door
 * are bundled apart, each with its own copy of a module, and because development reloads modules.
 */
export function perProcess<T>(name: string, make: () => T): T {
  const values = (holder[key] ??= new Map())
  if (!values.has(name)) values.set(name, make())
  return values.get(name) as T
}
