import 'server-only'
import type { Resource, ObjectsByResource } from '@/lib/statefulset/model/objects'
import type { Connection } from './connection'
import { ClusterError } from './errors'
import { collectionPath, kinds } from './kinds'
import { parse } from './parse'
import { describe, request } from './request'

export type ListOptions = {
  /** Objects a page; 500 unless told otherwise. */
  limit?: number
  namespace?: string
  fieldSelector?: string
  labelSelector?: string
  /** `0` takes what the API server has in its cache; left out, the newest state is read. */
  resourceVersion?: string
  signal?: AbortSignal
  timeoutMs?: number
}

export type Page<K extends Resource> = {
  items: ObjectsByResource[K][]
  /** The version that the whole list was read at: where a watch begins. Equal on every page. */
  resourceVersion: string
  /** Why objects of this page could not be read, one line for each. */
  skipped: string[]
}

type ListAnswer = { items?: unknown; metadata?: { resourceVersion?: unknown; continue?: unknown } }

/**
 * A whole collection in pages, each parsed and cut down before the next is asked for. Throws `gone` when the server
 * forgot the list's version between two pages: the caller starts again.
 */
export async function* listPages<K extends Resource>(
  connection: Connection,
  kind: K,
  options: ListOptions = {},
): AsyncGenerator<Page<K>, void, void> {
  const path = collectionPath(kinds[kind], options.namespace)
  let token: string | undefined
  do {
    const reply = await request(connection, {
      path,
      query: {
        limit: options.limit ?? 500,
        fieldSelector: options.fieldSelector,
        labelSelector: options.labelSelector,
        ...(token === undefined ? { resourceVersion: options.resourceVersion } : { continue: token }),
      },
      timeoutMs: options.timeoutMs ?? 60_000,
      ...(options.signal ? { signal: options.signal } : {}),
    })
    const { items: given, metadata } = reply.json as ListAnswer
    // Servers other than Kubernetes' own have been seen to write null for an empty list.
    const items = given ?? []
    if (!Array.isArray(items) || typeof metadata?.resourceVersion !== 'string') {
      throw new ClusterError('not-kubernetes', 'The answer is not a list of Kubernetes objects.', {
        tried: describe(connection, { path }),
        status: reply.status,
      })
    }
    const page: Page<K> = { items: [], resourceVersion: metadata.resourceVersion, skipped: [] }
    for (const item of items) {
      try {
        page.items.push(parse(kind, item))
      } catch (error) {
        page.skipped.push(error instanceof Error ? error.message : String(error))
      }
    }
    yield page
    token = typeof metadata.continue === 'string' && metadata.continue !== '' ? metadata.continue : undefined
  } while (token !== undefined)
}
