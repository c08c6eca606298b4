import 'server-only'
import type { Event, Metadata } from '@/lib/statefulset/model/objects'
import { filled, integer, type Json, record, text } from '@/lib/cluster/read-json'
import { resource } from './resource'

export const events = resource({
  group: '',
  version: 'v1',
  resource: 'events',
  kind: 'Event',
  namespaced: true,
  parse,
})

/**
 * An Event of either API, as the core group serves it. Which fields hold the times depends on who wrote it: the old
 * recorder fills first- and lastTimestamp, the new one eventTime and series.
 */
function parse(json: Json, metadata: Metadata): Event {
  const involved = record(json.involvedObject, 'involvedObject')
  const series = record(json.series, 'series')
  const eventTime = text(json.eventTime, 'eventTime')
  const first = text(json.firstTimestamp, 'firstTimestamp') ?? eventTime
  const last = text(series.lastObservedTime, 'series.lastObservedTime') ?? text(json.lastTimestamp, 'lastTimestamp')
  return {
    metadata,
    type: text(json.type, 'type') ?? '',
    reason: text(json.reason, 'reason') ?? '',
    message: text(json.message, 'message', 4096) ?? '',
    count: integer(series.count, 'series.count') ?? integer(json.count, 'count') ?? 1,
    firstSeen: first,
    lastSeen: last ?? first,
    source:
      filled(record(json.source, 'source').component, 'source.component') ??
      filled(json.reportingComponent, 'reportingComponent'),
    involved: {
      kind: text(involved.kind, 'involvedObject.kind') ?? '',
      namespace: text(involved.namespace, 'involvedObject.namespace') ?? '',
      name: text(involved.name, 'involvedObject.name') ?? '',
      uid: filled(involved.uid, 'involvedObject.uid'),
      container: /\{(.+)\}$/.exec(text(involved.fieldPath, 'involvedObject.fieldPath') ?? '')?.[1] ?? null,
    },
  }
}
