import 'server-only'
import type { EndpointSlice, Metadata } from '@/lib/statefulset/model/objects'
import { array, filled, flag, integer, type Json, present, record, text, texts } from '@/lib/cluster/read-json'
import { resource } from './resource'

export const endpointslices = resource({
  group: 'discovery.k8s.io',
  version: 'v1',
  resource: 'endpointslices',
  kind: 'EndpointSlice',
  namespaced: true,
  parse,
})

function parse(json: Json, metadata: Metadata): EndpointSlice {
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
