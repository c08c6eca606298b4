import { Answer } from './client'

/** What two clusters can agree on: answers without the values that are theirs alone. */

const HEADERS = ['warning', 'retry-after', 'location', 'etag']

export function digest(value: unknown, namespace: string): unknown {
  if (value instanceof Answer) {
    const type = value.headers['content-type']?.split(';')[0]
    const headers = HEADERS.filter((name) => value.headers[name] !== undefined).map((name) => [
      name,
      name === 'etag' ? 'some' : plain(String(value.headers[name]), namespace),
    ])
    return {
      code: value.code,
      ...(type && type !== 'application/json' ? { type } : {}),
      ...Object.fromEntries(headers),
      body: digest(value.body, namespace),
    }
  }
  if (typeof value === 'string') return plain(value, namespace)
  if (Array.isArray(value)) return value.map((item) => digest(item, namespace))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, field]) => key !== 'managedFields' && field !== undefined)
      .map(([key, field]) => [plain(key, namespace), digest(own(key, field), namespace)])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  )
}

/** Versions, tokens and addresses are only told apart by being there. */
function own(key: string, field: unknown): unknown {
  if (typeof field !== 'string' || field === '') return field
  if (key === 'resourceVersion') return '(version)'
  if (key === 'continue') return '(token)'
  return field
}

const plain = (text: string, namespace: string) =>
  text
    .replaceAll(namespace, 'NS')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '(uid)')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '(time)')
    .replace(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '(address)')
    .replace(/current: \d+/g, 'current: (version)')
    .replace(/resource version: \d+ \(\d+\)/g, 'resource version: (version)')
