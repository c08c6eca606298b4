import 'server-only'
import type {
  ControllerRevision,
  DisruptionBudget,
  EndpointSlice,
  Event,
  Metadata,
  Node,
  Service,
} from '@/lib/statefulset/model/objects'
import { conditionsOf } from './parse-conditions'
import { selectorOf } from './parse-statefulset'
import {
  array,
  filled,
  flag,
  integer,
  intOrString,
  type Json,
  present,
  record,
  text,
  textMap,
  texts,
} from './read-json'

export function parseNode(json: Json, metadata: Metadata): Node {
  const spec = record(json.spec, 'spec')
  const status = record(json.status, 'status')
  return {
    metadata,
    spec: {
      unschedulable: flag(spec.unschedulable, 'spec.unschedulable') ?? false,
      taints: array(spec.taints, 'spec.taints').map((item) => {
        const taint = record(item, 'spec.taints')
        return {
          key: text(taint.key, 'taints.key') ?? '',
          value: filled(taint.value, 'taints.value'),
          effect: text(taint.effect, 'taints.effect') ?? '',
          timeAdded: text(taint.timeAdded, 'taints.timeAdded'),
        }
      }),
      providerID: filled(spec.providerID, 'spec.providerID'),
    },
    status: {
      conditions: conditionsOf(status.conditions),
      bootID: filled(record(status.nodeInfo, 'status.nodeInfo').bootID, 'status.nodeInfo.bootID'),
      addresses: array(status.addresses, 'status.addresses').map((item) => {
        const address = record(item, 'status.addresses')
        return {
          type: text(address.type, 'addresses.type') ?? '',
          address: text(address.address, 'addresses.address') ?? '',
        }
      }),
    },
  }
}

export function parseService(json: Json, metadata: Metadata): Service {
  const spec = record(json.spec, 'spec')
  return {
    metadata,
    spec: {
      type: filled(spec.type, 'spec.type') ?? 'ClusterIP',
      clusterIP: filled(spec.clusterIP, 'spec.clusterIP'),
      selector: present(spec.selector) ? textMap(spec.selector, 'spec.selector') : null,
      publishNotReadyAddresses: flag(spec.publishNotReadyAddresses, 'spec.publishNotReadyAddresses') ?? false,
      ports: array(spec.ports, 'spec.ports').map((item) => {
        const port = record(item, 'spec.ports')
        const number = integer(port.port, 'ports.port') ?? 0
        return {
          name: filled(port.name, 'ports.name'),
          port: number,
          targetPort: intOrString(port.targetPort, 'ports.targetPort') ?? String(number),
          protocol: filled(port.protocol, 'ports.protocol') ?? 'TCP',
        }
      }),
    },
  }
}

export function parseEndpointSlice(json: Json, metadata: Metadata): EndpointSlice {
  return {
    metadata,
    serviceName: metadata.labels['kubernetes.io/service-name'] ?? null,
    addressType: text(json.addressType, 'addressType') ?? '',
    ports: array(json.ports, 'ports').map((item) => {
      const port = record(item, 'ports')
      return {
        name: filled(port.name, 'ports.name'),
        port: integer(port.port, 'ports.port'),
        protocol: filled(port.protocol, 'ports.protocol') ?? 'TCP',
      }
    }),
    endpoints: array(json.endpoints, 'endpoints').map((item) => {
      const endpoint = record(item, 'endpoints')
      const conditions = record(endpoint.conditions, 'endpoints.conditions')
      const target = record(endpoint.targetRef, 'endpoints.targetRef')
      return {
        addresses: texts(endpoint.addresses, 'endpoints.addresses'),
        hostname: filled(endpoint.hostname, 'endpoints.hostname'),
        nodeName: filled(endpoint.nodeName, 'endpoints.nodeName'),
        zone: filled(endpoint.zone, 'endpoints.zone'),
        ready: flag(conditions.ready, 'conditions.ready'),
        serving: flag(conditions.serving, 'conditions.serving'),
        terminating: flag(conditions.terminating, 'conditions.terminating'),
        target: present(endpoint.targetRef)
          ? {
              kind: text(target.kind, 'targetRef.kind') ?? '',
              name: text(target.name, 'targetRef.name') ?? '',
              uid: filled(target.uid, 'targetRef.uid'),
            }
          : null,
      }
    }),
  }
}

export function parseRevision(json: Json, metadata: Metadata): ControllerRevision {
  return { metadata, revision: integer(json.revision, 'revision') ?? 0 }
}

/**
 * An Event of either API, as the core group serves it. Which fields hold the times depends on who wrote it: the old
 * recorder fills first- and lastTimestamp, the new one eventTime and series.
 */
export function parseEvent(json: Json, metadata: Metadata): Event {
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
    },
  }
}

export function parseBudget(json: Json, metadata: Metadata): DisruptionBudget {
  const { selector } = record(json.spec, 'spec')
  const status = record(json.status, 'status')
  const count = (name: string) => integer(status[name], `status.${name}`) ?? 0
  return {
    metadata,
    selector: present(selector) ? selectorOf(selector) : null,
    status: present(status.expectedPods)
      ? {
          disruptionsAllowed: count('disruptionsAllowed'),
          currentHealthy: count('currentHealthy'),
          desiredHealthy: count('desiredHealthy'),
          expectedPods: count('expectedPods'),
        }
      : null,
  }
}
