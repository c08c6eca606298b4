import 'server-only'
import type { Resource, ObjectsByResource } from '@/lib/statefulset/model/objects'
import type { Connection } from './connection'
import { ClusterError, isClusterError } from './errors'
import { collectionPath, kinds } from './kinds'
import { read, type Unreadable } from './parse'
import { describe, request } from './request'

export type ListOptions = {
  /** Objects a page; 500 unless told otherwise, 0 for all at once. */
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
  /** Objects of which only the metadata could be read. */
  unreadable: Unreadable[]
  /** Why objects without a name could not be read, one line for each. */
  skipped: string[]
}

type ListAnswer = { items?: unknown; metadata?: { resourceVersion?: unknown; continue?: unknown } }

/**
 * A whole collection in pages, as the server gives it. Throws `gone` when the server forgot the list's version between two
 * pages: the caller starts again; `not-kubernetes` for what is no list.
 */
export async function* rawPages(
  connection: Connection,
  path: readonly string[],
  options: Omit<ListOptions, 'namespace'> = {},
): AsyncGenerator<{ items: unknown[]; resourceVersion: string }, void, void> {
  let token: string | undefined
  do {
    const reply = await request(connection, {
      path,
      query: {
        limit: (options.limit ?? 500) || undefined,
        fieldSelector: options.fieldSelector,
        labelSelector: options.labelSelector,
        ...(token === undefined ? { resourceVersion: options.resourceVersion } : { continue: token }),
      },
      timeoutMs: options.timeoutMs ?? 60_000,
      ...(options.signal ? { signal: options.signal } : {}),
    })
    const { items: given, metadata } = (reply.json ?? {}) as ListAnswer
    // Servers other than Kubernetes' own have been seen to write null for an empty list.
    const items = given ?? []
    if (!Array.isArray(items) || typeof metadata?.resourceVersion !== 'string') {
      throw new ClusterError('not-kubernetes', 'The answer is not a list of Kubernetes objects.', {
        tried: describe(connection, { path }),
        status: reply.status,
      })
    }
    yield { items, resourceVersion: metadata.resourceVersion }
    token = typeof metadata.continue === 'string' && metadata.continue !== '' ? metadata.continue : undefined
  } while (token !== undefined)
}

/**
 * A whole collection in pages, each parsed and cut down before the next is asked for. Throws `gone` when the server
 * forgot the list's version between two pages: the caller starts again.
 */
export async function* listPages<K extends Resource>(
  connection: Connection,
  kind: K,
  options: ListOptions = {},
): AsyncGenerator<Page<K>, void, void> {
  for await (const { items, resourceVersion } of rawPages(
    connection,
    collectionPath(kinds[kind], options.namespace),
    options,
  )) {
    const page: Page<K> = { items: [], resourceVersion, unreadable: [], skipped: [] }
    for (const item of items) {
      const reading = read(kind, item)
      if ('object' in reading) page.items.push(reading.object)
      else if ('unreadable' in reading) page.unreadable.push(reading.unreadable)
      else page.skipped.push(reading.skipped)
    }
    yield page
  }
}

/**
 * A whole collection at once. Where the server forgets the list's version between two pages it is asked once more
 * without pages, as client-go's pager does (tools/pager/pager.go): a collection that takes longer to read than the
 * server remembers would else never be read.
 */
export async function listAll<K extends Resource>(
  connection: Connection,
  kind: K,
  options: ListOptions & { onPage?: () => void } = {},
): Promise<Page<K>> {
  let pages = 0
  const collect = async (limit: ListOptions['limit']) => {
    const all: Page<K> = { items: [], resourceVersion: '', unreadable: [], skipped: [] }
    for await (const page of listPages(connection, kind, { ...options, ...(limit === undefined ? {} : { limit }) })) {
      pages += 1
      options.onPage?.()
      for (const item of page.items) all.items.push(item)
      all.unreadable.push(...page.unreadable)
      all.skipped.push(...page.skipped)
      all.resourceVersion = page.resourceVersion
    }
    return all
  }
  try {
    return await collect(options.limit)
  } catch (error) {
    if (pages === 0 || !isClusterError(error) || error.code !== 'gone') throw error
    return collect(0)
  }
}
