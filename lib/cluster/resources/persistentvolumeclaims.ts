import 'server-only'
import type { Claim, Metadata } from '@/lib/statefulset/model/objects'
import { filled, type Json, record, text } from '@/lib/cluster/read-json'
import { conditionsOf, requestedOf, storageOf } from '@/lib/cluster/read-parts'
import { resource } from './resource'

export const persistentvolumeclaims = resource({
  group: '',
  version: 'v1',
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  namespaced: true,
  parse,
})

function parse(json: Json, metadata: Metadata): Claim {
  const spec = record(json.spec, 'spec')
  const status = record(json.status, 'status')
  return {
    metadata,
    spec: {
      volumeName: filled(spec.volumeName, 'spec.volumeName'),
      // Empty is a value of its own here: no class at all, which turns dynamic provisioning off.
      storageClassName: text(spec.storageClassName, 'spec.storageClassName'),
      requested: requestedOf(spec),
    },
    status: {
      phase: filled(status.phase, 'status.phase'),
      capacity: storageOf(status.capacity),
      conditions: conditionsOf(status.conditions),
      resizing: filled(
        record(status.allocatedResourceStatuses, 'status.allocatedResourceStatuses').storage,
        'allocatedResourceStatuses.storage',
      ),
      modifying: filled(
        record(status.modifyVolumeStatus, 'status.modifyVolumeStatus').status,
        'status.modifyVolumeStatus.status',
      ),
    },
  }
}
