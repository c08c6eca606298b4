import 'server-only'
import type { Metadata, Service } from '@/lib/statefulset/model/objects'
import {
  array,
  filled,
  flag,
  integer,
  intOrString,
  type Json,
  present,
  record,
  textMap,
  texts,
} from '@/lib/cluster/read-json'
import { resource } from './resource'

export const services = resource({
  group: '',
  version: 'v1',
  resource: 'services',
  kind: 'Service',
  namespaced: true,
  parse,
})

function parse(json: Json, metadata: Metadata): Service {
  const spec = record(json.spec, 'spec')
  return {
    metadata,
    spec: {
      type: filled(spec.type, 'spec.type') ?? 'ClusterIP',
      clusterIP: filled(spec.clusterIP, 'spec.clusterIP'),
      selector: present(spec.selector) ? textMap(spec.selector, 'spec.selector') : null,
      publishNotReadyAddresses: flag(spec.publishNotReadyAddresses, 'spec.publishNotReadyAddresses') ?? false,
      ipFamilies: texts(spec.ipFamilies, 'spec.ipFamilies'),
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
