import 'server-only'
import type { Metadata, ObjectsByResource, Resource } from '@/lib/statefulset/model/objects'
import type { Connection } from './connection'
import { ClusterError } from './errors'
import { answerError, failure } from './failure'
import { collectionPath, kinds } from './kinds'
import { identityOf, read as readObject, resourceVersionOf, type Unreadable } from './parse'
import { describe, open } from './request'

export type WatchOptions = {
  resourceVersion: string
  /** After how long the server ends the stream; the caller then resumes. */
  timeoutSeconds: number
  namespace?: string
  fieldSelector?: string
  labelSelector?: string
  signal: AbortSignal
  /** Called for the headers and for every chunk that arrives, so that the caller can notice a silent connection. */
  onActivity?: () => void
  /** Called for an object without a name and for an event of a type that is not known; the stream goes on. */
  onSkipped?: (reason: string) => void
  /** How long the headers may take; 15 seconds unless told otherwise. */
  connectTimeoutMs?: number
}

export type WatchEvent<K extends Resource = Resource> =
  | { type: 'ADDED' | 'MODIFIED'; object: ObjectsByResource[K]; resourceVersion: string }
  /** Whatever else of the object could be read: its metadata say which one is gone. */
  | { type: 'DELETED'; object: { metadata: Metadata }; resourceVersion: string }
  /** Added or changed, and only its metadata could be read. */
  | { type: 'UNREADABLE'; object: Unreadable; resourceVersion: string }
  /** `initialEventsEnd`: the end of the objects that existed when a streaming list began. */
  | { type: 'BOOKMARK'; object: null; resourceVersion: string; initialEventsEnd: boolean }
  /** An object without a name was skipped, but the stream has come this far. */
  | { type: 'SKIPPED'; object: null; resourceVersion: string }

const maxLineBytes = 32 * 1024 * 1024
const newline = 0x0a

/**
 * One watch. Ends when the server ends it; throws `ClusterError`: `gone` for 410 as HTTP status and as an event,
 * `lost` when the connection breaks, `malformed` when a line is not an event, `aborted` after `signal`.
 * A gap between two events cannot be told here: the caller resumes from the last `resourceVersion`.
 */
export async function* watch<K extends Resource>(
  connection: Connection,
  kind: K,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<K>, void, void> {
  const path = collectionPath(kinds[kind], options.namespace)
  const tried = `${describe(connection, { path })}?watch`
  const response = await open(connection, {
    path,
    query: {
      watch: 1,
      allowWatchBookmarks: true,
      resourceVersion: options.resourceVersion,
      timeoutSeconds: options.timeoutSeconds,
      fieldSelector: options.fieldSelector,
      labelSelector: options.labelSelector,
    },
    signal: options.signal,
    ...(options.connectTimeoutMs ? { timeoutMs: options.connectTimeoutMs } : {}),
  })
  options.onActivity?.()
  try {
    for await (const line of lines(response, tried, options.onActivity)) {
      const event = read(connection, kind, line, tried, options.onSkipped)
      if (event) yield event
    }
  } catch (cause) {
    throw failure(cause, tried, { connected: true, timedOut: false, aborted: options.signal.aborted })
  } finally {
    response.destroy()
  }
}

/** Splits chunks of bytes into lines; never cuts a character in two, and keeps what is not yet a line. */
export async function* lines(
  chunks: AsyncIterable<Buffer>,
  tried: string,
  onActivity?: () => void,
): AsyncGenerator<string, void, void> {
  let rest: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    onActivity?.()
    let start = 0
    for (let end = chunk.indexOf(newline, start); end !== -1; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end)
      const line = rest.length === 0 ? piece.toString('utf8') : Buffer.concat([...rest, piece]).toString('utf8')
      rest = []
      size = 0
      start = end + 1
      if (line.length > 0) yield line
    }
    if (start < chunk.length) {
      const piece = chunk.subarray(start)
      rest.push(piece)
      size += piece.length
      if (size > maxLineBytes) {
        throw new ClusterError('malformed', `An event is larger than ${maxLineBytes} bytes.`, {
          tried,
          sent: 'answered',
        })
      }
    }
  }
  // A last piece without its newline was cut off in the middle: it is no event.
}

function read<K extends Resource>(
  connection: Connection,
  kind: K,
  line: string,
  tried: string,
  onSkipped: ((reason: string) => void) | undefined,
): WatchEvent<K> | null {
  let event: { type?: unknown; object?: unknown } | null
  try {
    event = JSON.parse(line) as { type?: unknown; object?: unknown } | null
  } catch (cause) {
    throw new ClusterError('malformed', 'The stream holds a line that is not JSON.', { tried, sent: 'answered', cause })
  }
  const type = event?.type
  const json = event?.object
  if (type === 'ERROR') throw answerError(connection, tried, codeOfStatus(json), {}, JSON.stringify(json ?? null))
  if (type === 'BOOKMARK') {
    const resourceVersion = resourceVersionOf(json)
    return resourceVersion === null
      ? null
      : { type, object: null, resourceVersion, initialEventsEnd: endsInitialEvents(json) }
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') {
    onSkipped?.(`an event of the unknown type ${String(type).slice(0, 40)}`)
    return null
  }
  if (type === 'DELETED') {
    const metadata = identityOf(json)
    // Nobody knows what was deleted: only a new list can tell.
    if (metadata === null)
      throw new ClusterError('malformed', 'A deletion names no object.', { tried, sent: 'answered' })
    return { type, object: { metadata }, resourceVersion: metadata.resourceVersion }
  }
  const reading = readObject(kind, json)
  if ('object' in reading) {
    return { type, object: reading.object, resourceVersion: reading.object.metadata.resourceVersion }
  }
  if ('unreadable' in reading) {
    const object = reading.unreadable
    return { type: 'UNREADABLE', object, resourceVersion: object.metadata.resourceVersion }
  }
  onSkipped?.(reading.skipped)
  const resourceVersion = resourceVersionOf(json)
  return resourceVersion === null ? null : { type: 'SKIPPED', object: null, resourceVersion }
}

function codeOfStatus(json: unknown): number {
  const code = typeof json === 'object' && json !== null && 'code' in json ? json.code : null
  return typeof code === 'number' && code >= 400 && code <= 599 ? code : 500
}

function endsInitialEvents(json: unknown): boolean {
  const { metadata } = json as { metadata?: { annotations?: Record<string, unknown> } }
  return metadata?.annotations?.['k8s.io/initial-events-end'] === 'true'
}
