import 'server-only'
import type { Metadata, Node } from '@/lib/statefulset/model/objects'
import { array, filled, flag, type Json, record, text } from '@/lib/cluster/read-json'
import { conditionsOf } from '@/lib/cluster/read-parts'
import { resource } from './resource'

export const nodes = resource({
  group: '',
  version: 'v1',
  resource: 'nodes',
  kind: 'Node',
  namespaced: false,
  parse,
})

function parse(json: Json, metadata: Metadata): Node {
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
