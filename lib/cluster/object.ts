import 'server-only'
import { stringify } from 'yaml'
import type { Resource, ObjectsByResource } from '@/lib/statefulset/model/objects'
import type { Connection } from './connection'
import { ClusterError } from './errors'
import { kinds, objectPath } from './kinds'
import { parse } from './parse'
import { describe, request } from './request'

type Options = { signal?: AbortSignal; timeoutMs?: number }

/**
 * One object as it is now, read from the API server and cut down, with the server's clock
 * (whole seconds). Throws `not-found` and the others; `malformed` for an object that cannot be read.
 */
export async function readObject<K extends Resource>(
  connection: Connection,
  kind: K,
  namespace: string,
  name: string,
  options: Options = {},
): Promise<{ object: ObjectsByResource[K]; serverTime: Date }> {
  const path = objectPath(kinds[kind], namespace, name)
  const { json, headers } = await request(connection, { path, ...options })
  const told = Date.parse(headers.date ?? '')
  try {
    return { object: parse(kind, json), serverTime: Number.isNaN(told) ? new Date() : new Date(told) }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new ClusterError('malformed', `The object cannot be read: ${message}`, {
      tried: describe(connection, { path }),
      sent: 'answered',
      cause,
    })
  }
}

/**
 * One object as YAML for reading: without `managedFields` and the copy of itself that `kubectl apply` leaves, and with
 * the values of environment variables replaced, for they often hold secrets.
 */
export async function readYaml(
  connection: Connection,
  kind: Resource,
  namespace: string,
  name: string,
  options: Options = {},
): Promise<string> {
  const { json } = await request(connection, { path: objectPath(kinds[kind], namespace, name), ...options })
  const object = json as { metadata?: { managedFields?: unknown; annotations?: Record<string, unknown> } }
  delete object.metadata?.managedFields
  if (object.metadata?.annotations) {
    delete object.metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']
  }
  return stringify(hideValues(object), { lineWidth: 0, aliasDuplicateObjects: false })
}

/** Replaces `value` in every `env` list, at any depth. */
function hideValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideValues)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key !== 'env' || !Array.isArray(inner)) return [key, hideValues(inner)]
      const hidden = inner.map((item: unknown) =>
        typeof item === 'object' && item !== null && 'value' in item && item.value !== ''
          ? { ...item, value: '(hidden)' }
          : item,
      )
      return [key, hidden]
    }),
  )
}
