import 'server-only'
import type { Connection } from './connection'
import { ClusterError } from './errors'
import { failure } from './failure'
import { isLabel } from '@/lib/names'
import { describe, open } from './request'

export type LogOptions = {
  namespace: string
  pod: string
  container: string
  /** The container that ran before the last restart. */
  previous?: boolean
  /** The last so many lines, at most 5,000. */
  tailLines?: number
  /** Goes on with what is written from now on, until `signal`. */
  follow?: boolean
  /** Puts the time in front of each line, as RFC 3339 with nanoseconds. */
  timestamps?: boolean
  sinceTime?: string
  signal: AbortSignal
}

const maxLines = 5_000
const maxBytes = 5 * 1024 * 1024

/**
 * The log of one container as chunks of bytes. Without `follow` the newest 5 MiB come, from the beginning of a line. Ends
 * when the container's log ends; throws `ClusterError`, with `not-found` for a pod that has no log because it is on no
 * node yet.
 *
 * The limit is not asked of the server: with `tailLines` the kubelet reads forward from the first of the last lines and
 * stops at `limitBytes` (k8s cri-client pkg/logs/logs.go), so the newest lines would be missing.
 */
export async function* podLog(connection: Connection, options: LogOptions): AsyncGenerator<Buffer, void, void> {
  const path = ['api', 'v1', 'namespaces', options.namespace, 'pods', options.pod, 'log']
  const tried = describe(connection, { path })
  if (!isLabel(options.container)) {
    throw new ClusterError('bad-name', 'That is not a name of a container; nothing was sent.', { tried })
  }
  const response = await open(connection, {
    path,
    query: {
      container: options.container,
      previous: options.previous || undefined,
      follow: options.follow || undefined,
      timestamps: options.timestamps || undefined,
      sinceTime: options.sinceTime,
      tailLines: Math.min(options.tailLines ?? maxLines, maxLines),
    },
    accept: 'text/plain, */*',
    signal: options.signal,
  })
  if (response.statusCode === 204) {
    response.destroy()
    throw new ClusterError('not-found', 'The pod is on no node yet, so it has no log.', { tried, status: 204 })
  }
  try {
    const chunks = response as AsyncIterable<Buffer>
    if (options.follow) for await (const chunk of chunks) yield chunk
    else yield* newest(chunks, maxBytes)
  } catch (cause) {
    throw failure(cause, tried, { connected: true, timedOut: false, aborted: options.signal.aborted })
  } finally {
    response.destroy()
  }
}

/** The last bytes of a stream, at most `most`; when some are left out, from the first line that is whole. */
async function* newest(chunks: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer, void, void> {
  let kept: Buffer[] = []
  let size = 0
  let isWhole = true
  for await (const chunk of chunks) {
    kept.push(chunk)
    size += chunk.length
    while (kept[0] !== undefined && size - kept[0].length >= most) {
      size -= kept[0].length
      kept.shift()
      isWhole = false
    }
  }
  if (size > most || !isWhole) {
    const end = Buffer.concat(kept, size).subarray(-most)
    kept = [end.subarray(end.indexOf(0x0a) + 1)]
  }
  yield* kept
}
