import { CompactedError, type Change, type KubeObject, type Store } from '@/lib/demo/store'
import type { EventSink } from './event-sink'
import { parseVersion, selected, type ListOptions } from './list'
import type { ResourceRequest } from './request'
import { groupVersion } from './resources'
import { expired } from './status'

/** One watch: k8s apiserver pkg/endpoints/handlers/watch.go, pkg/storage/cacher. */

/** How an object is written into a watch event: as it is, as a Table, or as metadata only. */
export type Representation = (object: KubeObject, first: boolean) => string

const BOOKMARK_MILLIS = 60_000
const LEAST_SECONDS = 1800
/** A reader that lets more than this pile up is cut off: it can resume from where it was. */
const MOST_UNSENT = 16 * 1024 * 1024

type EventType = Change['type'] | 'BOOKMARK' | 'ERROR'

/** Serves the watch until it times out, the client goes, or `close` is called. Returns `close`. */
export function watch(
  store: Store,
  request: ResourceRequest,
  options: ListOptions,
  represent: Representation,
  sink: EventSink,
): () => void {
  const { info, namespace } = request
  const asked = options.resourceVersion === '' ? 0 : parseVersion(options.resourceVersion)
  let version = asked
  let first = true
  const send = (type: EventType, text: string) => {
    sink.send(type, text)
    if (sink.unsent() > MOST_UNSENT) close()
  }
  const sendObject = (type: Change['type'], object: KubeObject) => {
    send(type, represent(object, first))
    first = false
  }
  const bookmark = (ended = false) =>
    send(
      'BOOKMARK',
      JSON.stringify({
        kind: info.kind,
        apiVersion: groupVersion(info),
        metadata: {
          resourceVersion: String(Math.max(version, store.resourceVersion)),
          ...(ended ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
        },
      }),
    )
  const inScope = (object: KubeObject) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    (options.name === null || object.metadata.name === options.name) &&
    selected(options, object)
  const tell = (change: Change) => {
    if (change.resource !== info.resource || change.resourceVersion <= version) return
    version = change.resourceVersion
    const before = change.previous !== null && inScope(change.previous)
    const now = change.type !== 'DELETED' && inScope(change.object)
    if (now) sendObject(before ? 'MODIFIED' : 'ADDED', change.object)
    else if (before && change.previous) sendObject('DELETED', atVersion(change.previous, change.resourceVersion))
  }

  let stop = () => {}
  const timers: NodeJS.Timeout[] = []
  let closed = false
  const close = () => {
    if (closed) return
    closed = true
    stop()
    timers.forEach(clearTimeout)
    sink.end()
  }
  sink.onClose(close)

  if (options.sendInitialEvents) {
    // Everything that is there now, then (where bookmarks are wanted) the mark that this was all.
    version = store.resourceVersion
    for (const object of store.list(info.resource, namespace)) if (inScope(object)) sendObject('ADDED', object)
    if (options.sendInitialEvents && options.allowWatchBookmarks) bookmark(true)
  } else if (asked === 0) {
    version = store.resourceVersion
  } else {
    try {
      for (const change of store.changesSince(info.resource, asked)) tell(change)
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error
      send('ERROR', JSON.stringify(expired(`too old resource version: ${asked} (${error.oldest})`).status))
      close()
      return close
    }
  }
  stop = store.watch(tell)
  const seconds = options.timeoutSeconds ?? LEAST_SECONDS * (1 + Math.random())
  timers.push(setTimeout(close, seconds * 1000))
  if (options.allowWatchBookmarks) {
    const every = setInterval(() => bookmark(), BOOKMARK_MILLIS)
    timers.push(every)
    if (seconds > 2) timers.push(setTimeout(() => bookmark(), (seconds - 2) * 1000))
  }
  return close
}

const atVersion = (object: KubeObject, version: number): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(version) },
})
